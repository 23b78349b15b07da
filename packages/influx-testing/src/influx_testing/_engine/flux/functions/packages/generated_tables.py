"""Packages generate and interpolate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from influx_flux import FluxDuration
from influx_testing._engine.flux.calendar.calendar_math import add_duration, truncate
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.group_key import GroupKey
from influx_testing._engine.flux.table.keyed_table import KeyedTable, TableColumn, key_columns
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.calendar_time import resolve_time
from influx_testing._engine.flux.values.flux_functions import FluxFunction
from influx_testing._engine.flux.values.flux_types import Value, type_name

__all__: list[str] = []

_ROW_COST: Final = 4
"""What a new row counts in the budget, compared with one that is passed on."""
_FAILED: Final = "failed precondition"


@flux_function("generate", "from")
def from_(
    context: QueryContext, count: int, fn: FluxFunction, start: Value, stop: Value
) -> TableStream:
    """Return one table with `count` rows at equal distances, with values that a function gives.

    Raises:
        FluxError: the count is not positive, or a time is wrong.
    """
    now = context.now()
    first, last = resolve_time(start, now), resolve_time(stop, now)
    if count <= 0:
        raise FluxError(f"generate.from: count must be positive, got {count}")
    context.budget.take(_ROW_COST * count)
    key = GroupKey((("_start", "time", first), ("_stop", "time", last)))

    def make() -> Iterator[KeyedTable]:
        step = (last - first) // count
        value_at = fn.of_one("n")
        values = [value_at(number) for number in range(count)]
        if any(type(value) is not int for value in values):
            raise FluxError(f"expected int but found {type_name(values[0])} (return)")
        columns = key_columns(key, count)
        columns["_time"] = TableColumn("time", [first + step * number for number in range(count)])
        columns["_value"] = TableColumn("int", values)
        yield KeyedTable(key, columns, count)

    return context.tables(make)


@flux_function("interpolate", "linear")
def linear(context: QueryContext, tables: TableStream, every: FluxDuration) -> TableStream:
    """Add rows at each start of a window, with values on the line between their neighbours.

    Raises:
        FluxError: the duration is not positive.
    """
    if every.negative or not (every.months or every.nanoseconds):
        raise FluxError("interpolate.linear requires a positive duration: every")

    def run(source: Iterable[KeyedTable]) -> Iterator[KeyedTable]:
        for table in source:
            _check(table)
            yield _interpolated(context, table, every)

    return tables.derive(run)


def _check(table: KeyedTable) -> None:
    for label in table.labels:
        if label not in table.key and label not in ("_time", "_value"):
            raise FluxError(
                f'interpolate.linear requires column "{label}" to be in group key', _FAILED
            )
    for label in ("_time", "_value"):
        if label not in table:
            raise FluxError(f"{label} column does not exist", _FAILED)
        if None in table.values(label):
            raise FluxError(f"null {label} found during linear interpolation", _FAILED)
    found = table.type_of("_value")
    if found != "float":
        raise FluxError(f"cannot interpolate {found} values; expected float values", _FAILED)


def _interpolated(context: QueryContext, table: KeyedTable, every: FluxDuration) -> KeyedTable:
    times: list[int] = []
    values: list[float] = []
    points = zip(table.values("_time"), table.values("_value"), strict=True)
    for time, value in points:
        if times and time > times[-1]:
            x0, y0 = times[-1], values[-1]
            slope = (value - y0) / (time - x0)
            if every.nanoseconds:
                context.budget.take(_ROW_COST * ((time - x0) // every.nanoseconds))
            for between in _starts(x0, time, every):
                times.append(between)
                values.append(y0 + slope * (between - x0))
        times.append(time)
        values.append(value)
    columns = {
        **key_columns(table.key, len(times)),
        "_time": TableColumn("time", times),
        "_value": TableColumn("float", values),
    }
    ordered = {label: columns[label] for label in table.labels}
    return KeyedTable(table.key, ordered, len(times))


def _starts(after: int, before: int, every: FluxDuration) -> Iterator[int]:
    """Yield the starts of windows between two times."""
    months, nanoseconds = every.months, every.nanoseconds
    start = add_duration(truncate(after, months, nanoseconds), months, nanoseconds)
    while start < before:
        yield start
        start = add_duration(start, months, nanoseconds)
