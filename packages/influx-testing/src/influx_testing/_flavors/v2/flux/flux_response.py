"""Writes the results of Flux as annotated CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from influx_core.annotated_csv import DataType, Dialect, FluxColumn, FluxTable, encode
from influx_core.columns import Column
from influx_testing._engine.flux.query_context import YieldedResult
from influx_testing._engine.flux.table.keyed_table import KeyedTable

__all__ = ["DATA_TYPES", "result_pieces"]

DATA_TYPES: Mapping[str, DataType] = {
    "bool": "boolean",
    "float": "double",
    "int": "long",
    "string": "string",
    "time": "dateTime:RFC3339",
    "uint": "unsignedLong",
}
"""The types of the annotation `#datatype` by those of columns."""


def result_pieces(results: Iterable[YieldedResult], dialect: Dialect) -> Iterator[bytes]:
    """Yield the text of results in pieces; a result without tables is a blank line."""
    for result in results:
        pieces = encode(_tables(result), dialect, exact=False)
        first = next(pieces, b"\r\n")
        yield first
        yield from pieces


def _tables(result: YieldedResult) -> Iterator[FluxTable]:
    for table in result.tables:
        yield flux_table(table, result.name)


def flux_table(table: KeyedTable, result: str) -> FluxTable:
    """Return a table as influx_core has it."""
    schema = [
        FluxColumn(label, DATA_TYPES[column.type], label in table.key)
        for label, column in table.columns.items()
    ]
    key: dict[str, Any] = {
        column.name: table.key[column.name] for column in schema if column.in_group_key
    }
    data = [
        Column.of(list(table.columns[column.name].values), column.kind)
        for column in schema
        if not column.in_group_key
    ]
    return FluxTable(schema, key, data, result=result, length=len(table))
