"""Converts columns to Arrow tables without a copy. Needs pyarrow."""

from __future__ import annotations

from typing import Any

from influx_core import DecodeError
from influx_core.columns import Column
from influx_dataframe._libraries import library
from influx_dataframe._result_tables import ResultTable

__all__ = ["make_arrow", "mixed", "strings"]


def make_arrow(table: ResultTable) -> Any:
    """Make a `pyarrow.Table`: times in UTC, tags with a dictionary, strings of the large type.

    Raises:
        ConfigError: pyarrow is not installed.
        DecodeError: a column has values of several kinds, for which Arrow has no type.
    """
    pa = library("pyarrow")
    arrays = [
        _tag(pa, column) if name in table.tags else _array(pa, name, column)
        for name, column in table.columns.items()
    ]
    return pa.Table.from_arrays(arrays, names=list(table.columns))


def mixed(name: str) -> DecodeError:
    """The error for a column that a typed frame cannot hold."""
    return DecodeError(
        f"column {name!r} has values of several kinds, but this library has one per column: "
        f'read it as text with types={{{name!r}: "string"}}, or with backend="pandas"'
    )


def _array(pa: Any, name: str, column: Column) -> Any:
    if column.kind == "object":
        raise mixed(name)
    if column.kind == "null":
        return pa.nulls(column.length)
    if column.kind == "string":
        return strings(column)
    buffers = [_buffer(pa, column.valid), _buffer(pa, column.values)]
    return pa.Array.from_buffers(_type(pa, column), column.length, buffers, offset=column.offset)


def _type(pa: Any, column: Column) -> Any:
    return {
        "boolean": pa.bool_,
        "integer": pa.int64,
        "unsigned": pa.uint64,
        "float": pa.float64,
        "time": lambda: pa.timestamp("ns", "UTC"),
    }[column.kind]()


def strings(column: Column) -> Any:
    """An array of the large string type.

    Raises:
        ConfigError: pyarrow is not installed.
    """
    pa = library("pyarrow")
    if column.dictionary is not None:
        return _tag(pa, column).dictionary_decode()
    if column.texts is not None:
        return pa.array(column.to_list(), pa.large_string())
    buffers = [_buffer(pa, b) for b in (column.valid, column.offsets, column.values)]
    kind = pa.large_string()
    return pa.Array.from_buffers(kind, column.length, buffers, offset=column.offset)


def _tag(pa: Any, column: Column) -> Any:
    assert column.dictionary is not None
    buffers = [_buffer(pa, column.valid), _buffer(pa, column.values)]
    positions = pa.Array.from_buffers(pa.int32(), column.length, buffers, offset=column.offset)
    return pa.DictionaryArray.from_arrays(positions, strings(column.dictionary))


def _buffer(pa: Any, memory: Any) -> Any:
    return None if memory is None else pa.py_buffer(memory)
