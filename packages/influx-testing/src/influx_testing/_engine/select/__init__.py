"""SELECT: from a syntax tree to rows.

compile -> plan (no data looked at) -> expand (wildcards, types) -> execute (streams of points).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo

from influx_query import walk
from influx_query.nodes import SelectStatement, VarRef
from influx_testing._engine.catalog.databases import Databases
from influx_testing._engine.select.functions.function_calls import extra_buckets
from influx_testing._engine.select.plan.compile import compile_select
from influx_testing._engine.select.plan.expand import expand
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
    """The answer of a SELECT.

    Attributes:
        columns: the names of the columns; the first is that of time.
        rows: in order of series, then of time; read once.
        zone: what times are shown in; None is UTC.
        tags: which values of a row are tags that top() or bottom() chose by.
        group_by: the tags that the rows are grouped by.
        is_known: whether any selected name is one of a field.
    """

    columns: list[str]
    rows: Iterator[Row]
    zone: tzinfo | None = None
    tags: frozenset[int] = frozenset()
    group_by: tuple[str, ...] = ()
    is_known: bool = False


def select(
    statement: SelectStatement,
    databases: Databases,
    now: int,
    limits: QueryLimits,
    dialect: SelectDialect = V1_DIALECT,
) -> SelectResult:
    """Run a statement whose sources have their databases and policies filled in.

    Raises:
        StatementError: the server refuses the statement; also while rows are read.
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
        plan.dimensions,
        _selects_fields(plan),
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

    Where a function needs buckets before the first one, and there is no lower bound, the start of
    the span wraps around on a server that sees shards, and no shard is in it.

    Raises:
        StatementError: the server refuses the statement.
    """
    plan = compile_select(statement, now)
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
    return expand(plan, views), views


def asked_span(plan: SelectPlan, now: int) -> tuple[int, int]:
    """The span of time asked for; with buckets it ends now, unless it says otherwise."""
    low, high = plan.span.min, plan.span.max
    latest = now if plan.interval else MAX_TIME
    return (MIN_TIME if low is None else low), (latest if high is None else high)


def _require_sources(plan: SelectPlan, views: MeasurementViews) -> None:
    for source in plan.sources:
        if isinstance(source, SelectPlan):
            _require_sources(source, views)
        else:
            views.of(source)


def _read_from(plan: SelectPlan, start: int, end: int, limits: QueryLimits) -> int:
    """The earliest moment that may be read: without a lower bound, as many buckets as allowed."""
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
