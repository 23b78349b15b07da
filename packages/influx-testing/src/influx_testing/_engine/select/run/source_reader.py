"""Reads points from the sources after FROM: measurements and subqueries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from heapq import merge
from itertools import takewhile
from typing import Any

from influx_query import walk
from influx_query.nodes import Call, Expr, VarRef
from influx_testing._engine.select.merging.series_merging import merged_streams
from influx_testing._engine.select.plan.measurement_views import MeasurementView, MeasurementViews
from influx_testing._engine.select.plan.select_plan import SelectPlan, field_name, result_fields
from influx_testing._engine.select.run.arithmetic import truncated, truncated_unsigned, wrap
from influx_testing._engine.select.run.buckets import bounded, reduced
from influx_testing._engine.select.run.evaluate import (
    ExpressionRules,
    compile_expression,
    names_to_read,
)
from influx_testing._engine.select.run.point_runs import PointRun, PointRuns, points_of, runs_of
from influx_testing._engine.select.run.points import (
    Key,
    Point,
    Points,
    ReadOptions,
    Sharing,
    subset,
)
from influx_testing._engine.select.run.rows import Row
from influx_testing._engine.select.run.scan import reads, scan
from influx_testing._engine.storage.columns import NUMBER_TYPES
from influx_testing.errors import PanicError, StatementError

__all__ = ["SourceReader", "present"]

RunSubquery = Callable[[SelectPlan, ReadOptions], Iterator[Row]]

_Source = SelectPlan | tuple[MeasurementView, ...]
"""A subquery, or the measurements of a name or regular expression after FROM."""


class SourceReader:
    """Reads the sources of one plan.

    Args:
        plan: the plan.
        views: finds measurements.
        run: executes a subquery with the options of the outer query.
    """

    def __init__(self, plan: SelectPlan, views: MeasurementViews, run: RunSubquery) -> None:
        self._sources = [
            source if isinstance(source, SelectPlan) else views.of(source)
            for source in plan.sources
        ]
        self._views = [
            view
            for source in self._sources
            if not isinstance(source, SelectPlan)
            for view in source
        ]
        names = {view.name for view in self._views}
        has_subquery = any(isinstance(source, SelectPlan) for source in self._sources)
        self._are_distinct = not has_subquery and len(names) == len(self._views)
        self._run = run

    @property
    def only_view(self) -> MeasurementView | None:
        """The measurement, if it is the only source."""
        return self._views[0] if len(self._views) == len(self._sources) == 1 else None

    def ends(self, driver: VarRef, options: ReadOptions, *, earliest: bool) -> Points:
        """Read points that include the earliest or the latest point of each group.

        Without buckets, the server reads for first() and last() only the points of each shard that
        LIMIT 1 would read. It ignores other series with points at the same time.

        Args:
            driver: the name that has the values of the points.
            options: the options for reading.
            earliest: whether to read the earliest points, not the latest.
        """
        limits = bounded(replace(options, ascending=earliest, limit=1))

        def read(view: MeasurementView) -> Points:
            points = points_of(scan(view, driver, limits))
            return sorted(points, key=_place(options), reverse=not options.ascending)

        return self._merged(read, driver, options)

    def points(self, driver: VarRef | None, options: ReadOptions) -> Points:
        """Read the points of all sources, ordered by group, then time.

        Args:
            driver: the name that has the values of the points. With None, there is a point at every
                time with a value, or for every row of a subquery.
            options: the options for reading.
        """
        return self._merged(lambda view: points_of(scan(view, driver, options)), driver, options)

    def runs(self, driver: VarRef, options: ReadOptions) -> PointRuns:
        """Read the points of all sources that have a value, as runs; see `points`."""
        if self.only_view is not None:
            return scan(self.only_view, driver, options)
        return present(self.points(driver, options), options)

    def _merged(
        self, read: Callable[[MeasurementView], Points], driver: VarRef | None, options: ReadOptions
    ) -> Points:
        """Merge the points of all sources."""
        if self._are_distinct:
            return _in_order([*map(read, self._views)], options)
        streams = [
            source if isinstance(source, Iterator) else _in_order([*map(read, source)], options)
            for source in self._opened(driver, options)
        ]
        if options.share is not None and len(streams) > 1:
            streams = [_shares(stream, options.share, options) for stream in streams]
        return merged_streams(streams, options, by_bucket=driver is not None)

    def _opened(
        self, driver: VarRef | None, options: ReadOptions
    ) -> Iterator[Iterator[Point] | tuple[MeasurementView, ...]]:
        """The measurements of each source, or the points of a subquery with values of a name."""
        for place, source in enumerate(self._sources):
            if not isinstance(source, SelectPlan):
                yield source
            elif driver is None or _names(source, driver):
                rows = self._started(place, source, driver, options)
                if driver is not None and not _offers(source, driver):
                    continue
                yield _of_source(_subquery_points(source, rows, driver, options), options)

    def start(self, ref: VarRef, options: ReadOptions, *, by_source: bool) -> None:
        """Start the sources, for a function that does not support the type of their values.

        Args:
            ref: the name that has the values.
            options: the options for reading.
            by_source: whether the server applies the function to each source. Then it starts no
                source after the first one with values.

        Raises:
            StatementError: a subquery fails before the function.
            PanicError: the server panics when it closes the sources that it started.
        """
        for place, source in enumerate(self._sources):
            if isinstance(source, SelectPlan) and _names(source, ref):
                self._started(place, source, ref, options)
            if by_source and self._has(source, ref, options):
                self._close(place, ref, options)
                return

    def reads(self, ref: VarRef, options: ReadOptions) -> bool:
        """Whether values of a name are read from any source."""
        return any(self._has(source, ref, options) for source in self._sources)

    def begins_with_floats(self, ref: VarRef, options: ReadOptions) -> bool:
        """Whether the first source that is merged is a subquery without a name.

        For a function that the server applies to each source, that is a source of floats.
        """
        for source in self._sources:
            if isinstance(source, SelectPlan):
                return not _names(source, ref)
            if self._has(source, ref, options):
                return False
        return False

    def _has(self, source: _Source, ref: VarRef | None, options: ReadOptions) -> bool:
        """Whether the server reads values of a name from a source; with None, any values."""
        if isinstance(source, SelectPlan):
            return ref is None or _offers(source, ref)
        return any(reads(view, ref, options) for view in source)

    def _started(
        self, place: int, subquery: SelectPlan, ref: VarRef | None, options: ReadOptions
    ) -> Iterator[Row]:
        """Start the subquery at a place among the sources."""
        try:
            return self._run(subquery, options)
        except PanicError:
            raise
        except StatementError:
            self._close(place, ref, options)
            raise

    def _close(self, place: int, ref: VarRef | None, options: ReadOptions) -> None:
        """Close the sources before the one at a place, which failed.

        Raises:
            PanicError: one of them is a measurement without values. The server has nothing to close
                there: a nil pointer. Of a regular expression, it closes the measurements before the
                one that failed.
        """
        failed = self._sources[place]
        before = [failed[:1]] if isinstance(failed, tuple) else []
        before += [source for source in self._sources[:place] if isinstance(source, tuple)]
        if not all(self._has(source, ref, options) for source in before):
            raise PanicError("runtime error: invalid memory address or nil pointer dereference")


def _shares(points: Points, share: Sharing, options: ReadOptions) -> Points:
    """Reduce the points of a source to shares."""
    return reduced(present(points, options), lambda run: [(None, share(run.values), ())], options)


def present(points: Points, options: ReadOptions) -> PointRuns:
    """Collect the points that have a value into runs."""
    runs = runs_of(points, options.dimensions, ascending=options.ascending)
    return map(PointRun.valued, runs)


def _in_order(streams: list[Points], options: ReadOptions) -> Points:
    """Merge the points of different measurements."""
    if len(streams) == 1:
        return streams[0]
    return merge(*streams, key=_place(options), reverse=not options.ascending)


def _place(options: ReadOptions) -> Callable[[Point], tuple[Key, int]]:
    """Return the sort key of points: outermost group and time."""
    return lambda point: (subset(point[0], options.dimensions), point[1])


def _offers(plan: SelectPlan, ref: VarRef) -> bool:
    """Whether a subquery has values of a name: in a column, if its type is known, or in a tag."""
    if _has_column(plan, ref):
        return ref.data_type not in {"", "field"}
    return ref.name in plan.dimensions


def _names(plan: SelectPlan, ref: VarRef) -> bool:
    """Whether the server starts a subquery for a name, even if that has no values."""
    return _has_column(plan, ref) or ref.name in plan.dimensions


def _has_column(plan: SelectPlan, ref: VarRef) -> bool:
    return ref.name in {field_name(column) for column in result_fields(plan.statement)}


def _subquery_points(
    plan: SelectPlan, rows: Iterable[Row], driver: VarRef | None, options: ReadOptions
) -> Iterator[Point]:
    if options.condition is not None:
        rows = _filtered(plan, rows, options.condition, options.dialect.in_outer_where)
    value = _value_picker(plan, driver) if driver is not None else _nothing
    beside = [_beside_picker(plan, ref) for ref in options.beside]
    for row in rows:
        key = row.key[0], tuple(tag for tag in row.key[1] if tag[0] in options.group_by)
        yield key, row.time, value(row), tuple(pick(row) for pick in beside)


def _of_source(points: Iterator[Point], options: ReadOptions) -> Iterator[Point]:
    """The points of a subquery that the server merges with those of other sources.

    If it reduces each source before, that are the points with a value, up to the first one outside
    of its own bucket. Otherwise such a point ends all sources.
    """
    if not options.by_source:
        return points
    valued = (point for point in points if point[2] is not None)
    return takewhile(lambda point: _is_inside(point[1], options), valued)


def _is_inside(time: int, options: ReadOptions) -> bool:
    start, end = options.window(time)
    return start <= time < end


def _nothing(row: Row) -> None:
    return None


def _value_picker(plan: SelectPlan, ref: VarRef) -> Callable[[Row], Any]:
    """Return a function that reads a name that has the values of points.

    A value of another type is converted between numbers, and otherwise missing.
    """
    pick, cast = _picker(plan, ref), _CASTS.get(ref.data_type)
    return pick if cast is None else lambda row: cast(pick(row))


def _beside_picker(
    plan: SelectPlan, ref: VarRef, missing: str | None = None
) -> Callable[[Row], Any]:
    """Return a function that reads an additional name; it converts only numbers to its type."""
    pick, cast = _picker(plan, ref, missing), _CASTS.get(ref.data_type)
    if cast is None or ref.data_type not in NUMBER_TYPES:
        return pick

    def pick_number(row: Row) -> Any:
        value = pick(row)
        number = value.__class__ is int or (value.__class__ is float and value == value)
        return cast(value) if number else value

    return pick_number


def _picker(plan: SelectPlan, ref: VarRef, missing: str | None = None) -> Callable[[Row], Any]:
    """Return a function that reads a name from the columns of a subquery, or else from its tags."""
    for index, column in enumerate(result_fields(plan.statement)):
        if field_name(column) == ref.name:
            return lambda row: row.values[index]
    if ref.name in plan.dimensions or missing is not None:
        return lambda row: dict(row.key[1]).get(ref.name, missing)
    return _nothing


def _as_float(value: Any) -> float | None:
    return float(value) if value.__class__ in {int, float} else None


def _as_integer(value: Any) -> int | None:
    if value.__class__ is float:
        return truncated(value)
    return wrap(value) if value.__class__ is int else None


def _as_unsigned(value: Any) -> int | None:
    return truncated_unsigned(value) if value.__class__ in {int, float} else None


def _as_text(value: Any) -> str | None:
    return value if value.__class__ is str else None


_CASTS: dict[str, Callable[[Any], Any]] = {
    "boolean": lambda value: value if value.__class__ is bool else None,
    "float": _as_float,
    "integer": _as_integer,
    "string": _as_text,
    "tag": _as_text,
    "unsigned": _as_unsigned,
}


def _filtered(
    plan: SelectPlan, rows: Iterable[Row], condition: Expr, rules: ExpressionRules
) -> Iterator[Row]:
    """Keep the rows of a subquery that meet a condition of the outer query.

    As on the server, functions in the condition return missing values here.
    """
    names = names_to_read(condition, rules)
    calls = dict.fromkeys(node for node in walk(condition) if isinstance(node, Call))
    slots: dict[Expr, int] = {operand: slot for slot, operand in enumerate([*names, *calls])}
    holds = compile_expression(condition, slots, rules)
    pickers = [
        *(_beside_picker(plan, name, missing="") for name in names.values()),
        *(_nothing for _ in calls),
    ]
    for row in rows:
        if holds([pick(row) for pick in pickers]) is True:
            yield row
