"""Compares points by their values, and describes how two points differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from influx_core import DataPoint, PointLike
from influx_core.lineprotocol import decode, encode
from influx_core.timestamps import to_ns

__all__ = ["Expected", "canonical", "differences", "distance", "line_of", "same", "table"]

Expected = PointLike | str | bytes
"""A point that a test expects: a point, or a line of line protocol."""

_SHOWN = 10


def canonical(expected: Expected) -> DataPoint:
    """Convert a point to the form that the server stores, with times in ns, for comparison.

    Raises:
        EncodeError: the point cannot be written as line protocol.
        DecodeError: the text is not a line of line protocol.
        ValueError: the text has no line, or more than one.
    """
    if isinstance(expected, str | bytes):
        data = expected.encode() if isinstance(expected, str) else expected
    else:
        data = encode([expected])
    points = decode(data, rules="1.x")
    if len(points) != 1:
        raise ValueError(f"one line is expected, and there are {len(points)}: {expected!r}")
    return points[0]


def same(expected: DataPoint, found: DataPoint) -> bool:
    """Whether two points are equal; an expected point without a time matches any time."""
    return not differences(expected, found)


def differences(expected: DataPoint, found: DataPoint) -> list[str]:
    """Describe how a found point differs from the expected one; empty if they are equal."""
    found_differences: list[str] = []
    if found.measurement != expected.measurement:
        found_differences.append(f"measurement {found.measurement}, not {expected.measurement}")
    found_differences += _members("tag", expected.tags, found.tags)
    found_differences += _members("field", expected.fields, found.fields)
    if expected.timestamp is not None and found.timestamp != expected.timestamp:
        found_differences.append(_time_difference(to_ns(expected.timestamp), found.timestamp))
    return found_differences


def _members(kind: str, expected: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    parts = [f"no {kind} {key}" for key in expected if key not in found]
    parts += [f"a {kind} {key}={_shown(found[key])}" for key in found if key not in expected]
    for key in expected.keys() & found.keys():
        wanted, value = expected[key], found[key]
        if type(wanted) is not type(value) or wanted != value:
            parts.append(f"{kind} {key}={_shown(value)}, not {_shown(wanted)}")
    return parts


def _shown(value: Any) -> str:
    """Format a value so that its type shows: the integer 1 is `1i`, as in line protocol."""
    if type(value) is int:
        return f"{value}i"
    return f"{value}"


def _time_difference(expected: int, found: Any) -> str:
    if found is None:
        return "no time"
    delay = (found - expected) / 1_000_000_000
    return f"{abs(delay):g} s {'later' if delay > 0 else 'earlier'}"


def distance(expected: DataPoint, found: DataPoint) -> int:
    """Count the differences of two points; another measurement counts as 100."""
    elsewhere = 100 if expected.measurement != found.measurement else 0
    return elsewhere + len(differences(expected, found))


def line_of(point: DataPoint) -> str:
    """A point as a line of line protocol."""
    return encode([point]).decode().rstrip("\n")


def table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Format rows as a text table with a header; the last line counts the rows left out."""
    shown = [header, *rows[:_SHOWN]]
    widths = [max(len(row[column]) for row in shown) for column in range(len(header))]
    lines = [
        "  "
        + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in shown
    ]
    more = [f"  ... and {len(rows) - _SHOWN} more"] if len(rows) > _SHOWN else []
    return "\n".join([title, *lines, *more])
