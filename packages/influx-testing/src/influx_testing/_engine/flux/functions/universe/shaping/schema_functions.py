"""Functions that tell the columns of tables: `columns`, `keys`, `keyValues`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.registry.function_registry import flux_function
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
    """Return each different pair of a column and its value, as `_key` and `_value`.

    Only the first null of all the columns counts.
    """
    if key_columns is None:
        raise FluxError("neither column list nor predicate function provided")
    chosen = key_columns
    return tables.each(lambda table: _pairs(table, chosen))


def _pairs(table: KeyedTable, labels: Sequence[str]) -> KeyedTable:
    found = {label: table.columns[label] for label in labels if label in table}
    if not found:
        have, need = " ".join(table.labels), " ".join(labels)
        raise FluxError(f"received table with columns [{have}] not having key columns [{need}]")
    if len({column.type for column in found.values()}) > 1:
        raise FluxError("keyColumns must all be the same type")
    pairs: dict[tuple[str, Any], None] = {}
    has_null = False
    for values in zip(*(column.values for column in found.values()), strict=True):
        for pair in zip(found, values, strict=True):
            if pair[1] is not None or not has_null:
                pairs[pair] = None
            has_null = has_null or pair[1] is None
    made = key_columns(table.key, len(pairs))
    made["_key"] = TableColumn("string", [label for label, _ in pairs])
    made["_value"] = TableColumn(next(iter(found.values())).type, [value for _, value in pairs])
    return KeyedTable(table.key, made, len(pairs))
