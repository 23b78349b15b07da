"""Converts arrays of pyarrow to columns, without a copy if the layout is the same."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from influx_core._columns.arrow_layout import Column, Kind

__all__ = ["column_of_array"]


def column_of_array(array: Any) -> Column:
    """Convert a `pyarrow.Array` to a column, which shares its memory if the layout is the same.

    Integers and floats of all widths have 64 bits afterwards, and timestamps of all units are
    nanoseconds. Strings with a dictionary keep it. Dates and times of a day become text; values of
    other types, such as lists, become Python objects.

    Args:
        array: an array whose offsets and text were validated, if it comes from another program.

    Raises:
        ValueError: a timestamp is out of range for nanoseconds in 64 bits.
    """
    pa: Any = import_module("pyarrow")
    kind, types = array.type, pa.types
    if types.is_dictionary(kind):
        return _encoded(pa, array)
    if types.is_null(kind):
        return Column("null", len(array))
    if types.is_boolean(kind):
        return _flat("boolean", array)
    if types.is_unsigned_integer(kind):
        return _flat("unsigned", _cast(array, pa.uint64()))
    if types.is_integer(kind):
        return _flat("integer", _cast(array, pa.int64()))
    if types.is_floating(kind):
        return _flat("float", _cast(array, pa.float64()))
    if types.is_timestamp(kind):
        return _flat("time", _cast(array, pa.timestamp("ns", kind.tz)))
    if _is_string(types, kind):
        return _strings(_cast(array, pa.large_string()))
    if types.is_date(kind) or types.is_time(kind):
        return _strings(array.cast(pa.string()).cast(pa.large_string()))
    return Column.of(array.to_pylist(), "object")


def _cast(array: Any, kind: Any) -> Any:
    return array if array.type == kind else array.cast(kind)


def _is_string(types: Any, kind: Any) -> bool:
    if types.is_string(kind) or types.is_large_string(kind):
        return True
    return hasattr(types, "is_string_view") and bool(types.is_string_view(kind))


def _encoded(pa: Any, array: Any) -> Column:
    """Convert an array with a dictionary; only strings without nulls among them keep it."""
    known = array.dictionary
    if not _is_string(pa.types, known.type) or known.null_count:
        return column_of_array(array.dictionary_decode())
    positions = _flat("integer", _cast(array.indices, pa.int32()))
    return Column(
        "string",
        positions.length,
        positions.values,
        valid=positions.valid,
        offset=positions.offset,
        dictionary=column_of_array(known),
    )


def _flat(kind: Kind, array: Any) -> Column:
    valid, values = array.buffers()
    return Column(
        kind,
        len(array),
        _memory(values, array.type.bit_width, array.offset + len(array)),
        valid=_memory(valid) if array.null_count else None,
        offset=array.offset,
    )


def _strings(array: Any) -> Column:
    valid, offsets, text = array.buffers()
    if not len(array):
        return Column.of((), "string")
    return Column(
        "string",
        len(array),
        _memory(text),
        _memory(offsets, 64, array.offset + len(array) + 1),
        valid=_memory(valid) if array.null_count else None,
        offset=array.offset,
    )


def _memory(buffer: Any, width: int = 1, values: int | None = None) -> memoryview:
    """The memory of a buffer; of one with padding, the part for these values of `width` bits."""
    if buffer is None:
        return memoryview(b"")
    memory = memoryview(buffer)
    return memory if values is None else memory[: (width * values + 7) // 8]
