"""The function `fill`: replaces nulls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.column_values import has_nulls
from influx_testing._engine.flux.table.key_merging import merged_by_key
from influx_testing._engine.flux.table.keyed_table import KeyedTable, Repeated
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_types import Value, as_column_value, type_name

__all__ = ["fill"]


@flux_function("universe", "fill")
def fill(
    tables: TableStream, column: str = "_value", value: Value = None, use_previous: bool = False
) -> TableStream:
    """Replace the nulls of a column: by a value, or by the last value before them.

    A value makes a column that a table lacks; it has no previous values to take.
    """
    if (value is None) == (not use_previous):
        raise FluxError("fill requires exactly one of value or usePrevious")
    if use_previous:
        return tables.each(lambda table: _filled_from_previous(table, column))
    return tables.derive(
        lambda source: merged_by_key(_filled(table, column, value) for table in source)
    )


def _filled(table: KeyedTable, label: str, value: Value) -> KeyedTable:
    column = table.columns.get(label)
    kind = type_name(value)
    filler = as_column_value(value)
    if column is None:
        return table.with_column(label, kind, Repeated(filler, len(table)))
    if kind != column.type:
        raise FluxError(f"fill column type mismatch: {column.type}/{kind}")
    if label in table.key:
        null = table.key[label] is None
        return table.with_key_column(label, kind, filler) if null else table
    if not has_nulls(column.values):
        return table
    values = [filler if item is None else item for item in column.values]
    return table.with_column(label, column.type, values)


def _filled_from_previous(table: KeyedTable, label: str) -> KeyedTable:
    column = table.columns.get(label)
    if column is None or label in table.key or not has_nulls(column.values):
        return table
    return table.with_column(label, column.type, _carried(column.values))


def _carried(values: Sequence[Any]) -> list[Any]:
    """The values, where the last one takes the place of nulls."""
    result: list[Any] = []
    before: Any = None
    for value in values:
        before = before if value is None else value
        result.append(before)
    return result
