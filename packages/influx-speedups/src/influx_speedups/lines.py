"""Reading line protocol: compiled code for what all rules agree on, influx_core for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import _influx_speedups as compiled
from influx_core import DataPoint
from influx_core.codec import Refused, rules_1x, rules_v2
from influx_core.errors import DecodeError
from influx_core.lineprotocol import BadLine
from influx_core.lineprotocol import decode as decode_in_python
from influx_core.lineprotocol import scan as scan_in_python
from influx_core.timestamps import UNIT_NS
from influx_core.timestamps import precision as canonical_precision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from influx_core.codec import Reader
    from influx_core.lineprotocol import Rules
    from influx_core.timestamps import Precision

__all__ = ["decode", "scan"]

_BLOCK = 1000
"""So many points are read before the first is given out."""

_READERS: Mapping[Rules, Callable[[bytes, int], Reader]] = {
    "v2": rules_v2.Reader,
    "1.x": rules_1x.Reader,
}


def decode(
    data: bytes,
    precision: Precision = "ns",
    default_time: int | None = None,
    *,
    rules: Rules = "v2",
) -> list[DataPoint]:
    """Read points, exactly as `influx_core._lineprotocol.decode.decoder` does.

    Raises:
        DecodeError: the first line that is no point: its number, the column, and the reason.
    """
    if type(data) is not bytes:
        return decode_in_python(data, precision, default_time, rules=rules)
    points: list[DataPoint] = []
    for piece in _pieces(data, precision, default_time, rules, len(data)):
        if isinstance(piece, BadLine):
            raise DecodeError(piece.reason, line=piece.line, column=piece.column)
        points = _joined(points, piece)
    return points


def _joined(points: list[DataPoint], piece: list[DataPoint]) -> list[DataPoint]:
    """Put a piece behind the points; most often it is the only one, and need not be copied."""
    if not points:
        return piece
    points += piece
    return points


def scan(
    data: bytes,
    precision: Precision = "ns",
    default_time: int | None = None,
    *,
    rules: Rules = "v2",
) -> Iterator[DataPoint | BadLine]:
    """Read points, and go on after a line that is none, as `influx_core.lineprotocol.scan` does."""
    if type(data) is not bytes:
        return scan_in_python(data, precision, default_time, rules=rules)
    return _items(_pieces(data, precision, default_time, rules, _BLOCK))


def _items(pieces: Iterator[list[DataPoint] | BadLine]) -> Iterator[DataPoint | BadLine]:
    for piece in pieces:
        if isinstance(piece, BadLine):
            yield piece
        else:
            yield from piece


def _pieces(
    data: bytes, precision: Precision, default_time: int | None, rules: Rules, block: int
) -> Iterator[list[DataPoint] | BadLine]:
    unit = UNIT_NS[canonical_precision(precision)]
    if default_time is not None:
        default_time -= default_time % unit
    return _read(data, _READERS[rules](data, unit), unit, default_time, block)


def _read(
    data: bytes, reader: Reader, unit: int, default_time: int | None, block: int
) -> Iterator[list[DataPoint] | BadLine]:
    """Read regular lines in compiled code, and single lines by the rules between them."""
    regular = compiled.line_reader(data, unit, default_time, DataPoint)
    line, counted = 1, 0
    while True:
        points, reader.position = compiled.read_lines(regular, reader.position, block)
        if points:
            yield points
            continue
        if not reader.next_line():
            return
        start = reader.position
        line += data.count(b"\n", counted, start)
        counted = start
        try:
            measurement, tags, fields, ns = reader.read()
        except Refused as refused:
            column = max(start, refused.offset) - data.rfind(b"\n", 0, max(start, refused.offset))
            raw = reader.skip_line()
            yield BadLine(raw, refused.reason, line, column, refused.status, refused.before)
        else:
            yield [DataPoint(measurement, tags, fields, default_time if ns is None else ns)]
