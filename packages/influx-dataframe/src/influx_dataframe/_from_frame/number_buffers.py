"""Arithmetic on whole columns: with NumPy if it is installed, otherwise with Python's arrays."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence
from typing import Any

from influx_core.columns import Column, typed_view
from influx_dataframe._libraries import detect_library

__all__ = ["bits", "finite", "scaled", "validity", "widened"]

_MOST = 2**63 - 1


def widened(values: Any, code: Any, wanted: str) -> Any:
    """Numbers of one format of `struct`, in memory, as numbers of another."""
    np = detect_library("numpy")
    if np is not None:
        return memoryview(np.frombuffer(values, code).astype(wanted))
    if code == "e":  # which Python's arrays do not know
        return array(wanted, struct.unpack(f"{len(values) // 2}e", values))
    return array(wanted, memoryview(values).cast(code))


def scaled(values: Any, offset: int, length: int, factor: int) -> Any:
    """Integers of 64 bits times a factor; what exceeds 64 bits becomes the last integer."""
    part = typed_view(values, "B")[offset * 8 : (offset + length) * 8]
    if factor == 1:
        return part
    most = _MOST // factor
    np = detect_library("numpy")
    if np is None:
        return array("q", (n * factor if -most <= n <= most else _MOST for n in part.cast("q")))
    numbers = np.frombuffer(part, "q")
    beyond = (numbers > most) | (numbers < -most)
    return memoryview(np.where(beyond, _MOST, numbers * factor))


def finite(column: Column) -> bytes:
    """A bit for each float that is there and finite, the lowest one first."""
    np = detect_library("numpy")
    if np is None:
        return bits([value is not None and value - value == 0 for value in column.to_list()])
    floats = np.frombuffer(column.values, "d")[column.offset : column.offset + column.length]
    flags = np.isfinite(floats)
    if column.valid is not None:
        flags &= np.fromiter(column.presence(), bool, column.length)
    packed: bytes = np.packbits(flags, bitorder="little").tobytes()
    return packed


def validity(column: Column) -> Any:
    """A bit for each value that is there, from the column's first one on; None if all are."""
    if column.valid is None or column.offset == 0:
        return column.valid
    return bits(column.presence())


def bits(flags: Sequence[object]) -> bytes:
    """A bit for each flag, the lowest one first."""
    found = Column.of([True if flag else None for flag in flags], "boolean")
    return bytes(found.valid) if found.valid is not None else b"\xff" * ((len(flags) + 7) // 8)
