"""Executes a plan: sets up its streams and returns its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from influx_query import walk
from influx_query.functions import MATH, SELECTORS
from influx_query.nodes import Call, Expr, Fill, SelectStatement, VarRef
from influx_testing._engine.select.functions.function_calls import CallRunner
from influx_testing._engine.select.plan.condition_checks import refuse_constants
from influx_testing._engine.select.plan.expression_types import TypeFinder
from influx_testing._engine.select.plan.measurement_views import MeasurementView, MeasurementViews
from influx_testing._engine.select.plan.query_limits import LimitTracker
from influx_testing._engine.select.plan.select_plan import SelectPlan, result_fields
from influx_testing._engine.select.plan.time_conditions import MAX_TIME, MIN_TIME
from influx_testing._engine.select.run.buckets import bounded, limited
from influx_testing._engine.select.run.dialect import V1_DIALECT, SelectDialect
from influx_testing._engine.select.run.points import ReadOptions
from influx_testing._engine.select.run.row_order import (
    rows_from_end,
    sorted_group,
    sorted_rows,
    tag_places,
)
from influx_testing._engine.select.run.rows import PointScanner, Row, RowMaker
from influx_testing._engine.select.run.source_reader import SourceReader

__all__ = ["Execution", "inner_options", "symbols", "top_options"]


def top_options(plan: SelectPlan, start: int, end: int, usage: LimitTracker) -> ReadOptions:
    """The options of an outermost query for a time range."""
    statement = plan.statement
    fill = plan.fill
    if fill.kind == "null" and statement.target is not None:
        fill = Fill("none")
    dimensions = tuple(sorted(plan.dimensions))
    return ReadOptions(
        start=start,
        end=end,
        ascending=plan.ascending,
        interval=plan.interval,
        dimensions=dimensions,
        group_by=tuple(sorted(set(dimensions))),
        fill=fill,
        beside=(),
        condition=plan.condition,
        limit=statement.limit,
        offset=statement.offset,
        slimit=statement.slimit,
        soffset=statement.soffset,
        usage=usage,
        keeps_tags=statement.target is not None,
    )


def inner_options(plan: SelectPlan, outer: ReadOptions, now: int) -> ReadOptions:
    """The options of a subquery: its own, restricted by those of the outer query.

    A subquery without time() takes the buckets of the outer query, but not its time zone.
    """
    span = plan.span.wrapped()
    start = max(outer.start, MIN_TIME if span.min is None else span.min)
    end = min(outer.end, MAX_TIME if span.max is None else span.max)
    interval = plan.interval or replace(outer.interval, zone=plan.interval.zone)
    if plan.interval and end == MAX_TIME:
        end = now
    own = top_options(plan, start, end, outer.usage)
    null = own.fill.kind == "null" and not plan.is_raw
    return replace(
        own,
        interval=interval,
        dimensions=outer.dimensions,
        group_by=tuple(sorted({*own.group_by, *outer.group_by})),
        fill=Fill("none") if null else own.fill,
        ascending=outer.ascending,
        around=(outer.start, outer.end),
        slimit=own.slimit + outer.slimit,
        soffset=own.soffset + outer.soffset,
    )


class Execution:
    """Executes one statement and the subqueries in it."""

    def __init__(
        self, views: MeasurementViews, now: int, dialect: SelectDialect = V1_DIALECT
    ) -> None:
        self._views = views
        self._now = now
        self._dialect = dialect

    def rows(
        self, plan: SelectPlan, options: ReadOptions, *, outermost: bool = True
    ) -> Iterator[Row]:
        """The rows of a resolved plan, ordered by group, then time."""
        types = TypeFinder(plan, self._views)
        reader = SourceReader(plan, self._views, self._subquery)
        fields = [column.expr for column in result_fields(plan.statement)]
        calls, refs = symbols(fields)
        slots: dict[Expr, int] = {expr: slot for slot, expr in enumerate([*calls, *refs])}
        options = replace(options, beside=tuple(refs), dialect=self._dialect)
        unsigned = {call for call in calls if types.of(call) == "unsigned"}
        rules = self._dialect.in_select

        def read(options: ReadOptions) -> Iterator[Row]:
            if calls:
                runner = CallRunner(
                    reader,
                    types,
                    selects=len(calls) == 1 and calls[0].name in SELECTORS,
                    pauses=outermost and options.dialect.has_pauses,
                )
                scanners = self._call_scanners(plan, calls, options, runner, types)
            else:
                scanners = _raw_scanners(options, reader)
            maker = RowMaker(scanners, fields, slots, rules, unsigned, ascending=options.ascending)
            return iter(maker)

        if not self._dialect.sorts_rows:
            return read(options)
        options = replace(options, ascending=True, limit=0, offset=0)
        view = None if calls or options.dimensions else reader.only_view
        return _sorted(plan.statement, read, options, view)

    def _call_scanners(
        self,
        plan: SelectPlan,
        calls: list[Call],
        options: ReadOptions,
        runner: CallRunner,
        types: TypeFinder,
    ) -> list[PointScanner]:
        beside_types = [ref.data_type for ref in options.beside]
        checked = TypeFinder(plan, self._views, checks_fields=True)
        return [
            PointScanner(
                runner.run(call, options),
                slot,
                len(calls),
                [types.of(call), *beside_types],
                options.fill,
                None if self._dialect.fills_unknown_fields else self._measurements(plan, call),
            )
            for slot, call in enumerate(calls)
            if checked.of(call)
        ]

    def _measurements(self, plan: SelectPlan, call: Call) -> frozenset[str] | None:
        """The measurements that have a field of a call; None if it reads subqueries."""
        names = {node.name for node in walk(call) if isinstance(node, VarRef)}
        found: set[str] = set()
        for source in plan.sources:
            if isinstance(source, SelectPlan):
                return None
            for view in self._views.of(source):
                if names & view.field_types().keys():
                    found.add(view.name)
        return frozenset(found)

    def _subquery(self, plan: SelectPlan, outer: ReadOptions) -> Iterator[Row]:
        refuse_constants(plan.condition)
        return self.rows(plan, inner_options(plan, outer, self._now), outermost=False)


def _sorted(
    statement: SelectStatement,
    read: Callable[[ReadOptions], Iterator[Row]],
    options: ReadOptions,
    view: MeasurementView | None,
) -> Iterator[Row]:
    """Sort and limit the rows as 3.x does.

    Args:
        statement: the statement.
        read: reads the rows, in ascending order of time.
        options: the options for reading.
        view: the measurement, if the rows are its points, in one group.
    """
    tags = tag_places(statement.fields, result_fields(statement))
    ascending = all(field.ascending for field in statement.sort_fields)
    limit, offset = statement.limit, statement.offset
    if view is None:
        return sorted_rows(read(options), tags, ascending=ascending, limit=limit, offset=offset)
    rows: Iterable[Row]
    if limit and (bounds := view.time_bounds()):
        rows = rows_from_end(
            lambda start, end: read(replace(options, start=start, end=end)),
            max(options.start, bounds[0]),
            min(options.end, bounds[1]),
            limit + offset,
            at_start=ascending,
        )
    else:
        rows = read(options)
    return sorted_group(rows, tags, ascending=ascending, limit=limit, offset=offset)


def _raw_scanners(options: ReadOptions, reader: SourceReader) -> list[PointScanner]:
    if all(ref.data_type in {"", "field"} for ref in options.beside):
        return []
    points = limited(reader.points(None, bounded(options)), options)
    return [
        PointScanner(
            points, None, 0, ["", *(ref.data_type for ref in options.beside)], options.fill
        )
    ]


def symbols(fields: list[Expr]) -> tuple[list[Call], list[VarRef]]:
    """The function calls, and the sorted names outside of calls, in the fields."""
    calls: dict[Call, None] = {}
    refs: dict[VarRef, None] = {}
    stack: list[Expr] = list(reversed(fields))
    while stack:
        expr = stack.pop()
        if isinstance(expr, Call) and expr.name not in MATH:
            calls[expr] = None
        elif isinstance(expr, VarRef):
            refs[expr] = None
        else:
            stack += reversed([child for child in expr.children() if isinstance(child, Expr)])
    return list(calls), sorted(refs, key=lambda ref: (ref.name, ref.data_type))
