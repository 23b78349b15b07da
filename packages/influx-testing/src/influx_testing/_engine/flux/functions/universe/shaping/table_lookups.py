"""Functions that read one table as values: `tableFind`, `findColumn`, `findRecord` and others."""

from __future__ import annotations

from typing import Any

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.keyed_table import KeyedTable
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_functions import FluxFunction
from influx_testing._engine.flux.values.flux_types import Value, reader_of

__all__ = ["find_column", "find_record", "get_column", "get_record", "table_find"]


@flux_function("universe", "tableFind")
def table_find(context: QueryContext, tables: TableStream, fn: FluxFunction) -> TableStream:
    """Return the first table whose group key satisfies a function."""
    found = _first_table(tables, fn)
    if found is None:
        raise FluxError("no table found", "not found")
    return TableStream.of(context.budget, [found])


@flux_function("universe", "findColumn")
def find_column(tables: TableStream, fn: FluxFunction, column: str) -> list[Value]:
    """Return a column of the first table whose key satisfies a function, or nothing."""
    found = _first_table(tables, fn)
    return [] if found is None or column not in found else _column(found, column)


@flux_function("universe", "findRecord")
def find_record(tables: TableStream, fn: FluxFunction, idx: int) -> dict[str, Value]:
    """Return a row of the first table whose key satisfies a function; no row, an empty record."""
    found = _first_table(tables, fn)
    if found is None or not 0 <= idx < len(found):
        return {}
    return found.row(idx)


@flux_function("universe", "getColumn")
def get_column(table: TableStream, column: str) -> list[Value]:
    """Return a column of a table that `tableFind` found."""
    return _column(_only(table), column)


@flux_function("universe", "getRecord")
def get_record(table: TableStream, idx: int) -> dict[str, Value]:
    """Return a row of a table that `tableFind` found."""
    found = _only(table)
    if not 0 <= idx < len(found):
        raise FluxError(f"index out of bounds: {idx}")
    return found.row(idx)


def _first_table(tables: TableStream, fn: FluxFunction) -> KeyedTable | None:
    call = fn.of_one("key")
    return next((table for table in tables if call(_key_record(table)) is True), None)


def _key_record(table: KeyedTable) -> dict[str, Value]:
    return {label: _read(type_, value) for label, type_, value in table.key}


def _read(type_: str, value: Any) -> Value:
    read = reader_of(type_)
    return value if read is None or value is None else read(value)


def _only(stream: TableStream) -> KeyedTable:
    return next(iter(stream))


def _column(table: KeyedTable, label: str) -> list[Value]:
    column = table.columns.get(label)
    if column is None:
        raise FluxError(f"cannot find column {label}")
    return list(column.readable())
