"""Functions that tell the columns of tables: `columns`, `keys`, `keyValues`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.column_values import required_column
from influx_testing._engine.flux.table.keyed_table import KeyedTable, TableColumn, key_columns
from influx_testing._engine.flux.table.table_stream import TableStream

__all__ = ["columns", "key_values", "keys"]


@flux_function("universe", "columns")
def columns(tables: TableStream, column: str = "_value") -> TableStream:
    """Return the labels of the columns of each table."""
    return tables.each(lambda table: _labels(table, column, table.labels))


@flux_function("universe", "keys")
def keys(tables: TableStream, column: str = "_value") -> TableStream:
    """Return the labels of the group key of each table."""
    return tables.each(lambda table: _labels(table, column, table.key.labels))


def _labels(table: KeyedTable, column: str, labels: Sequence[str]) -> KeyedTable:
    if column in table.key:
        raise FluxError(f'column "{column}" is part of the group key')
    made = key_columns(table.key, len(labels))
    made[column] = TableColumn("string", list(labels))
    return KeyedTable(table.key, made, len(labels))


@flux_function("universe", "keyValues")
def key_values(tables: TableStream, key_columns: list[str] | None = None) -> TableStream:
    """Return each different pair of a column and its value, as `_key` and `_value`."""
    if not key_columns:
        raise FluxError("keyValues requires at least one column in keyColumns")
    chosen = key_columns
    return tables.each(lambda table: _pairs(table, chosen))


def _pairs(table: KeyedTable, labels: Sequence[str]) -> KeyedTable:
    found = [required_column(table, label) for label in labels]
    types = {column.type for column in found}
    if len(types) > 1:
        raise FluxError(
            "keyColumns must be of the same type, but are " + " and ".join(sorted(types))
        )
    pairs: dict[tuple[str, Any], None] = {}
    for values in zip(*(column.values for column in found), strict=True):
        pairs.update(dict.fromkeys(zip(labels, values, strict=True)))
    made = key_columns(table.key, len(pairs))
    made["_key"] = TableColumn("string", [label for label, _ in pairs])
    made["_value"] = TableColumn(found[0].type, [value for _, value in pairs])
    return KeyedTable(table.key, made, len(pairs))
