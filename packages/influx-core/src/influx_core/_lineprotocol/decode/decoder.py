"""Reading line protocol: bytes in, points out, and a report of each line that is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from influx_core._lineprotocol.decode import rules_1x, rules_v2
from influx_core._lineprotocol.decode.fast_decode import ShapeReader
from influx_core._lineprotocol.decode.line_parts import BadLine, Reader, Refused
from influx_core._points.data_point import DataPoint
from influx_core.errors import DecodeError
from influx_core.timestamps import UNIT_NS, Precision
from influx_core.timestamps import precision as canonical_precision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["BadLine", "Rules", "decode", "scan"]

Rules: TypeAlias = Literal["v2", "1.x"]
"""Whose rules to read by: the specification's, or those InfluxDB 1.x really applies."""


def decode(
    data: bytes,
    precision: Precision = "ns",
    default_time: int | None = None,
    *,
    rules: Rules = "v2",
) -> list[DataPoint]:
    """Read points; their timestamps are nanoseconds.

    Args:
        data: lines, each with its end but the last, which may do without.
        precision: what the timestamps in the data count.
        default_time: for lines without a timestamp, in nanoseconds; it is rounded down to the
            precision, as servers do. None leaves the point without.
        rules: whose rules to read by.

    Raises:
        DecodeError: the first line that is no point: its number, the column, and the reason.
    """
    points: list[DataPoint] = []
    for item in scan(data, precision, default_time, rules=rules):
        if isinstance(item, BadLine):
            raise DecodeError(item.reason, line=item.line, column=item.column)
        points.append(item)
    return points


def scan(
    data: bytes,
    precision: Precision = "ns",
    default_time: int | None = None,
    *,
    rules: Rules = "v2",
) -> Iterator[DataPoint | BadLine]:
    """Read points, and go on after a line that is none; arguments as `decode` takes them."""
    unit = UNIT_NS[canonical_precision(precision)]
    if default_time is not None:
        default_time -= default_time % unit
    return _scan(data, _READERS[rules](data, unit), ShapeReader(data, unit, default_time))


_READERS: Mapping[Rules, Callable[[bytes, int], Reader]] = {
    "v2": rules_v2.Reader,
    "1.x": rules_1x.Reader,
}


def _scan(data: bytes, reader: Reader, shapes: ShapeReader) -> Iterator[DataPoint | BadLine]:
    """Read blocks of lines by their shapes, and single lines by the rules between them."""
    line, counted = 1, 0
    while True:
        points, reader.position = shapes.read(reader.position)
        yield from points
        if points:
            continue
        if not reader.next_line():
            return
        start = reader.position
        line += data.count(b"\n", counted, start)
        counted = start
        try:
            measurement, tags, fields, ns = reader.read()
            yield DataPoint(measurement, tags, fields, shapes.default_time if ns is None else ns)
        except Refused as refused:
            column = max(start, refused.offset) - data.rfind(b"\n", 0, max(start, refused.offset))
            raw = reader.skip_line()
            yield BadLine(raw, refused.reason, line, column, refused.status, refused.before)
