"""Converts the cells of annotated CSV to values, a column at a time."""

from __future__ import annotations

import math
import re
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec

from influx_core._annotated_csv.cells import QUOTED_EMPTY
from influx_core._columns.arrow_layout import Column
from influx_core._results.flux_table import FluxColumn
from influx_core._results.flux_values import DataType
from influx_core.errors import DecodeError
from influx_core.timestamps import UNIT_NS, to_ns

__all__ = ["column_of_cells", "value_of_cell"]

_SECOND = UNIT_NS["s"]
_integers = msgspec.json.Decoder(list[int])
_floats = msgspec.json.Decoder(list[float])
_BOOLEANS = {"true": True, "false": False}
_INTEGER = re.compile(r"[+-]?[0-9]+")
_FLOAT = re.compile(
    r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|NaN|[+-]?Inf(?:inity)?",
    re.IGNORECASE,
)
_MINUTE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}")
_LONGEST_NUMBER = 400
"""The longest number in digits: far more than the largest float has."""


def column_of_cells(column: FluxColumn, cells: Sequence[str]) -> Column:
    """Convert the cells of a column.

    Raises:
        DecodeError: a cell is not of the column's type.
    """
    try:
        values = _READERS[column.datatype](cells)
        return Column.of(values, column.kind)
    except (ValueError, OverflowError, KeyError) as error:
        raise _wrong(column, error) from None


def value_of_cell(column: FluxColumn, cell: str) -> Any:
    """Convert one cell; None for null.

    Raises:
        DecodeError: the cell is not of the column's type.
    """
    return column_of_cells(column, [cell]).to_list()[0]


def _wrong(column: FluxColumn, error: Exception) -> DecodeError:
    return DecodeError(
        f"not annotated CSV: the column {column.name!r} is of type {column.datatype}, and has a "
        f"value that is not: {str(error)[:200]}"
    )


def _strings(cells: Sequence[str]) -> list[Any]:
    if "" not in cells:
        return list(cells)
    return [cell or ("" if cell is QUOTED_EMPTY else None) for cell in cells]


def _whole(cells: Sequence[str]) -> list[Any]:
    return _plain_numbers(cells, _integers) or [_optional(cell, _integer) for cell in cells]


def _doubles(cells: Sequence[str]) -> list[Any]:
    return _plain_numbers(cells, _floats) or [_optional(cell, _double) for cell in cells]


def _plain_numbers(
    cells: Sequence[str], decoder: msgspec.json.Decoder[list[Any]]
) -> list[Any] | None:
    """The numbers; None if one is missing or is not a JSON number."""
    together = ",".join(cells).encode()
    if together.translate(None, b"0123456789.-,") or together.count(b",") != len(cells) - 1:
        return None
    try:
        return decoder.decode(b"[" + together + b"]")
    except (msgspec.DecodeError, ValueError):
        return None


def _optional(cell: str, read: Callable[[str], Any]) -> Any:
    return read(cell) if cell else None


def _integer(cell: str) -> int:
    if _INTEGER.fullmatch(cell) is None or len(cell) > _LONGEST_NUMBER:
        raise ValueError(repr(cell))
    return int(cell)


def _double(cell: str) -> float:
    if _FLOAT.fullmatch(cell) is None:
        raise ValueError(repr(cell))
    value = float(cell)
    if math.isinf(value) and "n" not in cell.lower():
        raise ValueError(f"{cell[:80]!r} is out of range")
    return value


def _flags(cells: Sequence[str]) -> list[Any]:
    return [_BOOLEANS[cell] if cell else None for cell in cells]


def _times(cells: Sequence[str]) -> list[Any]:
    return [_time(cell) if cell else None for cell in cells]


def _time(cell: str) -> int:
    """Nanoseconds since 1970; reuses the minute of the previous time where it is the same."""
    second, fraction = cell[17:19], cell[20:-1]
    if cell[16:17] != ":" or cell[-1] != "Z" or len(fraction) > 9 or not cell.isascii():
        return to_ns(cell)
    if not second.isdigit() or second > "59" or len(second) != 2:
        return to_ns(cell)
    start = _minute_ns(cell[:16]) + int(second) * _SECOND
    if not fraction:
        return start if len(cell) == 20 else to_ns(cell)
    if cell[19] != "." or not fraction.isdigit():
        return to_ns(cell)
    return start + int(fraction.ljust(9, "0"))


@lru_cache(maxsize=10_000)
def _minute_ns(text: str) -> int:
    if _MINUTE.fullmatch(text) is None:
        raise ValueError(repr(text))
    return int(datetime.fromisoformat(text + "+00:00").timestamp()) * _SECOND


def _binary(cells: Sequence[str]) -> list[Any]:
    return [
        b"" if cell is QUOTED_EMPTY else b64decode(cell, validate=True) if cell else None
        for cell in cells
    ]


_READERS: Mapping[DataType, Callable[[Sequence[str]], list[Any]]] = {
    "string": _strings,
    "double": _doubles,
    "long": _whole,
    "unsignedLong": _whole,
    "boolean": _flags,
    "dateTime:RFC3339": _times,
    "duration": _whole,
    "base64Binary": _binary,
}
