"""Checks a SELECT that parses: wrong arguments, and fields that can't be selected together.

The checks run in the order of the server, because the server reports only the first error. The
messages are those of the server. These checks do not use the stored schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from influx_query._expressions.conditions import is_time
from influx_query._expressions.expression_nodes import (
    BinaryExpr,
    Call,
    Expr,
    ParenExpr,
    VarRef,
    Wildcard,
)
from influx_query._expressions.literals import (
    BooleanLiteral,
    DurationLiteral,
    IntegerLiteral,
    NumberLiteral,
    RegexLiteral,
    UnsignedLiteral,
)
from influx_query._tree.traversal import transform, walk
from influx_query._validate.call_checks import LITERALS, CallValidator
from influx_query.errors import ValidationError
from influx_query.functions import FUNCTIONS, MATH, arity_issue, available_functions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from influx_query._clauses.clause_nodes import Dimension
    from influx_query._statements.select.select_nodes import SelectStatement
    from influx_query._tree.node import Node

_NEWEST: Final = "1.8"
_NUMBERS: Final = (
    BooleanLiteral,
    DurationLiteral,
    IntegerLiteral,
    NumberLiteral,
    UnsignedLiteral,
)


def check_select(statement: SelectStatement, *, version: str = _NEWEST) -> None:
    """Check a SELECT, without its subqueries.

    Args:
        statement: The statement.
        version: The version of InfluxDB, such as ``1.6``; it determines the known functions.

    Raises:
        ValidationError: The server would refuse the statement; the text is the server's error.
    """
    if statement.condition is not None:
        _check_time_operators(statement.condition)
        check_condition(statement.condition)
    grouped = check_dimensions(statement.dimensions)
    check_fields(transform(statement, _fold), grouped=grouped, version=version)


def _check_time_operators(condition: Expr) -> None:
    for node in walk(condition):
        if isinstance(node, BinaryExpr) and node.op == "!=" and is_time(node.lhs):
            raise ValidationError("invalid time comparison operator: !=")


def check_condition(condition: Expr) -> None:
    """Check the calls of a condition: only now() and mathematical functions are allowed.

    Raises:
        ValidationError: Another function is called, or the number of arguments is wrong.
    """
    functions = available_functions(_NEWEST)
    for node in walk(condition):
        if not isinstance(node, Call) or (node.name == "now" and not node.args):
            continue
        if node.name not in MATH:
            raise ValidationError(f"invalid function call in condition: {node}")
        if issue := arity_issue(functions[node.name], len(node.args)):
            raise ValidationError(issue)


def check_dimensions(dimensions: Sequence[Dimension]) -> bool:
    """Check GROUP BY, and return whether it has time().

    Raises:
        ValidationError: A dimension is neither a tag nor time(), or time() has wrong arguments.
    """
    grouped = False
    for dimension in dimensions:
        expr = dimension.expr
        if isinstance(expr, Call):
            _check_buckets(expr)
            if grouped:
                raise ValidationError("multiple time dimensions not allowed")
            grouped = True
        elif isinstance(expr, VarRef):
            if is_time(expr):
                raise ValidationError("time() is a function and expects at least one argument")
        elif not isinstance(expr, Wildcard | RegexLiteral):
            raise ValidationError("only time and tag dimensions allowed")
    return grouped


def _check_buckets(call: Call) -> None:
    if call.name != "time":
        raise ValidationError("only time() calls allowed in dimensions")
    if not 1 <= len(call.args) <= 2:
        raise ValidationError("time dimension expected 1 or 2 arguments")
    if not isinstance(call.args[0], DurationLiteral):
        raise ValidationError("time dimension must have duration argument")


def check_fields(
    statement: SelectStatement, *, grouped: bool, inherited: bool = False, version: str = _NEWEST
) -> None:
    """Check the fields of a SELECT after constant folding.

    Args:
        statement: The statement; its time column is ignored.
        grouped: Whether the query groups by time().
        inherited: Whether that time() belongs to the outer query.
        version: The version of InfluxDB, such as ``1.6``; it determines the known functions.

    Raises:
        ValidationError: A call has wrong arguments, or fields can't be selected together.
    """
    checker = CallValidator(
        available_functions(version),
        has_interval=grouped,
        inherited=inherited,
        limit=statement.limit,
    )
    fields = [each.expr for each in statement.fields if not _is_time_column(each.expr)]
    for expr in fields:
        checker.check_field(expr)
    if not fields:
        raise ValidationError("at least 1 non-time field must be queried")
    if len(checker.calls) > 1 and checker.ranking:
        raise ValidationError(
            f"selector function {checker.ranking}() cannot be combined with other functions"
        )
    if not checker.calls:
        _check_without_calls(statement, grouped=grouped and not inherited)
    _check_mixture(checker)


def _is_time_column(expr: Expr) -> bool:
    return isinstance(expr, VarRef) and expr.name == "time"


def _check_without_calls(statement: SelectStatement, *, grouped: bool) -> None:
    if statement.fill.kind in ("none", "linear"):
        raise ValidationError(f"fill({statement.fill.kind}) must be used with a function")
    if grouped:
        raise ValidationError("GROUP BY requires at least one aggregate function")


def _check_mixture(checker: CallValidator) -> None:
    """Check that the fields can be selected together."""
    if checker.has_distinct and (len(checker.calls) != 1 or checker.has_columns):
        raise ValidationError(
            "aggregate function distinct() cannot be combined with other functions or fields"
        )
    if checker.has_columns and not checker.only_selectors:
        raise ValidationError("mixing aggregate and non-aggregate queries is not supported")
    if checker.has_columns and len(checker.calls) > 1:
        raise ValidationError(
            "mixing multiple selector functions with tags or fields is not supported"
        )


def _fold(node: Node) -> Node:
    """Replace a calculation with constants by one constant; its value doesn't matter here."""
    if isinstance(node, ParenExpr) and isinstance(node.expr, LITERALS):
        return node.expr
    if isinstance(node, BinaryExpr) and isinstance(node.lhs, _NUMBERS):
        return node.lhs if isinstance(node.rhs, _NUMBERS) else node
    if isinstance(node, Call) and node.name in MATH:
        return node.args[0] if _has_only_numbers(node) else node
    return node


def _has_only_numbers(call: Call) -> bool:
    numbers = all(isinstance(arg, IntegerLiteral | NumberLiteral) for arg in call.args)
    return numbers and not arity_issue(FUNCTIONS[call.name], len(call.args))
