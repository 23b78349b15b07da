"""Functions that change columns of times, or choose rows by them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from influx_flux import FluxDuration
from influx_testing._engine.flux.calendar.calendar_math import time_part
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.functions.universe.series.time_arguments import (
    clock_of,
    time_values,
)
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.key_merging import merged_by_key
from influx_testing._engine.flux.table.keyed_table import KeyedTable
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.calendar_time import shifted
from influx_testing._engine.flux.values.flux_types import Value

__all__ = ["hour_selection", "time_shift"]

_TIME_LABELS: Final = ("_start", "_stop", "_time")


@flux_function("universe", "timeShift")
def time_shift(
    tables: TableStream, duration: FluxDuration, columns: list[str] | None = None
) -> TableStream:
    """Add a duration to columns of times; those that a table lacks don't count."""

    def shift(table: KeyedTable) -> KeyedTable:
        for label in _TIME_LABELS if columns is None else columns:
            table = _shifted(table, label, lambda time: shifted(time, duration))
        return table

    return tables.derive(lambda source: merged_by_key(map(shift, source)))


def _shifted(table: KeyedTable, label: str, change: Callable[[int], int]) -> KeyedTable:
    column = table.columns.get(label)
    if column is None:
        return table
    if column.type != "time":
        raise FluxError(f'column "{label}" is not of type time')
    if label not in table.key:
        return table.map_column(label, change)
    value = table.key[label]
    return table.with_key_column(label, "time", None if value is None else change(value))


@flux_function("universe", "hourSelection")
def hour_selection(
    context: QueryContext,
    tables: TableStream,
    start: int,
    stop: int,
    location: Mapping[str, Value] | None = None,
    time_column: str = "_time",
) -> TableStream:
    """Keep the rows from one hour of the day to another, both included.

    If the first is later than the other, the span goes over midnight.
    """
    for name, hour in (("start", start), ("stop", stop)):
        if not 0 <= hour <= 23:
            raise FluxError(f"{name} must be between 0 and 23")
    clock = clock_of(context, location)
    hours = {hour % 24 for hour in range(start, (stop if start <= stop else stop + 24) + 1)}

    def select(table: KeyedTable) -> KeyedTable:
        times = time_values(table, time_column, "invalid time column")
        rows = [
            row
            for row, time in enumerate(times)
            if time is not None and time_part("hour", time, clock) in hours
        ]
        return table.take(rows)

    return tables.each(select)
