"""Reads line protocol as 3.x does, and finds the lines that it refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from influx_core import DataPoint
from influx_core.codec import split_lines
from influx_core.lineprotocol import BadLine, scan
from influx_core.timestamps import Precision

__all__ = ["ReadLines", "RefusedLine", "read_lines"]

_GUESSES: tuple[tuple[int, int], ...] = (
    (5_000_000_000, 1_000_000_000),
    (5_000_000_000_000, 1_000_000),
    (5_000_000_000_000_000, 1_000),
)
"""Upper bounds of times without a unit, each with the unit in ns that it suggests."""

_TRAILING_COMMA = re.compile(rb",(?=[ \t]+-?[0-9]+[ \t]*$|[ \t]*$)")
"""A comma after the last field, which the server's parser ignores."""


class RefusedLine(NamedTuple):
    """A refused line: its text, its number counted from 1, and the reason."""

    original_line: str
    line_number: int
    error_message: str


@dataclass(frozen=True, slots=True)
class ReadLines:
    """The lines of a body.

    Attributes:
        body: the text of the lines.
        points: the points of valid lines, with times in ns.
        places: the position of each point among all points and refused lines.
        errors: the refused lines.
    """

    body: bytes
    points: list[DataPoint]
    places: list[int]
    errors: list[RefusedLine]

    def error_of(self, point: int, reason: str) -> RefusedLine:
        """Return the refusal of a valid line, by the index of its point in `points`."""
        records = list(_records(self.body))
        number, text = records[self.places[point]]
        return RefusedLine(text, number, reason)


def read_lines(body: bytes, precision: Precision | None, now: int) -> ReadLines:
    """Read lines.

    Args:
        body: the lines.
        precision: the unit of their times; if None, it is guessed for each time from its size.
        now: the time of lines without one, in ns since 1970.
    """
    points: list[DataPoint] = []
    places: list[int] = []
    errors: list[RefusedLine] = []
    for place, item in enumerate(scan(body, precision or "ns", now, rules="v2")):
        found = _repaired(item, precision, now) if isinstance(item, BadLine) else item
        if isinstance(found, BadLine):
            errors.append(RefusedLine(found.raw_text, found.line, found.reason))
            continue
        points.append(found if precision else _guessed(found, now))
        places.append(place)
    return ReadLines(body, points, places, errors)


def _repaired(line: BadLine, precision: Precision | None, now: int) -> DataPoint | BadLine:
    """Remove the comma after the last field of a line, and read it again."""
    raw = _TRAILING_COMMA.sub(b"", line.raw)
    if raw == line.raw:
        return line
    found = list(scan(raw, precision or "ns", now, rules="v2"))
    return found[0] if len(found) == 1 and isinstance(found[0], DataPoint) else line


def _guessed(point: DataPoint, now: int) -> DataPoint:
    """Convert the time of a point from the unit that its size suggests."""
    time = point.timestamp
    assert isinstance(time, int)
    if time == now:
        return point
    for limit, unit in _GUESSES:
        if abs(time) < limit:
            return DataPoint(point.measurement, point.tags, point.fields, time * unit)
    return point


def _records(body: bytes) -> Iterator[tuple[int, str]]:
    """The number and the text of each line that is not empty and not a comment."""
    number = 1
    for line in split_lines(body, 1):
        text = line.strip(b"\r\n")
        if text.strip() and not text.lstrip().startswith(b"#"):
            yield number, text.decode("utf-8", "replace")
        number += line.count(b"\n")
