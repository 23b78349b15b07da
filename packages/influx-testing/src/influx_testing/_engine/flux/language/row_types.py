"""Tells the types of expressions whose values do not tell them: all are null.

The real server infers all types before a query runs. Here the columns of a table, literals and the
signatures of the standard library tell what they can.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from influx_flux.nodes import (
    ArrayExpression,
    BinaryExpression,
    Block,
    BooleanLiteral,
    CallExpression,
    ConditionalExpression,
    DateTimeLiteral,
    Expression,
    FloatLiteral,
    Identifier,
    IntegerLiteral,
    LogicalExpression,
    MemberExpression,
    Node,
    ObjectExpression,
    ParenExpression,
    PipeExpression,
    ReturnStatement,
    StringExpression,
    StringLiteral,
    UnaryExpression,
    UnsignedIntegerLiteral,
)
from influx_flux.stdlib import signature
from influx_testing._engine.flux.language.frames import FrameScope
from influx_testing._engine.flux.language.row_analysis import (
    key_text,
    member_label,
    without_parens,
)
from influx_testing._engine.flux.values.flux_functions import ColumnTypes
from influx_testing._engine.flux.values.flux_types import is_column_type

__all__ = ["type_in_rows", "types_of_nulls", "types_of_record"]

_LITERALS: Final[Mapping[type[Node], str]] = {
    BooleanLiteral: "bool",
    DateTimeLiteral: "time",
    FloatLiteral: "float",
    IntegerLiteral: "int",
    StringExpression: "string",
    StringLiteral: "string",
    UnsignedIntegerLiteral: "uint",
}
_ARITHMETIC: Final = frozenset("+-*/%")


def type_in_rows(
    node: Expression, row: str, scope: FrameScope
) -> Callable[[ColumnTypes], str | None]:
    """Return what tells the type of an expression from the types of the columns.

    Args:
        node: the expression.
        row: the name of the parameter that holds the row.
        scope: what the expression sees.
    """
    return lambda columns: _Inference(row, columns, scope).of(node)


def types_of_record(
    body: Block, row: str, scope: FrameScope
) -> Callable[[ColumnTypes], Mapping[str, str | None]] | None:
    """Return what tells the types of the properties of a record that a block returns.

    Returns:
        None if the block returns another expression.
    """
    last = body.body[-1]
    record = without_parens(last.argument) if isinstance(last, ReturnStatement) else None
    if not isinstance(record, ObjectExpression):
        return None
    found = {label: type_in_rows(value, row, scope) for label, value in _properties(record)}
    return lambda columns: {label: type_of(columns) for label, type_of in found.items()}


def types_of_nulls(node: ArrayExpression, scope: FrameScope) -> dict[str, str]:
    """Return the types of those properties of records that are nulls of a known type."""
    inference = _Inference("", lambda label: None, scope)
    types: dict[str, str] = {}
    for item in node.elements:
        if isinstance(item.expression, ObjectExpression):
            for label, value in _properties(item.expression):
                found = inference.null(value)
                if found is not None:
                    types[label] = found
    return types


def _properties(record: ObjectExpression) -> list[tuple[str, Expression]]:
    return [
        (key_text(item.key), item.value or cast(Identifier, item.key)) for item in record.properties
    ]


@dataclass(frozen=True, slots=True)
class _Inference:
    """Infers the types of what a scope has: the row is called `row`.

    A variable may be assigned what another one of its name has; `followed` ends that.
    """

    row: str
    columns: ColumnTypes
    scope: FrameScope
    followed: frozenset[str] = frozenset()

    def of(self, node: Expression) -> str | None:
        label = member_label(node, self.row) if self.row else None
        if label is not None:
            return self.columns(label)
        rule = _RULES.get(type(node))
        return _LITERALS.get(type(node)) if rule is None else rule(node, self)

    def null(self, node: Expression) -> str | None:
        """The type of a null that `debug.null` makes, or a variable that has one."""
        node = without_parens(node)
        if isinstance(node, Identifier):
            found = self.assignment(node)
            return None if found is None else found[1].null(found[0])
        match node:
            case CallExpression(
                callee=MemberExpression(object=Identifier(name=name), property=label),
                arguments=[ObjectExpression(properties=[item])],
            ) if self.scope.find(name) == "internal/debug" and key_text(label) == "null":
                type_ = item.value.value if isinstance(item.value, StringLiteral) else ""
                return type_ if is_column_type(type_) else None
            case _:
                return None

    def assignment(self, node: Identifier) -> tuple[Expression, _Inference] | None:
        """What a variable is assigned, and what infers the type of that."""
        found = self.scope.assignment(node.name)
        if found is None or node.name in self.followed:
            return None
        value, scope = found
        row = self.row if scope is self.scope else ""
        return value, _Inference(row, self.columns, scope, self.followed | {node.name})


def _identifier(node: Identifier, inference: _Inference) -> str | None:
    found = inference.assignment(node)
    return None if found is None else found[1].of(found[0])


def _binary(node: BinaryExpression, inference: _Inference) -> str | None:
    if node.operator in _ARITHMETIC:
        return inference.of(node.left) or inference.of(node.right)
    return None if node.operator == "^" else "bool"


def _unary(node: UnaryExpression, inference: _Inference) -> str | None:
    return "bool" if node.operator in ("exists", "not") else inference.of(node.argument)


def _logical(node: LogicalExpression, inference: _Inference) -> str:
    return "bool"


def _conditional(node: ConditionalExpression, inference: _Inference) -> str | None:
    return inference.of(node.consequent) or inference.of(node.alternate)


def _paren(node: ParenExpression, inference: _Inference) -> str | None:
    return inference.of(node.expression)


def _pipe(node: PipeExpression, inference: _Inference) -> str | None:
    return inference.of(node.call)


def _call(node: CallExpression, inference: _Inference) -> str | None:
    """Return the type of the result of a function of the standard library, if it is a plain one."""
    match node.callee:
        case Identifier(name=name) if inference.scope.find(name) is None:
            found = signature("", name)
        case MemberExpression(object=Identifier(name=name), property=label):
            path = inference.scope.find(name)
            found = signature(path, key_text(label)) if isinstance(path, str) else None
        case _:
            return None
    if found is not None and is_column_type(found.result):
        return found.result
    return inference.null(node)


_RULES: Final[Mapping[type[Node], Callable[[Any, _Inference], str | None]]] = {
    BinaryExpression: _binary,
    CallExpression: _call,
    ConditionalExpression: _conditional,
    Identifier: _identifier,
    LogicalExpression: _logical,
    ParenExpression: _paren,
    PipeExpression: _pipe,
    UnaryExpression: _unary,
}
