"""The function `window`: divides tables into windows of time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import gt

from influx_flux import FluxDuration
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.functions.universe.series.time_arguments import (
    clock_of,
    step_of,
)
from influx_testing._engine.flux.numeric.window_schedule import Bounds, WindowSchedule
from influx_testing._engine.flux.query_budget import QueryBudget
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.column_values import known
from influx_testing._engine.flux.table.group_key import GroupKey
from influx_testing._engine.flux.table.key_merging import merged_by_key
from influx_testing._engine.flux.table.keyed_table import KeyedTable, Repeated, TableColumn
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_types import MAX_INT, Value

__all__ = ["WindowColumns", "WindowRows", "schedule_of", "window", "windowed"]

_ZERO = FluxDuration()
_FEW_ROWS = 8


@dataclass(frozen=True, slots=True)
class WindowColumns:
    """The columns that `window` reads and writes.

    Attributes:
        time: the times of rows.
        start: the column for the start of a window.
        stop: the column for its end.
    """

    time: str = "_time"
    start: str = "_start"
    stop: str = "_stop"


@flux_function("universe", "window")
def window(
    context: QueryContext,
    tables: TableStream,
    every: FluxDuration = _ZERO,
    period: FluxDuration = _ZERO,
    offset: FluxDuration = _ZERO,
    location: Mapping[str, Value] | None = None,
    time_column: str = "_time",
    start_column: str = "_start",
    stop_column: str = "_stop",
    create_empty: bool = False,
) -> TableStream:
    """Divide tables into windows, cut to the range; a row may be in several of them."""
    bounds = tables.bounds
    if bounds is None:
        raise FluxError("nil bounds passed to window; use range to set the window range")
    columns = WindowColumns(time_column, start_column, stop_column)
    if every.nanoseconds == MAX_INT:
        return tables.derive(lambda source: merged_by_key(_rejoined(source, columns, bounds)))
    schedule = schedule_of(context, every, period, offset, location)
    return windowed(tables, schedule, bounds, columns, create_empty=create_empty)


def schedule_of(
    context: QueryContext,
    every: FluxDuration,
    period: FluxDuration,
    offset: FluxDuration,
    location: Mapping[str, Value] | None,
) -> WindowSchedule:
    """Return the windows that arguments describe.

    Raises:
        FluxError: they describe none.
    """
    if every == _ZERO and period == _ZERO:
        raise FluxError(
            'window function requires at least one of "every" or "period" to be set and non-zero'
        )
    step = step_of(period if every == _ZERO else every)
    length = step if period == _ZERO else step_of(period)
    try:
        return WindowSchedule(step, length, step_of(offset), clock_of(context, location))
    except ValueError as error:
        raise FluxError(str(error)) from None


def windowed(
    tables: TableStream,
    schedule: WindowSchedule,
    bounds: Bounds,
    columns: WindowColumns,
    *,
    create_empty: bool,
) -> TableStream:
    """Return a stream of a table for each window."""

    def run(source: Iterable[KeyedTable]) -> Iterable[KeyedTable]:
        windows = WindowRows(schedule, bounds, tables.budget, create_empty=create_empty)
        return merged_by_key(made for table in source for made in _divided(table, windows, columns))

    return tables.derive(run)


def _divided(
    table: KeyedTable, windows: WindowRows, columns: WindowColumns
) -> Iterator[KeyedTable]:
    key = table.key.without((columns.start, columns.stop))
    for bounds, rows in windows.of(window_times(table, columns.time)):
        part = table.cut(rows.start, rows.stop) if isinstance(rows, range) else table.take(rows)
        yield _in_window(part, key, bounds, columns)


def _in_window(
    table: KeyedTable, key: GroupKey, bounds: Bounds, columns: WindowColumns
) -> KeyedTable:
    """The table with the bounds of a window in its key."""
    edges = ((columns.start, "time", bounds.start), (columns.stop, "time", bounds.stop))
    count = len(table)
    made = dict(table.columns)
    for label, type_, value in edges:
        made[label] = TableColumn(type_, Repeated(value, count))
    return KeyedTable(GroupKey((*key, *edges)), made, count)


def window_times(table: KeyedTable, label: str) -> Sequence[int | None]:
    """Return the times by which a table is divided.

    Raises:
        FluxError: the table has no such column of times.
    """
    column = table.columns.get(label)
    if column is None:
        raise FluxError(f'missing time column "{label}"')
    if column.type != "time":
        raise FluxError(f'time column "{label}" does not contain time values')
    return column.values


_WINDOW_COST = 20
"""How many rows of the budget a window takes, because a table takes more time than a row."""


class WindowRows:
    """Finds the rows of each window.

    Args:
        schedule: the windows.
        bounds: the range, to which windows are cut.
        budget: limits the number of windows.
        create_empty: whether windows without rows count.
    """

    def __init__(
        self,
        schedule: WindowSchedule,
        bounds: Bounds,
        budget: QueryBudget,
        *,
        create_empty: bool,
    ) -> None:
        self._schedule = schedule
        self._bounds = bounds
        self._budget = budget
        self._all: list[Bounds] | None = None
        budget.take(_WINDOW_COST * schedule.count_in(0))
        if create_empty:
            budget.take(_WINDOW_COST * schedule.count_in(bounds.stop - bounds.start))
            self._all = [found.within(bounds) for found in schedule.overlapping(bounds)]

    def of(self, times: Sequence[int | None]) -> Iterable[tuple[Bounds, Sequence[int]]]:
        """Yield windows with the numbers of their rows, in order of the windows."""
        ordered = known(times)
        if len(ordered) == len(times) and _is_sorted(ordered):
            return self._of_ordered(ordered)
        return self._of_any_order(times)

    def _of_ordered(self, times: Sequence[int]) -> Iterator[tuple[Bounds, range]]:
        windows = self._with_rows(times) if self._all is None else self._all
        low = high = 0
        last_stop: int | None = None
        for bounds in windows:
            start, stop = bounds
            low = high if start == last_stop else bisect_left(times, start, low)
            high = _first_from(times, stop, low)
            last_stop = stop
            yield bounds, range(low, high)

    def _with_rows(self, times: Sequence[int]) -> Iterator[Bounds]:
        """Yield the windows in which some of the times lie."""
        row = bisect_left(times, self._bounds.start)
        end = bisect_left(times, self._bounds.stop)
        jumps = self._schedule.fixed_width is not None
        last: int | None = None
        while row < end:
            stop = times[row] + 1
            for found in self._schedule.overlapping(Bounds(stop - 1, stop)):
                cut = found.within(self._bounds)
                if last is None or found.start > last:
                    self._budget.take(_WINDOW_COST)
                    yield cut
                    last = found.start
                stop = cut.stop
            row = bisect_left(times, stop, row + 1) if jumps else row + 1

    def _of_any_order(self, times: Sequence[int | None]) -> Iterator[tuple[Bounds, list[int]]]:
        pairs = sorted((time, row) for row, time in enumerate(times) if time is not None)
        for bounds, places in self._of_ordered([time for time, _ in pairs]):
            yield bounds, sorted(row for _, row in pairs[places.start : places.stop])


def _first_from(times: Sequence[int], stop: int, low: int) -> int:
    """The first row from `low` on that is not before a time; it is near in most cases."""
    near = low + _FEW_ROWS
    if near < len(times) and times[near] >= stop:
        return bisect_left(times, stop, low, near)
    return bisect_left(times, stop, low)


def _is_sorted(times: Sequence[int]) -> bool:
    return not any(map(gt, times, islice(times, 1, None)))


def _rejoined(
    source: Iterable[KeyedTable], columns: WindowColumns, bounds: Bounds
) -> Iterator[KeyedTable]:
    """Undo windows: `window(every: inf)` gives each table the bounds of the range."""
    for table in source:
        window_times(table, columns.time)
        key = table.key.without((columns.start, columns.stop))
        yield _in_window(table, key, bounds, columns)
