"""Reads NumPy arrays as columns: those of structured arrays and of pandas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from influx_core.columns import Column, Kind
from influx_dataframe._from_frame import number_buffers, object_values
from influx_dataframe._from_frame.raw_columns import RawBatch, RawColumn
from influx_dataframe._libraries import library

__all__ = ["raw_column", "read_batches"]

np = library("numpy")

_NOT_A_TIME = np.iinfo(np.int64).min
_UNIT_NS = {
    "ns": 1,
    "us": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
    "D": 86_400 * 10**9,
    "W": 7 * 86_400 * 10**9,
}


def read_batches(frame: Any, rows: int) -> Iterator[RawBatch]:
    """A structured array, so many rows at a time.

    Raises:
        TypeError: the array has no named fields, or more than one dimension.
    """
    if frame.dtype.names is None or frame.ndim != 1:
        raise TypeError(
            "a NumPy array is a frame if it is structured and has one dimension, not one of "
            f"{frame.dtype} with {frame.ndim}"
        )
    missing = frame.mask if np.ma.isMaskedArray(frame) else None
    for start in range(0, len(frame), rows):
        part = slice(start, start + rows)
        columns = {
            name: raw_column(
                np.ma.getdata(frame)[name][part],
                None if missing is None else missing[name][part],
                naive=False,
            )
            for name in frame.dtype.names
        }
        yield RawBatch(len(frame[part]), columns)


def raw_column(
    values: Any, missing: Any = None, *, naive: bool, type_: str | None = None
) -> RawColumn:
    """An array of one dimension as a column; NaN and NaT are missing.

    Args:
        values: the array.
        missing: where it has no values, as an array of booleans.
        naive: whether its times have no zone; by NumPy's own definition they are UTC.
        type_: the name of its type; the one of its dtype unless given.
    """
    type_ = type_ or str(values.dtype)
    if values.ndim != 1:
        return RawColumn.foreign(type_, len(values), f"each value has {values.ndim - 1} dimensions")
    match values.dtype.kind:
        case "b":
            packed = np.packbits(values, bitorder="little").tobytes()
            return RawColumn("boolean", type_, _column("boolean", values, packed, missing))
        case "i":
            return RawColumn("integer", type_, _numbers("integer", values, np.int64, missing))
        case "u" if values.dtype.itemsize == 8:
            return RawColumn("unsigned", type_, _numbers("unsigned", values, np.uint64, missing))
        case "u":
            return RawColumn("integer", type_, _numbers("integer", values, np.int64, missing))
        case "f" if values.dtype.itemsize <= 8:
            return RawColumn(
                "float", type_, _numbers("float", values, np.float64, _nan(values, missing))
            )
        case "M" | "m":
            return _moments(values, missing, type_, naive=naive)
        case "O" | "U" | "T":
            return object_values.raw_column(_listed(values, missing), type_)
        case _:
            return RawColumn.foreign(type_, len(values))


def _numbers(kind: Kind, values: Any, dtype: Any, missing: Any) -> Column:
    """Numbers in memory of their own only if they have another format, or gaps."""
    return _column(kind, values, memoryview(np.ascontiguousarray(values, dtype)), missing)


def _column(kind: Kind, values: Any, memory: Any, missing: Any) -> Column:
    return Column(kind, len(values), memory, valid=_valid(missing))


def _valid(missing: Any) -> bytes | None:
    if missing is None or not missing.any():
        return None
    packed: bytes = np.packbits(~missing, bitorder="little").tobytes()
    return packed


def _nan(values: Any, missing: Any) -> Any:
    found = np.isnan(values)
    return found if missing is None else found | missing


def _moments(values: Any, missing: Any, type_: str, *, naive: bool) -> RawColumn:
    unit, count = np.datetime_data(values.dtype)
    if unit in ("Y", "M") and values.dtype.kind == "M":
        return _moments(values.astype("datetime64[D]"), missing, type_, naive=naive)
    factor = _UNIT_NS.get(unit)
    if factor is None:
        return RawColumn.foreign(type_, len(values), "its unit is not one of W to ns")
    ticks = np.ascontiguousarray(values).view(np.int64)
    missing = np.isnat(values) if missing is None else np.isnat(values) | missing
    memory = number_buffers.scaled(ticks, 0, len(ticks), factor * count)
    column = Column("integer", len(ticks), memory, valid=_valid(missing))
    if values.dtype.kind == "m":
        return RawColumn("duration", type_, column)
    return RawColumn("naive time" if naive else "time", type_, column)


def _listed(values: Any, missing: Any) -> list[Any]:
    listed: list[Any] = values.tolist()
    if missing is None:
        return listed
    return [None if gone else value for value, gone in zip(listed, missing.tolist(), strict=True)]
