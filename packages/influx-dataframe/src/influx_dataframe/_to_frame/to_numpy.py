"""Converts columns to NumPy arrays. Needs numpy."""

from __future__ import annotations

from typing import Any

from influx_core.columns import Column
from influx_dataframe._libraries import library
from influx_dataframe._result_tables import ResultTable

__all__ = ["flags", "make_numpy", "missing", "numbers"]

_DTYPES = {
    "time": "M8[ns]",
    "integer": "i8",
    "unsigned": "u8",
    "float": "f8",
    "boolean": "?",
}


def make_numpy(table: ResultTable) -> Any:
    """Make a structured `numpy.ma.MaskedArray`: missing values are masked, whatever their type.

    A float that is missing is also NaN, a time NaT, any other object None. Strings are objects.

    Raises:
        ConfigError: numpy is not installed.
    """
    np = library("numpy")
    dtype = [(name, _DTYPES.get(column.kind, "O")) for name, column in table.columns.items()]
    made = np.ma.empty(table.length, dtype=dtype)
    for name, column in table.columns.items():
        made.data[name] = _values(np, column)
        made.mask[name] = missing(column)
    return made


def _values(np: Any, column: Column) -> Any:
    if column.kind == "boolean":
        return flags(column.values, column)
    if column.kind not in _DTYPES:
        values = np.empty(column.length, dtype="O")
        values[:] = column.to_list()
        return values
    values = numbers(column)
    gaps = missing(column)
    if not gaps.any():
        return values
    if column.kind == "time":
        return np.where(gaps, np.datetime64("NaT", "ns"), values)
    return np.where(gaps, np.nan if column.kind == "float" else 0, values).astype(values.dtype)


def numbers(column: Column) -> Any:
    """The values of a column of numbers or times, sharing its memory; where one is missing, any."""
    np = library("numpy")
    return _part(np.frombuffer(column.values or b"", _DTYPES[column.kind]), column)


def positions(column: Column) -> Any:
    """The positions in the dictionary of a column, sharing its memory."""
    np = library("numpy")
    return _part(np.frombuffer(column.values or b"", "i4"), column)


def missing(column: Column) -> Any:
    """For each value whether it is missing."""
    np = library("numpy")
    if column.kind == "null":
        return np.ones(column.length, dtype=bool)
    if column.valid is None:
        return np.zeros(column.length, dtype=bool)
    return ~flags(column.valid, column)


def flags(bits: Any, column: Column) -> Any:
    """The bits of a buffer of a column, as booleans."""
    np = library("numpy")
    unpacked = np.unpackbits(np.frombuffer(bits or b"", "u1"), bitorder="little")
    return _part(unpacked, column).astype(bool)


def _part(values: Any, column: Column) -> Any:
    return values[column.offset : column.offset + column.length]
