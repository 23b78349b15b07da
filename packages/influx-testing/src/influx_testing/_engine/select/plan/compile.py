"""Checks a SELECT and compiles it to a plan, without access to data.

The checks have the server's order, because the first failure determines the error message.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import tzinfo
from zoneinfo import ZoneInfo

from influx_query import (
    ValidationError,
    check_condition,
    check_dimensions,
    check_fields,
    looks_like_time,
    transform,
)
from influx_query.nodes import (
    Call,
    Dimension,
    Distinct,
    DurationLiteral,
    Expr,
    Field,
    Fill,
    Measurement,
    Node,
    SelectStatement,
    StringLiteral,
    SubQuery,
    TimeLiteral,
    VarRef,
)
from influx_testing._engine.catalog.retention_policies import YEAR_ONE
from influx_testing._engine.select.plan.constant_folding import Folder, read_time
from influx_testing._engine.select.plan.select_plan import SelectPlan
from influx_testing._engine.select.plan.time_conditions import simplified, split_condition
from influx_testing._engine.select.plan.time_windows import Interval
from influx_testing.errors import StatementError

__all__ = ["compile_select", "distinct_as_call", "without_times"]


@dataclass(frozen=True, slots=True)
class _Outer:
    """The context of the outer query that a subquery needs."""

    ascending: bool
    has_interval: bool


def compile_select(statement: SelectStatement, now: int, outer: _Outer | None = None) -> SelectPlan:
    """Check a statement and return its plan.

    Raises:
        StatementError: the server refuses the statement, independently of the data.
    """
    zone = _zone(statement.location)
    folder = Folder(now, zone)
    condition, span = split_condition(statement.condition, folder)
    with _refusing():
        if condition is not None:
            check_condition(condition)
    if outer is not None and statement.condition is not None:
        condition, span = split_condition(simplified(statement.condition, folder), folder)
    interval, dimensions = _dimensions(statement, folder)
    ascending = all(field.ascending for field in statement.sort_fields)
    if outer is not None and statement.sort_fields and ascending != outer.ascending:
        raise StatementError("subqueries must be ordered in the same direction as the query itself")
    if outer is not None:
        ascending = outer.ascending
    inherited = outer is not None and outer.has_interval and not interval
    fields, time_name = _fields(statement, folder, is_top=outer is None)
    statement = replace(statement, fields=fields, dimensions=dimensions)
    grouped = bool(interval) or inherited
    with _refusing():
        checked = replace(statement, fields=tuple(f for f in fields if not _is_time_field(f)))
        if outer is not None and interval and statement.fill.kind == "null":
            checked = replace(checked, fill=Fill("none"))  # subqueries have no empty buckets
        check_fields(checked, grouped=grouped, inherited=inherited, version="1.6")
    if outer is None:
        fields = tuple(transform(field, _rewritten_distinct) for field in fields)
        statement = replace(statement, fields=fields)
    around = _Outer(ascending, grouped)
    sources = tuple(_source(source, now, around) for source in statement.sources)
    return SelectPlan(statement, sources, condition, span, interval, time_name, ascending)


def _zone(name: str) -> tzinfo | None:
    """Return a time zone; the local zone of the server is UTC here."""
    return None if name in {"", "UTC", "Local"} else ZoneInfo(name)


def _source(source: object, now: int, outer: _Outer) -> Measurement | SelectPlan:
    if isinstance(source, SubQuery):
        return compile_select(source.statement, now, outer)
    assert isinstance(source, Measurement)
    return source


def _dimensions(
    statement: SelectStatement, folder: Folder
) -> tuple[Interval, tuple[Dimension, ...]]:
    dimensions = tuple(Dimension(Folder().fold(each.expr)) for each in statement.dimensions)
    with _refusing():
        check_dimensions(dimensions)
    for dimension in dimensions:
        if isinstance(dimension.expr, Call):
            return _interval(dimension.expr, folder), dimensions
    return Interval(zone=folder.zone), dimensions


def _interval(call: Call, folder: Folder) -> Interval:
    """The buckets of a valid call of time()."""
    length = call.args[0]
    assert isinstance(length, DurationLiteral)
    duration = max(length.value, 0)
    offset = _offset(call.args[1], duration, folder) if len(call.args) == 2 and duration else 0
    return Interval(duration, offset, folder.zone)


def _offset(expr: Expr, duration: int, folder: Folder) -> int:
    if isinstance(expr, Call):
        if expr.name != "now":
            raise StatementError("time dimension offset function must be now()")
        if expr.args:
            raise StatementError("time dimension offset now() function requires no arguments")
        expr = folder.fold(expr)
    if isinstance(expr, TimeLiteral):
        return (expr.value + YEAR_ONE) % duration
    if isinstance(expr, DurationLiteral):
        rest = abs(expr.value) % duration
        return rest if expr.value >= 0 else -rest
    if isinstance(expr, StringLiteral) and looks_like_time(expr.value):
        read_time(expr.value, folder.zone)
        raise StatementError(f"invalid time dimension offset: {expr}")
    raise StatementError("time dimension offset must be duration or now()")


def _fields(
    statement: SelectStatement, folder: Folder, *, is_top: bool
) -> tuple[tuple[Field, ...], str]:
    """Fold the fields; return those other than the time column, and the name of that column.

    As on the server, a subquery keeps `time` as the name of a field, and so does a query for a
    `time` directly behind one that it takes away. No point has such a field.
    """
    constants = Folder(zone=folder.zone)
    time_name = "time"
    fields: list[Field] = []
    taken = False
    for field in statement.fields:
        taken = is_top and not taken and _is_time_field(field)
        if taken:
            time_name = field.alias or "time"
        else:
            fields.append(Field(constants.fold(field.expr), field.alias))
    return tuple(fields), time_name


def _is_time_field(field: Field) -> bool:
    return isinstance(field.expr, VarRef) and field.expr.name == "time"


def without_times(node: Node) -> Node:
    """Return a SELECT without `time` behind the time column; every other node is unchanged."""
    if not isinstance(node, SelectStatement):
        return node
    named = next((field for field in reversed(node.fields) if _is_time_field(field)), None)
    others = tuple(field for field in node.fields if not _is_time_field(field))
    return replace(node, fields=others if named is None or not others else (named, *others))


def distinct_as_call(node: Node) -> Node:
    """Return `DISTINCT a` as `distinct(a)`, and every other node unchanged."""
    return _as_call(node) if isinstance(node, Distinct) else node


def _as_call(expr: Expr) -> Expr:
    return Call("distinct", (VarRef(expr.name),)) if isinstance(expr, Distinct) else expr


def _rewritten_distinct(node: Node) -> Node:
    """Replace DISTINCT where 1.x does: a whole field, or an argument of a function.

    In a calculation and in a subquery it stays, and the server reads nothing for it.
    """
    if isinstance(node, Field):
        return replace(node, expr=_as_call(node.expr))
    if isinstance(node, Call):
        return replace(node, args=tuple(map(_as_call, node.args)))
    return node


@contextmanager
def _refusing() -> Generator[None]:
    """Convert validation errors of influx_query to StatementError."""
    try:
        yield
    except ValidationError as error:
        raise StatementError(str(error)) from None
