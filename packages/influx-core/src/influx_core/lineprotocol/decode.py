"""Reading line protocol: bytes in, points out, and a report of each line that is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from influx_core.errors import DecodeError
from influx_core.lineprotocol import influxdb1, specification
from influx_core.lineprotocol.lines import BadLine, Line, Refused
from influx_core.points import DataPoint
from influx_core.timestamps import UNIT_NS, Precision
from influx_core.timestamps import precision as canonical_precision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
    return _SCANNERS[rules](data, unit, default_time)


def _scan_influxdb1(
    data: bytes, unit: int, default_time: int | None
) -> Iterator[DataPoint | BadLine]:
    for start, line in influxdb1.split_lines(data):
        try:
            yield _point(influxdb1.parse_line(line, unit), default_time)
        except Refused as refused:
            yield _bad_line(data, line, start, refused, start + refused.offset)


def _scan_specification(
    data: bytes, unit: int, default_time: int | None
) -> Iterator[DataPoint | BadLine]:
    reader = specification.Reader(data, unit)
    while reader.next_line():
        start = reader.position
        try:
            yield _point(reader.read(), default_time)
        except Refused as refused:
            reader.skip_line()
            line = data[start : reader.position].removesuffix(b"\r")
            yield _bad_line(data, line, start, refused, max(start, refused.offset))


_SCANNERS: dict[Rules, Callable[[bytes, int, int | None], Iterator[DataPoint | BadLine]]] = {
    "v2": _scan_specification,
    "1.x": _scan_influxdb1,
}


def _point(line: Line, default_time: int | None) -> DataPoint:
    measurement, tags, fields, timestamp = line
    return DataPoint(measurement, tags, fields, default_time if timestamp is None else timestamp)


def _bad_line(data: bytes, line: bytes, start: int, refused: Refused, at: int) -> BadLine:
    return BadLine(
        raw=line,
        reason=refused.reason,
        line=data.count(b"\n", 0, start) + 1,
        column=at - data.rfind(b"\n", 0, at),
        status=refused.status,
    )
