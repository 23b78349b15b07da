"""SELECT: from a syntax tree to rows.

The steps are: compile to a plan (without data), expand (wildcards and types), execute (streams of
points).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo

from influx_query import transform, walk
from influx_query.nodes import Call, SelectStatement, VarRef
from influx_testing._engine.catalog.databases import Databases
from influx_testing._engine.select.functions.function_calls import extra_buckets
from influx_testing._engine.select.functions.indicators import INDICATORS
from influx_testing._engine.select.plan.compile import (
    compile_select,
    distinct_as_call,
    without_times,
)
from influx_testing._engine.select.plan.condition_checks import refuse_constants, require_patterns
from influx_testing._engine.select.plan.expand import expand
from influx_testing._engine.select.plan.expression_types import TypeFinder
from influx_testing._engine.select.plan.measurement_views import MeasurementViews
from influx_testing._engine.select.plan.mixed_columns import refuse_mixed_columns
from influx_testing._engine.select.plan.query_limits import LimitTracker, QueryLimits
from influx_testing._engine.select.plan.select_plan import (
    SelectPlan,
    column_names,
    result_fields,
    tag_columns,
)
from influx_testing._engine.select.plan.time_conditions import MAX_TIME, MIN_TIME
from influx_testing._engine.select.run.arithmetic import wrap
from influx_testing._engine.select.run.dialect import V1_DIALECT, V3_DIALECT, SelectDialect
from influx_testing._engine.select.run.execute import Execution, top_options
from influx_testing._engine.select.run.rows import Row, without_nan
from influx_testing.errors import StatementError

__all__ = [
    "V1_DIALECT",
    "V3_DIALECT",
    "QueryLimits",
    "SelectDialect",
    "SelectResult",
    "asked_span",
    "prepare",
    "select",
]


@dataclass(frozen=True, slots=True)
class SelectResult:
    """The result of a SELECT.

    Attributes:
        columns: the names of the columns; the first one is the time column.
        rows: the rows, ordered by series and time; they can be read once.
        zone: the time zone in which times are shown; None means UTC.
        tags: the positions of values in a row that are tags of top() or bottom(). With INTO, the
            keys of the rows have these tags.
        unsigned: the positions of unsigned integers.
        group_by: the tags by which the rows are grouped.
        is_known: whether any selected name is a field.
    """

    columns: list[str]
    rows: Iterator[Row]
    zone: tzinfo | None = None
    tags: frozenset[int] = frozenset()
    unsigned: frozenset[int] = frozenset()
    group_by: tuple[str, ...] = ()
    is_known: bool = False


def select(
    statement: SelectStatement,
    databases: Databases,
    now: int,
    limits: QueryLimits,
    dialect: SelectDialect = V1_DIALECT,
) -> SelectResult:
    """Execute a statement whose sources have databases and policies.

    Raises:
        StatementError: the server refuses the statement; reading the rows can raise it too.
    """
    plan, views = prepare(statement, databases, now, limits, dialect)
    if dialect.refuses_mixed_columns:
        refuse_mixed_columns(plan)
    start, end = asked_span(plan, now)
    options = top_options(plan, start, end, LimitTracker(limits.made, limits.points))
    _check_buckets(plan, start, end, limits)
    columns = [plan.time_name, *column_names(result_fields(plan.statement))]
    rows = Execution(views, now, dialect).rows(plan, options)
    if plan.may_have_nan:
        rows = map(without_nan, rows)
    return SelectResult(
        columns,
        rows,
        plan.interval.zone,
        tag_columns(plan.statement),
        _unsigned_columns(plan, views),
        plan.dimensions,
        _selects_fields(plan),
    )


def _unsigned_columns(plan: SelectPlan, views: MeasurementViews) -> frozenset[int]:
    """The positions of the fields whose integers are unsigned."""
    types = TypeFinder(plan, views)
    fields = enumerate(result_fields(plan.statement))
    return frozenset(
        place for place, field in fields if types.of_subquery(field.expr) == "unsigned"
    )


def _selects_fields(plan: SelectPlan) -> bool:
    """Whether any selected name is known to be a field."""
    names = (node for field in plan.fields for node in walk(field) if isinstance(node, VarRef))
    return any(name.data_type not in {"", "field", "tag"} for name in names)


def prepare(
    statement: SelectStatement,
    databases: Databases,
    now: int,
    limits: QueryLimits,
    dialect: SelectDialect = V1_DIALECT,
) -> tuple[SelectPlan, MeasurementViews]:
    """Plan a statement and resolve it against the data, without reading points.

    Some functions read buckets before the first one. Without a lower bound on time, the start of
    the time range then overflows on 1.x servers, so that the range contains no shard.

    Raises:
        StatementError: the server refuses the statement.
        PanicError: the server fails at the statement.
    """
    if dialect.has_distinct_everywhere:
        statement = transform(statement, distinct_as_call)
    if not dialect.keeps_times:
        statement = transform(statement, without_times)
    if not dialect.has_indicators:
        _refuse_indicators(statement)
    plan = compile_select(statement, now)
    if dialect.panics_without_pattern:
        require_patterns(plan.condition)
    start, end = asked_span(plan, now)
    read_from = _read_from(plan, start, end, limits)
    beyond = plan.interval.duration * extra_buckets(plan)
    first, last = start, end
    if plan.ascending:
        before = start - beyond
        first = wrap(before) if dialect.sees_shards else max(before, MIN_TIME)
    if not plan.ascending:
        last = min(end + beyond, MAX_TIME)
    by_schema = not dialect.sees_shards
    views = MeasurementViews(databases, max(first, read_from), last, read_from, by_schema=by_schema)
    _require_sources(plan, views)
    expanded = expand(plan, views)
    refuse_constants(plan.condition)
    return expanded, views


def _refuse_indicators(statement: SelectStatement) -> None:
    calls = (node for node in walk(statement) if isinstance(node, Call))
    for call in calls:
        if call.name in INDICATORS:
            raise StatementError(f"undefined function {call.name}()")


def asked_span(plan: SelectPlan, now: int) -> tuple[int, int]:
    """The time range of a query; with GROUP BY time() it ends now, unless it has an upper bound."""
    span = plan.span.wrapped()
    latest = now if plan.interval else MAX_TIME
    return (
        MIN_TIME if span.min is None else span.min,
        latest if span.max is None else span.max,
    )


def _require_sources(plan: SelectPlan, views: MeasurementViews) -> None:
    for source in plan.sources:
        if isinstance(source, SelectPlan):
            _require_sources(source, views)
        else:
            views.of(source)


def _read_from(plan: SelectPlan, start: int, end: int, limits: QueryLimits) -> int:
    """The earliest time that may be read; without a lower bound, the limit of buckets sets it."""
    if not (limits.buckets and plan.interval and start == MIN_TIME) or plan.is_raw:
        return MIN_TIME
    last, _ = plan.interval.window(end - 1)
    return max(MIN_TIME, last - plan.interval.duration * (limits.buckets - 1))


def _check_buckets(plan: SelectPlan, start: int, end: int, limits: QueryLimits) -> None:
    if not limits.buckets or not plan.interval or plan.is_raw or start == MIN_TIME:
        return
    first, _ = plan.interval.window(start)
    last, _ = plan.interval.window(end - 1)
    count = (last - first + plan.interval.duration) // plan.interval.duration
    LimitTracker(limits.buckets).check_buckets(count)
