"""Results for the page: columns as binary data, so that a browser needs no parser of numbers.

A response is a sequence of frames: the length of a header and of the data, 32 bits each, little
endian; the header, JSON, filled up with spaces to a multiple of 8 bytes; the data. The header of a
piece of a series describes its columns; numbers and times (64 bits, little endian) and the bytes
that tell missing values are at `at` in the data, everything else is in the header. The last frame
says how the query ended.
"""

from __future__ import annotations

import struct
import sys
from array import array
from typing import Any

import msgspec

from influx_core import Series
from influx_core.columns import Column, ColumnSeries, typed_view

__all__ = ["ResultEnd", "end_frame", "series_frame"]

_NUMBERS = frozenset({"float", "integer", "unsigned", "time"})


class ResultEnd(msgspec.Struct, frozen=True):
    """How a query ended.

    Attributes:
        rows: the number of rows sent.
        truncated: whether the server had more rows.
        seconds: the time from the request to the end of the response.
        error: the error message; empty if there was none.
        error_type: the name of the error's class.
    """

    rows: int
    truncated: bool
    seconds: float
    error: str = ""
    error_type: str = ""
    end: bool = True


def series_frame(series: Series) -> bytes:
    """A frame with a piece of a series."""
    columnar = ColumnSeries.of(series)
    data = bytearray()
    columns = [
        _column(name, column, data)
        for name, column in zip(columnar.columns, columnar.data, strict=True)
    ]
    header = {
        "name": columnar.name,
        "tags": {str(key): _text(value) for key, value in columnar.tags.items()},
        "partial": columnar.partial,
        "length": len(columnar),
        "columns": columns,
    }
    return _frame(header, bytes(data))


def end_frame(end: ResultEnd) -> bytes:
    """The last frame."""
    return _frame(end, b"")


def _frame(header: Any, data: bytes) -> bytes:
    encoded = msgspec.json.encode(header)
    encoded += b" " * (-len(encoded) % 8)
    return struct.pack("<II", len(encoded), len(data)) + encoded + data


def _column(name: str, column: Column, data: bytearray) -> dict[str, Any]:
    """Describe a column; append its numbers to the data."""
    if column.kind not in _NUMBERS:
        values = [_plain(value) for value in column.to_list()]
        return {"name": name, "kind": column.kind, "values": values}
    described: dict[str, Any] = {"name": name, "kind": column.kind, "at": len(data)}
    view = typed_view(column.values, "B")
    data += _little(bytes(view[8 * column.offset : 8 * (column.offset + column.length)]))
    if column.valid is not None:
        described["valid"] = len(data)
        data += bytes(column.presence())
        data += bytes(-len(data) % 8)
    return described


def _little(numbers: bytes) -> bytes:
    if sys.byteorder == "little":
        return numbers
    swapped = array("Q", numbers)
    swapped.byteswap()
    return swapped.tobytes()


def _plain(value: Any) -> Any:
    """A value that JSON and JavaScript represent exactly; others as text."""
    if value is None or isinstance(value, bool | str):
        return value
    return _text(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)
