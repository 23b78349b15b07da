"""Reads line protocol as 3.x does: which lines are points, which are refused, and why."""

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
"""Below which number a time without a unit counts how many ns."""

_TRAILING_COMMA = re.compile(rb",(?=[ \t]+-?[0-9]+[ \t]*$|[ \t]*$)")
"""A comma after the last field, which the server's parser ignores."""


class RefusedLine(NamedTuple):
    """A line that is refused: the text, its number from 1, and the reason."""

    original_line: str
    line_number: int
    error_message: str


@dataclass(frozen=True, slots=True)
class ReadLines:
    """The lines of a body.

    Attributes:
        body: the lines themselves.
        points: what could be read, times in ns.
        places: where each point stands among all points and refused lines.
        errors: the lines that are no points.
    """

    body: bytes
    points: list[DataPoint]
    places: list[int]
    errors: list[RefusedLine]

    def error_of(self, point: int, reason: str) -> RefusedLine:
        """Refuse a point that could be read, by its place in `points`."""
        records = list(_records(self.body))
        number, text = records[self.places[point]]
        return RefusedLine(text, number, reason)


def read_lines(body: bytes, precision: Precision | None, now: int) -> ReadLines:
    """Read lines.

    Args:
        body: the lines.
        precision: the unit of their times; None guesses it for each time by its size.
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
    """Read a line again without the comma after its last field."""
    raw = _TRAILING_COMMA.sub(b"", line.raw)
    if raw == line.raw:
        return line
    found = list(scan(raw, precision or "ns", now, rules="v2"))
    return found[0] if len(found) == 1 and isinstance(found[0], DataPoint) else line


def _guessed(point: DataPoint, now: int) -> DataPoint:
    """A point whose time is in the unit that its size suggests."""
    time = point.timestamp
    assert isinstance(time, int)
    if time == now:
        return point
    for limit, unit in _GUESSES:
        if abs(time) < limit:
            return DataPoint(point.measurement, point.tags, point.fields, time * unit)
    return point


def _records(body: bytes) -> Iterator[tuple[int, str]]:
    """The number and the text of each line that is neither empty nor a comment."""
    number = 1
    for line in split_lines(body, 1):
        text = line.strip(b"\r\n")
        if text.strip() and not text.lstrip().startswith(b"#"):
            yield number, text.decode("utf-8", "replace")
        number += line.count(b"\n")
