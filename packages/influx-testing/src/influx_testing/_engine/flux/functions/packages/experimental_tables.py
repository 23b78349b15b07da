"""Functions of tables in experimental, experimental/table and contrib/tomhollingworth/events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import Any, Final

from influx_flux import FluxDuration
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.functions.universe.series.time_arguments import (
    time_values,
    unit_of,
)
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.keyed_table import KeyedTable, Repeated, TableColumn
from influx_testing._engine.flux.table.table_collector import TableCollector, key_rows
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_functions import FluxFunction
from influx_testing._engine.flux.values.flux_types import (
    FluxTime,
    Value,
    as_column_value,
    is_column_type,
    type_name,
    wrapped_unsigned,
)

__all__: list[str] = []

_CODES: Final = {
    "unknown": 2,
    "invalid": 3,
    "not found": 5,
    "resource exhausted": 8,
    "failed precondition": 9,
    "unimplemented": 12,
    "internal": 13,
    "internal error": 13,
}
"""The numbers of error codes, as `catch` gives them."""


@flux_function("experimental", "group")
def group(tables: TableStream, columns: list[str], mode: str) -> TableStream:
    """Add columns to the group key.

    Raises:
        FluxError: the mode is not `extend`.
    """
    if mode != "extend":
        raise FluxError(f'invalid mode "{mode}": only "extend" is supported')

    def run(source: Iterable[KeyedTable]) -> Iterator[KeyedTable]:
        collector = TableCollector()
        for table in source:
            added = [label for label in columns if label not in table.key and label in table]
            for key, rows in key_rows(table, [*table.key.labels, *added], tables.budget).items():
                collector.add(key, table, rows)
        yield from collector.tables()

    return tables.derive(run)


@flux_function("experimental", "set")
def set_(tables: TableStream, o: dict[str, Any]) -> TableStream:
    """Set columns to one value each, in the group key too; add those that there are not.

    Raises:
        FluxError: columns cannot hold a value.
    """
    for label, value in o.items():
        if not is_column_type(type_name(value)):
            raise FluxError(f"value for column {label} has an unsupported type {type_name(value)}")

    def run(source: Iterable[KeyedTable]) -> Iterator[KeyedTable]:
        collector = TableCollector()
        for table in source:
            changed = _with_values(table, o)
            collector.add(changed.key, changed)
        yield from collector.tables()

    return tables.derive(run)


def _with_values(table: KeyedTable, values: dict[str, Any]) -> KeyedTable:
    for label, value in values.items():
        type_, plain = type_name(value), as_column_value(value)
        if label in table.key:
            table = table.with_key_column(label, type_, plain)
        else:
            table = table.with_column(label, type_, Repeated(plain, len(table)))
    return table


@flux_function("experimental", "unpivot")
def unpivot(tables: TableStream, other_columns: list[str] = ["_time"]) -> TableStream:  # noqa: B006
    """Make `_field` and `_value` of each column outside the group key.

    Args:
        tables: the tables.
        other_columns: columns that stay as they are; with `_field` among them, that column is
            not part of the group key.

    Raises:
        FluxError: a table has `_field` or `_value` already, or lacks one of the other columns.
    """

    def run(source: Iterable[KeyedTable]) -> Iterator[KeyedTable]:
        collector = TableCollector()
        for table in source:
            _check_unpivoted(table, other_columns)
            for label in table.labels:
                if label not in table.key and label not in other_columns:
                    part = _field(table, label, other_columns)
                    collector.add(part.key, part)
        yield from collector.tables()

    return tables.derive(run)


def _check_unpivoted(table: KeyedTable, other_columns: Sequence[str]) -> None:
    if "_field" in table or "_value" in table:
        raise FluxError('unpivot can\'t have "_field" or "_value" as an input column')
    for label in other_columns:
        if label != "_field" and label not in table:
            raise FluxError(f'unpivot could not find column named "{label}"')


def _field(table: KeyedTable, label: str, other_columns: Sequence[str]) -> KeyedTable:
    """Return the values of a column with the group key before them, `_field`, and the others."""
    column = table.columns[label]
    rows = [row for row, value in enumerate(column.values) if value is not None]
    columns = {name: table.columns[name].take(rows) for name in table.key.labels}
    key = table.key
    if "_field" not in other_columns:
        key = key.with_column("_field", "string", label)
    names = TableColumn("string", Repeated(label, len(rows)))
    for name in dict.fromkeys(("_field", *other_columns) if "_field" in key else other_columns):
        columns[name] = names if name == "_field" else table.columns[name].take(rows)
    return KeyedTable(key, {**columns, "_value": column.take(rows)}, len(rows))


@flux_function("experimental", "preview")
def preview(tables: TableStream, nrows: int = 5, ntables: int = 5) -> TableStream:
    """Keep the first rows of the first tables."""

    def run(source: Iterable[KeyedTable]) -> Iterator[KeyedTable]:
        return (table.cut(0, max(nrows, 0)) for table in islice(source, max(ntables, 0)))

    return tables.derive(run)


@flux_function("experimental", "chain")
def chain(context: QueryContext, first: TableStream, second: TableStream) -> TableStream:
    """Return the second stream, after the first has been read whole."""
    first.add_reader()
    second.add_reader()

    def make() -> Iterator[KeyedTable]:
        for _ in first:
            pass
        yield from second

    return context.tables(make)


@flux_function("experimental", "catch")
def catch(fn: FluxFunction) -> dict[str, Value]:
    """Call a function, and return its value, or the error."""
    try:
        return {"value": fn(), "code": wrapped_unsigned(0), "msg": ""}
    except FluxError as error:
        code = wrapped_unsigned(_CODES.get(error.code, 2))
        return {"value": None, "code": code, "msg": error.message}


@flux_function("experimental/table", "fill")
def fill(tables: TableStream) -> TableStream:
    """Add a row to each empty table: null, but for the columns of the group key."""

    def filled(table: KeyedTable) -> KeyedTable:
        if len(table):
            return table
        columns = {
            label: TableColumn(column.type, Repeated(table.key.get(label), 1))
            for label, column in table.columns.items()
        }
        return KeyedTable(table.key, columns, 1)

    return tables.each(filled)


@flux_function("contrib/tomhollingworth/events", "duration")
def duration(
    tables: TableStream,
    unit: FluxDuration = FluxDuration(0, 1_000_000_000),  # noqa: B008 - immutable
    column_name: str = "duration",
    stop: FluxTime | None = None,
    stop_column: str = "_stop",
    time_column: str = "_time",
) -> TableStream:
    """Add how long each row holds: until the next one, the last until `stop`, or its `_stop`.

    Times are floats here, as on the server: a duration can be wrong by some hundred nanoseconds.
    """
    size = unit_of(unit)

    def timed(table: KeyedTable) -> KeyedTable:
        times = _times(table, time_column)
        ends = _times(table, stop_column)[-1:] if stop is None else [int(stop)]
        pairs = pairwise(map(float, times + ends)) if times else ()
        passed = [int((after - before) / size) for before, after in pairs]
        return table.with_column(column_name, "int", passed)

    return tables.each(timed)


def _times(table: KeyedTable, label: str) -> list[int]:
    """Return the times of a column; a null is the beginning of 1970, as on the server."""
    return [time or 0 for time in time_values(table, label, f'column "{label}" does not exist')]
