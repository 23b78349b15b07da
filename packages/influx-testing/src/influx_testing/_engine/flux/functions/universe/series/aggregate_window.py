"""The function `aggregateWindow`.

It means `window(...) |> fn(column: ...) |> fill empty tables |> duplicate(column: timeSrc, as:
timeDst) |> window(every: inf)`. With a plain aggregate or selector as `fn`, no table is made for a
window: that is many times faster.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from influx_flux import FluxDuration
from influx_flux.nodes import Location
from influx_testing._engine.flux.flux_errors import FluxError, RuntimeFluxError
from influx_testing._engine.flux.functions.universe.reducing.column_aggregates import (
    AGGREGATES,
    ColumnAggregate,
    aggregate_column,
)
from influx_testing._engine.flux.functions.universe.reducing.row_selectors import (
    SELECTORS,
    RowSelector,
    selector_column,
)
from influx_testing._engine.flux.functions.universe.series.window_function import (
    WindowColumns,
    WindowRows,
    schedule_of,
    window_times,
    windowed,
)
from influx_testing._engine.flux.numeric.window_schedule import Bounds, WindowSchedule
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import builtin_of, flux_function
from influx_testing._engine.flux.table.column_values import has_nulls
from influx_testing._engine.flux.table.group_key import GroupKey
from influx_testing._engine.flux.table.key_merging import merged_by_key
from influx_testing._engine.flux.table.keyed_table import KeyedTable, Repeated, TableColumn
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_functions import FluxFunction
from influx_testing._engine.flux.values.flux_types import MAX_INT, Value

__all__ = ["aggregate_window"]

_ZERO: Final = FluxDuration()
_PLACES: Final = {"_start": 0, "_stop": 1}


@dataclass(frozen=True, slots=True)
class _WindowRequest:
    """The arguments of one call that don't depend on the function."""

    bounds: Bounds
    column: str
    time_src: str
    time_dst: str
    create_empty: bool


@flux_function("universe", "aggregateWindow")
def aggregate_window(
    context: QueryContext,
    tables: TableStream,
    every: FluxDuration,
    fn: FluxFunction,
    period: FluxDuration = _ZERO,
    offset: FluxDuration = _ZERO,
    location: Mapping[str, Value] | None = None,
    column: str = "_value",
    time_src: str = "_stop",
    time_dst: str = "_time",
    create_empty: bool = True,
) -> TableStream:
    """Reduce the rows of each window to one row, at the end of the window."""
    bounds = tables.bounds
    if bounds is None:
        raise FluxError("nil bounds passed to window; use range to set the window range")
    if every.nanoseconds == MAX_INT:
        raise FluxError("aggregateWindow: every must not be infinite")
    schedule = schedule_of(context, every, period, offset, location)
    request = _WindowRequest(bounds, column, time_src, time_dst, create_empty)
    reduce = _direct(fn, request)
    if reduce is None:
        return _composed(tables, schedule, fn, request)
    return _merged(tables, schedule, reduce, request, fn.name)


class _Aggregation:
    """Reduces the windows of a table by an aggregate."""

    def __init__(self, aggregate: ColumnAggregate, request: _WindowRequest) -> None:
        self._aggregate = aggregate
        self._request = request

    def reduce(
        self, table: KeyedTable, windows: Iterable[tuple[Bounds, Sequence[int]]]
    ) -> KeyedTable:
        request = self._request
        column = aggregate_column(table, request.column)
        type_ = self._aggregate.result_type(column)
        times: list[int] = []
        results: list[Any] = []
        reduce = self._reducer(column.values)
        place = _PLACES[request.time_src]
        for bounds, rows in windows:
            times.append(bounds[place])
            results.append(reduce(rows))
        made = {
            request.time_dst: TableColumn("time", times),
            request.column: TableColumn(type_, results),
        }
        kept = {*table.key.labels, "_start", "_stop", *made}
        return _arranged(table, kept, made, request.bounds, len(times))

    def _reducer(self, values: Sequence[Any]) -> Any:
        """The function from the numbers of rows to their aggregate."""
        aggregate = self._aggregate
        reduce = aggregate.of if has_nulls(values) else aggregate.reduce

        def run(rows: Sequence[int]) -> Any:
            return reduce(_values_at(values, rows))

        return run


class _Selection:
    """Reduces the windows of a table by a selector."""

    def __init__(self, selector: RowSelector, request: _WindowRequest) -> None:
        self._selector = selector
        self._request = request

    def reduce(
        self, table: KeyedTable, windows: Iterable[tuple[Bounds, Sequence[int]]]
    ) -> KeyedTable:
        request = self._request
        values = selector_column(table, request.column, self._selector).values
        choose = self._selector.choose
        place = _PLACES[request.time_src]
        times: list[int] = []
        chosen: list[int | None] = []
        for bounds, rows in windows:
            found = choose(_values_at(values, rows))
            if found is not None or request.create_empty:
                times.append(bounds[place])
                chosen.append(None if found is None else rows[found])
        made = {
            label: _taken(column, chosen)
            for label, column in table.columns.items()
            if label not in table.key
        }
        made[request.time_dst] = TableColumn("time", times)
        kept = {*table.columns, "_start", "_stop", request.time_dst}
        return _arranged(table, kept, made, request.bounds, len(times))


def _values_at(values: Sequence[Any], rows: Sequence[int]) -> Sequence[Any]:
    if isinstance(rows, range):
        return values[rows.start : rows.stop]
    return [values[row] for row in rows]


def _taken(column: TableColumn, rows: Sequence[int | None]) -> TableColumn:
    """The values of some rows; null where there is no row."""
    values = column.values
    return TableColumn(column.type, [None if row is None else values[row] for row in rows])


def _arranged(
    table: KeyedTable,
    kept: set[str],
    made: Mapping[str, TableColumn],
    bounds: Bounds,
    length: int,
) -> KeyedTable:
    """The table of some columns in the order of the old one, with the range in its key."""
    key = _range_key(table.key.without(made), bounds)
    columns: dict[str, TableColumn] = {}
    for label in dict.fromkeys(("_start", "_stop", *table.columns, *made)):
        if label in key:
            columns[label] = TableColumn(key.type_of(label), Repeated(key[label], length))
        elif label in kept and label in made:
            columns[label] = made[label]
    return KeyedTable(key, columns, length)


def _range_key(key: GroupKey, bounds: Bounds) -> GroupKey:
    return key.with_column("_start", "time", bounds.start).with_column("_stop", "time", bounds.stop)


def _direct(fn: FluxFunction, request: _WindowRequest) -> _Aggregation | _Selection | None:
    """The way to reduce windows without tables; None if `fn` or `timeSrc` need tables."""
    if request.time_src not in _PLACES or request.time_dst in ("_start", "_stop", request.column):
        return None
    for name, aggregate in AGGREGATES.items():
        if _is_builtin(fn, name):
            return _Aggregation(aggregate, request)
    for name, selector in SELECTORS.items():
        if _is_builtin(fn, name):
            return _Selection(selector, request)
    return None


def _is_builtin(fn: FluxFunction, name: str) -> bool:
    return getattr(fn, "builtin", None) is builtin_of("", name)


def _merged(
    tables: TableStream,
    schedule: WindowSchedule,
    reduction: _Aggregation | _Selection,
    request: _WindowRequest,
    function: str,
) -> TableStream:
    def run(source: Iterable[KeyedTable]) -> Iterator[KeyedTable]:
        windows = WindowRows(
            schedule, request.bounds, tables.budget, create_empty=request.create_empty
        )
        for table in source:
            found = windows.of(window_times(table, "_time"))
            try:
                reduced = reduction.reduce(table, found)
            except FluxError as error:
                raise RuntimeFluxError(error, function, _location(merged)) from None
            if len(reduced):
                yield reduced

    merged = tables.derive(run)
    return merged


def _location(stream: TableStream) -> Location | None:
    return None if stream.origin is None else stream.origin.location


def _composed(
    tables: TableStream, schedule: WindowSchedule, fn: FluxFunction, request: _WindowRequest
) -> TableStream:
    """The same with any function, by way of a table for each window."""
    divided = windowed(
        tables, schedule, request.bounds, WindowColumns(), create_empty=request.create_empty
    )
    reduced: TableStream = fn.pipe(divided, column=request.column)

    def finish(table: KeyedTable) -> KeyedTable:
        full = table if len(table) or not request.create_empty else _with_null_row(table)
        made = _with_time(full, request)
        return made.with_key(_range_key(made.key, request.bounds))

    def run(source: Iterable[KeyedTable]) -> Iterator[KeyedTable]:
        return (table for table in merged_by_key(map(finish, source)) if len(table))

    return reduced.derive(run)


def _with_null_row(table: KeyedTable) -> KeyedTable:
    """A table of one row, null outside of the key."""
    columns = {
        label: TableColumn(column.type, Repeated(table.key.get(label), 1))
        for label, column in table.columns.items()
    }
    return KeyedTable(table.key, columns, 1)


def _with_time(table: KeyedTable, request: _WindowRequest) -> KeyedTable:
    """The table with the column `timeSrc` as `timeDst`."""
    source = table.columns.get(request.time_src)
    if source is None:
        raise FluxError(f'no column "{request.time_src}" exists')
    return table.with_column(request.time_dst, source.type, source.values)
