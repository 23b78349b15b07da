"""Line protocol in the write box: bad lines by the codec, and what the good ones would store."""

from __future__ import annotations

from typing import Any

import msgspec

from influx_core import DataPoint, Unsigned
from influx_core.lineprotocol import Rules, scan
from influx_core.timestamps import Precision, to_rfc3339
from influx_explorer._language.text_report import TextIssue, Utf16Offsets

__all__ = ["LineReport", "report_lines"]

MOST_SHOWN = 100
"""The most points and errors of a report; the others are counted."""


class PreviewedPoint(msgspec.Struct, frozen=True):
    """A point as it would be stored; values of fields as text, with their types."""

    measurement: str
    tags: dict[str, str]
    fields: list[tuple[str, str, str]]
    time: str | None


class LineReport(msgspec.Struct, frozen=True):
    """The points and the bad lines of a text.

    Attributes:
        points: the first points.
        point_count: the number of points.
        issues: the first bad lines, at their columns.
        issue_count: the number of bad lines.
        lines: line and column of each issue, from 1.
    """

    points: list[PreviewedPoint]
    point_count: int
    issues: list[TextIssue]
    issue_count: int
    lines: list[tuple[int, int]]


def report_lines(text: str, precision: Precision, rules: Rules) -> LineReport:
    """Decode line protocol without sending it.

    Args:
        text: the lines.
        precision: the unit of their times.
        rules: `1.x` or `v2`, by the server.
    """
    points: list[PreviewedPoint] = []
    issues: list[TextIssue] = []
    lines: list[tuple[int, int]] = []
    counts = {True: 0, False: 0}
    offsets = Utf16Offsets(text)
    starts = [0, *(index + 1 for index, each in enumerate(text) if each == "\n")]
    for item in scan(text.encode("utf-8", "surrogatepass"), precision, rules=rules):
        is_point = isinstance(item, DataPoint)
        counts[is_point] += 1
        if counts[is_point] > MOST_SHOWN:
            continue
        if isinstance(item, DataPoint):
            points.append(_previewed(item))
            continue
        column = item.column or 1
        start = starts[item.line - 1]
        line = text[start:].partition("\n")[0]
        before = len(line.encode()[: column - 1].decode(errors="ignore"))
        issues.append(
            TextIssue(
                offsets.units(start + before),
                offsets.units(start + max(len(line.rstrip()), before)),
                item.reason,
            )
        )
        lines.append((item.line, column))
    return LineReport(points, counts[True], issues, counts[False], lines)


def _previewed(point: DataPoint) -> PreviewedPoint:
    fields = [(name, *_shown(value)) for name, value in point.fields.items()]
    time = point.timestamp
    shown = to_rfc3339(time) if isinstance(time, int) else None
    return PreviewedPoint(point.measurement, dict(point.tags), fields, shown)


def _shown(value: Any) -> tuple[str, str]:
    """The text and the type of a field's value."""
    if isinstance(value, bool):
        return ("true" if value else "false"), "boolean"
    if isinstance(value, Unsigned):
        return str(int(value)), "unsigned"
    if isinstance(value, int):
        return str(value), "integer"
    if isinstance(value, float):
        return repr(value), "float"
    return str(value), "string"
