"""Tells the type of an expression over a row, where no value tells it: all are null.

The real server infers all types before a query runs. Here the columns of a table, literals and the
signatures of the standard library tell what they can.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, cast

from influx_flux.nodes import (
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
    VariableAssignment,
)
from influx_flux.stdlib import signature
from influx_testing._engine.flux.language.frames import FrameScope
from influx_testing._engine.flux.language.row_analysis import key_text, member_label, without_parens
from influx_testing._engine.flux.values.flux_functions import ColumnTypes
from influx_testing._engine.flux.values.flux_types import is_column_type

__all__ = ["type_in_rows", "types_of_record"]

_Infer: TypeAlias = Callable[[Expression], str | None]

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
_NONE: Final[Mapping[str, Expression]] = {}


def type_in_rows(
    node: Expression, row: str, scope: FrameScope, variables: Mapping[str, Expression] = _NONE
) -> Callable[[ColumnTypes], str | None]:
    """Return what tells the type of an expression from the types of the columns.

    Args:
        node: the expression.
        row: the name of the parameter that holds the row.
        scope: what the expression sees.
        variables: what the variables of the function are assigned.
    """

    def type_of(columns: ColumnTypes) -> str | None:
        def infer(part: Expression) -> str | None:
            label = member_label(part, row)
            if label is not None:
                return columns(label)
            if isinstance(part, Identifier) and part.name in variables:
                return infer(variables[part.name])
            rule = _RULES.get(type(part))
            return _LITERALS.get(type(part)) if rule is None else rule(part, infer, scope)

        return infer(node)

    return type_of


def types_of_record(
    body: Block, row: str, scope: FrameScope
) -> Callable[[ColumnTypes], Mapping[str, str | None]] | None:
    """Return what tells the types of the properties of a record that a block returns.

    Returns:
        None if the block ends with another expression, or does more than to assign variables.
    """
    *steps, last = body.body
    if not isinstance(last, ReturnStatement):
        return None
    record = without_parens(last.argument)
    if not isinstance(record, ObjectExpression):
        return None
    variables: dict[str, Expression] = {}
    for step in steps:
        if not isinstance(step, VariableAssignment) or step.id.name in variables:
            return None
        variables[step.id.name] = step.init
    values = {
        key_text(item.key): item.value or cast(Identifier, item.key) for item in record.properties
    }
    found = {label: type_in_rows(value, row, scope, variables) for label, value in values.items()}
    return lambda columns: {label: type_of(columns) for label, type_of in found.items()}


def _binary(node: BinaryExpression, infer: _Infer, scope: FrameScope) -> str | None:
    if node.operator in _ARITHMETIC:
        return infer(node.left) or infer(node.right)
    return None if node.operator == "^" else "bool"


def _unary(node: UnaryExpression, infer: _Infer, scope: FrameScope) -> str | None:
    return "bool" if node.operator in ("exists", "not") else infer(node.argument)


def _logical(node: LogicalExpression, infer: _Infer, scope: FrameScope) -> str:
    return "bool"


def _conditional(node: ConditionalExpression, infer: _Infer, scope: FrameScope) -> str | None:
    return infer(node.consequent) or infer(node.alternate)


def _paren(node: ParenExpression, infer: _Infer, scope: FrameScope) -> str | None:
    return infer(node.expression)


def _pipe(node: PipeExpression, infer: _Infer, scope: FrameScope) -> str | None:
    return infer(node.call)


def _call(node: CallExpression, infer: _Infer, scope: FrameScope) -> str | None:
    """Return the type of the result of a function of the standard library, if it is a plain one."""
    match node.callee:
        case Identifier(name=name) if scope.find(name) is None:
            found = signature("", name)
        case MemberExpression(object=Identifier(name=name), property=label):
            path = scope.find(name)
            found = signature(path, key_text(label)) if isinstance(path, str) else None
        case _:
            return None
    return found.result if found is not None and is_column_type(found.result) else None


_RULES: Final[Mapping[type[Node], Callable[[Any, _Infer, FrameScope], str | None]]] = {
    BinaryExpression: _binary,
    CallExpression: _call,
    ConditionalExpression: _conditional,
    LogicalExpression: _logical,
    ParenExpression: _paren,
    PipeExpression: _pipe,
    UnaryExpression: _unary,
}
