"""The function `range`: keeps the rows of a span of time, and adds it to the group key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from influx_testing._engine.flux.flux_errors import FluxError, StartError
from influx_testing._engine.flux.numeric.window_schedule import Bounds
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.storage.storage_stream import StorageStream
from influx_testing._engine.flux.table.keyed_table import KeyedTable
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.calendar_time import resolve_time
from influx_testing._engine.flux.values.flux_types import Value

__all__ = ["range_"]

_SECOND: Final = 1_000_000_000


@flux_function("universe", "range")
def range_(
    context: QueryContext, tables: TableStream, start: Value, stop: Value = None
) -> TableStream:
    """Keep the rows from `start` to before `stop`, by default now.

    `_start` and `_stop` become part of the group key. An empty table stays.
    """
    bounds = _range_bounds(context, start, stop)
    if isinstance(tables, StorageStream):
        return tables.narrowed(tables.read.within(*bounds))
    outer = tables.bounds
    cut = bounds if outer is None else bounds.within(outer)

    def run(source: Iterable[KeyedTable]) -> Iterator[KeyedTable]:
        for table in source:
            made = _bounded(table, bounds)
            if made is not None:
                yield made

    ranged = tables.derive(run)
    ranged.bounds = cut
    return ranged


def _range_bounds(context: QueryContext, start: Value, stop: Value = None) -> Bounds:
    """Return the bounds of the arguments `start` and `stop`: times, durations or seconds.

    Raises:
        FluxError: they have another type, or there is no time between them.
    """
    now = int(context.now())
    first = _resolved(start, now)
    last = now if stop is None else _resolved(stop, now)
    if first >= last:
        raise StartError(
            "error in building plan while starting program: cannot query an empty range"
        )
    return Bounds(first, last)


def _resolved(value: Value, now: int) -> int:
    return value * _SECOND if type(value) is int else resolve_time(value, now)


def _bounded(table: KeyedTable, bounds: Bounds) -> KeyedTable | None:
    """Return the rows of a table in some bounds, or None if its key has no time in common.

    Raises:
        FluxError: the table has no column `_time` of times.
    """
    inner = _key_bounds(table, bounds)
    if inner.start >= inner.stop:
        return None
    return _with_bounds(_rows_within(table, inner), inner)


def _key_bounds(table: KeyedTable, bounds: Bounds) -> Bounds:
    key = table.key
    if "_start" in key and "_stop" in key:
        start, stop = key["_start"], key["_stop"]
        if start is not None and stop is not None:
            return bounds.within(Bounds(start, stop))
    return bounds


def _rows_within(table: KeyedTable, bounds: Bounds) -> KeyedTable:
    column = table.columns.get("_time")
    if column is None:
        raise FluxError("range error: supplied time column _time doesn't exist")
    if column.type != "time":
        raise FluxError("range error: provided column _time is not of type time")
    start, stop = bounds
    rows = [
        row for row, time in enumerate(column.values) if time is not None and start <= time < stop
    ]
    return table if len(rows) == len(table) else table.take(rows)


def _with_bounds(table: KeyedTable, bounds: Bounds) -> KeyedTable:
    """The table with `_start` and `_stop` in its key, before its other columns."""
    made = table.with_key_column("_start", "time", bounds.start)
    made = made.with_key_column("_stop", "time", bounds.stop)
    order = dict.fromkeys(("_start", "_stop", *made.columns))
    return KeyedTable(made.key, {label: made.columns[label] for label in order}, len(made))
