"""Functions that order and number rows: `sort`, `limit`, `tail`, `top`, `bottom`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.storage.storage_stream import StorageStream
from influx_testing._engine.flux.table.column_values import has_nulls
from influx_testing._engine.flux.table.keyed_table import KeyedTable, Repeated
from influx_testing._engine.flux.table.table_stream import TableStream

__all__ = ["bottom", "limit", "sort", "sorted_rows", "tail", "top"]


@flux_function("universe", "sort")
def sort(tables: TableStream, columns: list[str] | None = None, desc: bool = False) -> TableStream:
    """Order the rows of each table; null comes first, or last if descending.

    Columns that a table lacks don't count.
    """
    return tables.each(lambda table: _sorted(table, columns, descending=desc))


@flux_function("universe", "limit")
def limit(tables: TableStream, n: int, offset: int = 0) -> TableStream:
    """Keep the first n rows of each table, after `offset` rows; none if n is negative."""
    n = max(0, n)
    _check_count(n, offset)
    if n and isinstance(tables, StorageStream):
        tables = tables.with_rows(offset + n)
    return tables.each(lambda table: table.cut(offset, offset + n))


@flux_function("universe", "tail")
def tail(tables: TableStream, n: int, offset: int = 0) -> TableStream:
    """Keep the last n rows of each table, before the last `offset` rows."""
    _check_count(n, offset)

    def cut(table: KeyedTable) -> KeyedTable:
        end = max(0, len(table) - offset)
        return table.cut(max(0, end - n), end)

    return tables.each(cut)


@flux_function("universe", "top")
def top(tables: TableStream, n: int, columns: list[str] | None = None) -> TableStream:
    """Keep the n largest rows of each table, the largest first."""
    return limit(sort(tables, columns, desc=True), n)


@flux_function("universe", "bottom")
def bottom(tables: TableStream, n: int, columns: list[str] | None = None) -> TableStream:
    """Keep the n smallest rows of each table, the smallest first."""
    return limit(sort(tables, columns), n)


def _check_count(n: int, offset: int) -> None:
    if n < 0 or offset < 0:
        raise FluxError(f"n and offset must not be negative, but are {n} and {offset}")


def _sorted(table: KeyedTable, columns: Sequence[str] | None, *, descending: bool) -> KeyedTable:
    labels = ["_value"] if columns is None else columns
    rows = sorted_rows(table, labels, descending=descending)
    return table if rows is None else table.take(rows)


def sorted_rows(
    table: KeyedTable, labels: Sequence[str], *, descending: bool = False
) -> list[int] | None:
    """Return the rows in order of some columns; None if they are ordered already.

    Equal rows keep their order.
    """
    found = [table.columns[label].values for label in labels if label in table]
    columns = [values for values in found if not isinstance(values, Repeated)]
    if not columns:
        return None
    rows = list(range(len(table)))
    for values in reversed(columns):
        ordered = list(map(_null_first, values)) if has_nulls(values) else values
        # Equal rows keep their order in a descending sort too: Python's `reverse` is stable.
        rows.sort(key=ordered.__getitem__, reverse=descending)
    return rows


def _null_first(value: Any) -> tuple[bool, Any]:
    return (value is not None, 0 if value is None else value)
