"""Compares points by what they mean, and shows what is nearest to a missing one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from influx_core import DataPoint
from influx_core.codec import PointLike
from influx_core.lineprotocol import decode, encode
from influx_core.timestamps import to_ns

__all__ = ["Expected", "canonical", "differences", "distance", "line", "same", "table"]

Expected = PointLike | str | bytes
"""A point that a test expects: a point, or a line of line protocol."""

_SHOWN = 10


def canonical(expected: Expected) -> DataPoint:
    """A point in the form in which points are compared: as it would be stored, times in ns.

    Raises:
        EncodeError: it cannot be written at all, so it is no use to expect it.
        DecodeError: the line is none.
        ValueError: there is not one line.
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
    """Whether both mean the same; without a time the expected point means any time."""
    return not differences(expected, found)


def differences(expected: DataPoint, found: DataPoint) -> list[str]:
    """What is different in a found point, in words."""
    said: list[str] = []
    if found.measurement != expected.measurement:
        said.append(f"measurement {found.measurement}, not {expected.measurement}")
    said += _members("tag", expected.tags, found.tags)
    said += _members("field", expected.fields, found.fields)
    if expected.timestamp is not None and found.timestamp != expected.timestamp:
        said.append(_time_difference(to_ns(expected.timestamp), found.timestamp))
    return said


def _members(kind: str, expected: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    said = [f"no {kind} {key}" for key in expected if key not in found]
    said += [f"a {kind} {key}={_shown(found[key])}" for key in found if key not in expected]
    for key in expected.keys() & found.keys():
        wanted, value = expected[key], found[key]
        if type(wanted) is not type(value) or wanted != value:
            said.append(f"{kind} {key}={_shown(value)}, not {_shown(wanted)}")
    return said


def _shown(value: Any) -> str:
    """A value as line protocol writes it, where 1i is an integer and 1 is none."""
    if type(value) is int:
        return f"{value}i"
    return f"{value}"


def _time_difference(expected: int, found: Any) -> str:
    if found is None:
        return "no time"
    late = (found - expected) / 1_000_000_000
    return f"{abs(late):g} s {'later' if late > 0 else 'earlier'}"


def distance(expected: DataPoint, found: DataPoint) -> int:
    """How much is different; least where the measurement is the same."""
    elsewhere = 100 if expected.measurement != found.measurement else 0
    return elsewhere + len(differences(expected, found))


def line(point: DataPoint) -> str:
    """A point as a line of line protocol."""
    return encode([point]).decode().rstrip("\n")


def table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows under a header, in columns, and how many more there are than are shown."""
    shown = [header, *rows[:_SHOWN]]
    widths = [max(len(row[column]) for row in shown) for column in range(len(header))]
    lines = [
        "  "
        + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in shown
    ]
    more = [f"  ... and {len(rows) - _SHOWN} more"] if len(rows) > _SHOWN else []
    return "\n".join([title, *lines, *more])
