"""Selectors: `first`, `last`, `max`, `min` and others; they keep whole rows."""

from __future__ import annotations

from typing import Any

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.functions.universe.reducing.row_selectors import (
    SELECTORS,
    RowSelector,
    selector_column,
)
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.storage.storage_stream import StorageStream
from influx_testing._engine.flux.table.column_values import required_column
from influx_testing._engine.flux.table.keyed_table import KeyedTable, TableColumn, key_columns
from influx_testing._engine.flux.table.table_stream import TableStream

__all__ = ["distinct", "first", "last", "max_", "min_", "mode", "sample", "unique"]


def _ends(tables: TableStream, rows: int) -> TableStream:
    """Read no more of a bucket than one end of its tables: no value is null there."""
    return tables.with_rows(rows) if isinstance(tables, StorageStream) else tables


def _chosen(tables: TableStream, column: str, selector: RowSelector) -> TableStream:
    def choose(table: KeyedTable) -> KeyedTable:
        row = selector.choose(selector_column(table, column, selector).values)
        return table.empty() if row is None else table.take([row])

    return tables.each(choose)


@flux_function("universe", "first")
def first(tables: TableStream, column: str = "_value") -> TableStream:
    """Return the first row whose value is not null."""
    return _chosen(_ends(tables, 1), column, SELECTORS["first"])


@flux_function("universe", "last")
def last(tables: TableStream, column: str = "_value") -> TableStream:
    """Return the last row whose value is not null."""
    return _chosen(_ends(tables, -1), column, SELECTORS["last"])


@flux_function("universe", "max")
def max_(tables: TableStream, column: str = "_value") -> TableStream:
    """Return the first row with the largest value."""
    return _chosen(tables, column, SELECTORS["max"])


@flux_function("universe", "min")
def min_(tables: TableStream, column: str = "_value") -> TableStream:
    """Return the first row with the smallest value."""
    return _chosen(tables, column, SELECTORS["min"])


@flux_function("universe", "unique")
def unique(tables: TableStream, column: str = "_value") -> TableStream:
    """Return the first row of each value, null included."""

    def choose(table: KeyedTable) -> KeyedTable:
        values = required_column(table, column, 'no column "{label}" exists').values
        return table.take(list(_first_rows(values).values()))

    return tables.each(choose)


@flux_function("universe", "distinct")
def distinct(tables: TableStream, column: str = "_value") -> TableStream:
    """Return the different values of a column, null included, as the column `_value`.

    A table without the column gives one empty string.
    """

    def collect(table: KeyedTable) -> KeyedTable:
        found = table.columns.get(column)
        if found is None:
            return _of_values(table, "string", [""])
        if column in table.key:
            return _of_values(table, found.type, [table.key[column]])
        return _of_values(table, found.type, list(_first_rows(found.values)))

    return tables.each(collect)


@flux_function("universe", "mode")
def mode(tables: TableStream, column: str = "_value") -> TableStream:
    """Return the values that are most frequent, in order, as the column `_value`.

    It is null if all values are equally frequent. A table without the column gives one empty
    string.
    """

    def collect(table: KeyedTable) -> KeyedTable:
        found = table.columns.get(column)
        if found is None:
            return _of_values(table, "string", [""])
        if column in table.key:
            return _of_values(table, found.type, [table.key[column]])
        return _of_values(table, found.type, _modes(found) if len(table) else [])

    return tables.each(collect)


@flux_function("universe", "sample")
def sample(tables: TableStream, n: int, column: str = "_value", pos: int = -1) -> TableStream:
    """Return each nth row, nulls included, from the row `pos` on.

    If `pos` is negative, the server begins at a random row; here it is the first.
    """
    if n <= 0:
        raise FluxError(f"n must be a positive integer, but was {n}")
    if pos >= n:
        raise FluxError(f"pos must be less than n, but {pos} >= {n}")

    def choose(table: KeyedTable) -> KeyedTable:
        required_column(table, column, 'no column "{label}" exists')
        return table.take(range(max(pos, 0), len(table), n))

    return tables.each(choose)


def _first_rows(values: Any) -> dict[Any, int]:
    """The first row of each value."""
    rows: dict[Any, int] = {}
    for row, value in enumerate(values):
        rows.setdefault(value, row)
    return rows


def _modes(column: TableColumn) -> list[Any]:
    counts: dict[Any, int] = {}
    for value in column.values:
        if value is not None:
            counts[value] = counts.get(value, 0) + 1
    most = max(counts.values(), default=0)
    modes = sorted(value for value, count in counts.items() if count == most)
    return modes if len(modes) < len(counts) else [None]


def _of_values(table: KeyedTable, type_: str, values: list[Any]) -> KeyedTable:
    """A table of the group key and a column `_value`."""
    columns = key_columns(table.key, len(values))
    columns["_value"] = TableColumn(type_, values)
    return KeyedTable(table.key.without(("_value",)), columns, len(values))
