"""Checks a SELECT and turns it into a plan; looks at no data.

The order of the checks is the server's, because the first one that fails is the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from zoneinfo import ZoneInfo

from influx_query.nodes import (
    Call,
    Dimension,
    Distinct,
    DurationLiteral,
    Expr,
    Field,
    Measurement,
    RegexLiteral,
    SelectStatement,
    StringLiteral,
    SubQuery,
    TimeLiteral,
    VarRef,
    Wildcard,
)
from influx_testing._engine.catalog.retention_policies import YEAR_ONE
from influx_testing._engine.select.functions.arguments import CallChecker
from influx_testing._engine.select.functions.mathematics import MATH_FUNCTIONS, argument_count
from influx_testing._engine.select.plan.constant_folding import Folder, is_moment, moment
from influx_testing._engine.select.plan.expressions import replace, rewrite, walk
from influx_testing._engine.select.plan.select_plan import SelectPlan
from influx_testing._engine.select.plan.time_conditions import is_time, split_condition
from influx_testing._engine.select.plan.time_windows import Interval
from influx_testing.errors import StatementError

__all__ = ["compile_select"]


@dataclass(frozen=True, slots=True)
class _Outer:
    """What a subquery needs to know of the query around it."""

    ascending: bool
    has_interval: bool


def compile_select(statement: SelectStatement, now: int, outer: _Outer | None = None) -> SelectPlan:
    """Check a statement and plan it.

    Raises:
        StatementError: the server refuses it, whatever the data.
    """
    zone = _zone(statement.location)
    folder = Folder(now, zone)
    condition, span = split_condition(statement.condition, folder)
    _check_condition(condition)
    interval, dimensions = _dimensions(statement, folder)
    ascending = all(field.ascending for field in statement.sort_fields)
    if outer is not None and statement.sort_fields and ascending != outer.ascending:
        raise StatementError("subqueries must be ordered in the same direction as the query itself")
    if outer is not None:
        ascending = outer.ascending
    inherited = outer is not None and outer.has_interval and not interval
    fields, time_name = _fields(statement, folder)
    statement = replace(statement, fields=fields, dimensions=dimensions)
    _check_fields(statement, interval=bool(interval) or inherited, inherited=inherited)
    around = _Outer(ascending, bool(interval) or inherited)
    sources = tuple(_source(source, now, around) for source in statement.sources)
    return SelectPlan(statement, sources, condition, span, interval, time_name, ascending)


def _zone(name: str) -> tzinfo | None:
    """Find a zone; the server's own one is UTC here."""
    return None if name in {"", "UTC", "Local"} else ZoneInfo(name)


def _source(source: object, now: int, outer: _Outer) -> Measurement | SelectPlan:
    if isinstance(source, SubQuery):
        return compile_select(source.statement, now, outer)
    assert isinstance(source, Measurement)
    return source


def _check_condition(condition: Expr | None) -> None:
    if condition is None:
        return
    for call in [node for node in walk(condition) if isinstance(node, Call)]:
        if call.name not in MATH_FUNCTIONS:
            raise StatementError(f"invalid function call in condition: {call}")
        if len(call.args) != argument_count(call.name):
            raise StatementError(
                f"invalid number of arguments for {call.name}, "
                f"expected {argument_count(call.name)}, got {len(call.args)}"
            )


def _dimensions(
    statement: SelectStatement, folder: Folder
) -> tuple[Interval, tuple[Dimension, ...]]:
    interval = Interval(zone=folder.zone)
    dimensions: list[Dimension] = []
    for dimension in statement.dimensions:
        expr = Folder().fold(dimension.expr)
        if isinstance(expr, Call):
            interval = _time_dimension(expr, interval, folder)
        elif isinstance(expr, VarRef):
            if is_time(expr):
                raise StatementError("time() is a function and expects at least one argument")
        elif not isinstance(expr, Wildcard | RegexLiteral):
            raise StatementError("only time and tag dimensions allowed")
        dimensions.append(Dimension(expr))
    return interval, tuple(dimensions)


def _time_dimension(call: Call, before: Interval, folder: Folder) -> Interval:
    if call.name != "time":
        raise StatementError("only time() calls allowed in dimensions")
    if not 1 <= len(call.args) <= 2:
        raise StatementError("time dimension expected 1 or 2 arguments")
    length = call.args[0]
    if not isinstance(length, DurationLiteral):
        raise StatementError("time dimension must have duration argument")
    if before:
        raise StatementError("multiple time dimensions not allowed")
    duration = max(length.value, 0)
    offset = _offset(call.args[1], duration, folder) if len(call.args) == 2 and duration else 0
    return Interval(duration, offset, before.zone)


def _offset(expr: Expr, duration: int, folder: Folder) -> int:
    if isinstance(expr, Call):
        if expr.name != "now":
            raise StatementError("time dimension offset function must be now()")
        if expr.args:
            raise StatementError("time dimension offset now() function requires no arguments")
        expr = folder.fold(expr)
    if isinstance(expr, StringLiteral) and is_moment(expr.value):
        expr = TimeLiteral(moment(expr.value, folder.zone))
    if isinstance(expr, TimeLiteral):
        return (expr.value + YEAR_ONE) % duration
    if isinstance(expr, DurationLiteral):
        rest = abs(expr.value) % duration
        return rest if expr.value >= 0 else -rest
    raise StatementError("time dimension offset must be duration or now()")


def _fields(statement: SelectStatement, folder: Folder) -> tuple[tuple[Field, ...], str]:
    """Fold the fields and take out the time column, remembering its alias."""
    constants = Folder(zone=folder.zone)
    time_name = "time"
    fields: list[Field] = []
    for field in statement.fields:
        if isinstance(field.expr, VarRef) and field.expr.name == "time":
            time_name = field.alias or time_name
            continue
        expr = rewrite(field.expr, _distinct_as_call)
        fields.append(Field(constants.fold(expr), field.alias))
    return tuple(fields), time_name


def _distinct_as_call(expr: Expr) -> Expr:
    return Call("distinct", (VarRef(expr.name),)) if isinstance(expr, Distinct) else expr


def _check_fields(statement: SelectStatement, *, interval: bool, inherited: bool) -> None:
    checker = CallChecker(has_interval=interval, inherited=inherited, limit=statement.limit)
    for field in statement.fields:
        checker.check_field(field.expr)
    if not statement.fields:
        raise StatementError("at least 1 non-time field must be queried")
    if len(checker.calls) > 1 and checker.row_picker:
        raise StatementError(
            f"selector function {checker.row_picker}() cannot be combined with other functions"
        )
    if not checker.calls:
        _check_without_calls(statement, grouped=interval and not inherited)
    _check_mixture(checker)


def _check_without_calls(statement: SelectStatement, *, grouped: bool) -> None:
    if statement.fill.kind in {"none", "linear"}:
        raise StatementError(f"fill({statement.fill.kind}) must be used with a function")
    if grouped:
        raise StatementError("GROUP BY requires at least one aggregate function")


def _check_mixture(checker: CallChecker) -> None:
    if checker.has_distinct and (len(checker.calls) != 1 or checker.has_columns):
        raise StatementError(
            "aggregate function distinct() cannot be combined with other functions or fields"
        )
    if checker.has_columns and not checker.only_selectors:
        raise StatementError("mixing aggregate and non-aggregate queries is not supported")
    if checker.has_columns and len(checker.calls) > 1:
        raise StatementError(
            "mixing multiple selector functions with tags or fields is not supported"
        )
