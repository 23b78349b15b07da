"""Checks statements against a schema: unknown names, and types that do not fit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from influx_query._clauses.clause_nodes import Measurement
from influx_query._expressions.expression_nodes import (
    CONDITION_OPERATORS,
    BinaryExpr,
    Call,
    Expr,
    Field,
    VarRef,
    Wildcard,
)
from influx_query._expressions.literals import (
    BooleanLiteral,
    IntegerLiteral,
    NumberLiteral,
    RegexLiteral,
    StringLiteral,
    UnsignedLiteral,
)
from influx_query._statements.select.select_nodes import SelectStatement, SubQuery
from influx_query._tree.node import Node
from influx_query._tree.traversal import walk
from influx_query._validate.validation import check_select
from influx_query.errors import ValidationError
from influx_query.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBERS: Final = ("float", "integer", "unsigned")
_LITERALS: Final[dict[type[Expr], str]] = {
    BooleanLiteral: "boolean",
    IntegerLiteral: "integer",
    NumberLiteral: "float",
    RegexLiteral: "regex",
    StringLiteral: "string",
    UnsignedLiteral: "unsigned",
}


@dataclass(frozen=True, slots=True)
class MeasurementSchema:
    """The fields and tags of a measurement.

    Attributes:
        fields: The type of each field: ``float``, ``integer``, ``unsigned``, ``string`` or
            ``boolean``; an empty string means unknown.
        tags: The keys of the tags.
    """

    fields: Mapping[str, str]
    tags: Collection[str] = ()


Schema = Mapping[str, MeasurementSchema]
"""The schemas of measurements, by the name of the measurement."""


@dataclass(frozen=True, slots=True)
class Issue:
    """A problem: the server would refuse the statement, or return no values for a part of it.

    Attributes:
        message: The problem, as a sentence.
        node: The part of the statement with the problem.
    """

    message: str
    node: Node

    def __str__(self) -> str:
        return f"{self.message} ({self.node})"


@dataclass(slots=True)
class _Scope:
    """The names that a SELECT can use: fields with their types, and tags."""

    fields: dict[str, str] = attribute(default_factory=dict[str, str])
    tags: set[str] = attribute(default_factory=set[str])

    def type_of(self, name: str) -> str | None:
        """Return the type of a name: a field type, ``tag`` or ``time``; None if it is unknown."""
        if name == "time":
            return "time"
        return self.fields.get(name, "tag" if name in self.tags else None)

    def close_to(self, name: str) -> str:
        """Return a hint with the names that are similar to an unknown one."""
        close = get_close_matches(name, [*self.fields, *self.tags], n=3)
        return f"; did you mean {' or '.join(close)}?" if close else ""


def check(statement: Node, schema: Schema) -> list[Issue]:
    """Check the SELECTs in a statement against a schema: unknown names, types that do not fit.

    Args:
        statement: Any statement; only its SELECTs are checked.
        schema: The schema of each measurement, by name.

    Returns:
        The problems, in the order of the text. They can be outdated if another client has written
        new fields since the schema was read.
    """
    return [
        issue
        for node in walk(statement)
        if isinstance(node, SelectStatement)
        for issue in _check_select(node, schema)
    ]


def _check_select(statement: SelectStatement, schema: Schema) -> Iterator[Issue]:
    try:
        check_select(statement)
    except ValidationError as error:
        yield Issue(str(error), statement)
    yield from _check_sources(statement, schema)
    scope = _scope(statement, schema)
    if not scope.fields and not scope.tags:
        return
    for each in statement.fields:
        yield from _check_expr(each.expr, scope)
    if statement.condition is not None:
        yield from _check_expr(statement.condition, scope)
    for dimension in statement.dimensions:
        yield from _check_dimension(dimension.expr, scope)


def _check_sources(statement: SelectStatement, schema: Schema) -> Iterator[Issue]:
    for source in statement.sources:
        if isinstance(source, Measurement) and source.regex is None and source.name not in schema:
            close = get_close_matches(source.name, schema, n=3)
            hint = f"; did you mean {' or '.join(close)}?" if close else ""
            yield Issue(f"there is no measurement {source.name}{hint}", source)


def _scope(statement: SelectStatement, schema: Schema) -> _Scope:
    scope = _Scope()
    for source in statement.sources:
        if isinstance(source, SubQuery):
            inner = _columns(source.statement, _scope(source.statement, schema))
            scope.fields |= inner.fields
            scope.tags |= inner.tags
        elif isinstance(source, Measurement):
            for each in _stored(source, schema):
                scope.fields |= each.fields
                scope.tags |= set(each.tags)
    return scope


def _stored(source: Measurement, schema: Schema) -> list[MeasurementSchema]:
    """Return the schemas of a source; a regex may match any measurement."""
    if source.regex is not None:
        return list(schema.values())
    return [schema[source.name]] if source.name in schema else []


def _columns(statement: SelectStatement, scope: _Scope) -> _Scope:
    """Return the names of the columns of a subquery."""
    columns = _Scope(tags=set(scope.tags))
    for each in statement.fields:
        if any(isinstance(node, Wildcard | RegexLiteral) for node in walk(each)):
            columns.fields |= scope.fields
        else:
            columns.fields[_column(each)] = _type(each.expr, scope)
    return columns


def _column(selected: Field) -> str:
    if selected.alias:
        return selected.alias
    names = [node.name for node in walk(selected.expr) if isinstance(node, VarRef | Call)]
    return names[0] if isinstance(selected.expr, VarRef | Call) else "_".join(names)


def _type(expr: Expr, scope: _Scope) -> str:
    """Return the type of an expression; empty if it is unknown."""
    if isinstance(expr, VarRef):
        return expr.data_type or scope.type_of(expr.name) or ""
    if isinstance(expr, Call) and expr.name in FUNCTIONS:
        gives = FUNCTIONS[expr.name].gives
        return _type(expr.args[0], scope) if gives == "same" and expr.args else gives
    return _LITERALS.get(type(expr), "")


def _check_expr(root: Expr, scope: _Scope) -> Iterator[Issue]:
    for node in walk(root):
        if isinstance(node, VarRef) and scope.type_of(node.name) is None:
            yield Issue(f"there is no field or tag {node.name}{scope.close_to(node.name)}", node)
        elif isinstance(node, Call):
            yield from _check_call(node, scope)
        elif isinstance(node, BinaryExpr):
            yield from _check_operator(node, scope)


def _check_call(call: Call, scope: _Scope) -> Iterator[Issue]:
    function = FUNCTIONS.get(call.name)
    if function is None or not call.args:
        return
    given = _type(call.args[0], scope)
    if given == "tag":
        yield Issue(f"{call.name}() takes a field, and {call.args[0]} is a tag", call)
    elif given and function.types and given not in function.types:
        yield Issue(f"{call.name}() can't take {call.args[0]}, which is {given}", call)


def _check_operator(binary: BinaryExpr, scope: _Scope) -> Iterator[Issue]:
    left, right = _type(binary.lhs, scope), _type(binary.rhs, scope)
    if not left or not right or "time" in (left, right) or binary.op in ("AND", "OR"):
        return
    if binary.op not in CONDITION_OPERATORS:
        wrong = [kind for kind in (left, right) if kind not in (*_NUMBERS, "boolean")]
        if wrong:
            yield Issue(f"{binary.op} can't calculate with {wrong[0]}", binary)
    elif not _comparable(left, right):
        yield Issue(f"comparing {left} with {right} finds nothing", binary)


def _comparable(left: str, right: str) -> bool:
    text = ("string", "tag")
    if "regex" in (left, right):
        return left in text or right in text
    if left in text or right in text:
        return left in text and right in text
    return left == right or (left in _NUMBERS and right in _NUMBERS)


def _check_dimension(expr: Expr, scope: _Scope) -> Iterator[Issue]:
    if not isinstance(expr, VarRef):
        return
    kind = scope.type_of(expr.name)
    if kind is None:
        yield Issue(f"there is no tag {expr.name}{scope.close_to(expr.name)}", expr)
    elif kind != "tag" and expr.name not in scope.tags:
        yield Issue(f"GROUP BY takes tags, and {expr.name} is a field", expr)
