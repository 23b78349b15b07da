"""Reads the lines of a body as 3.x does, and finds those that it refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, cast

from influx_core import DataPoint
from influx_core.codec import split_lines
from influx_core.lineprotocol import scan
from influx_core.timestamps import Precision
from influx_testing._flavors.v3.lines.line_grammar import LineRefused, ReadLine, read_line

__all__ = ["ReadLines", "RefusedLine", "read_lines"]

_NANOSECONDS: dict[Precision, int] = {"ms": 1_000_000, "ns": 1, "s": 1_000_000_000, "us": 1_000}
_PRECISION_NAMES: dict[Precision, str] = {
    "ms": "Millisecond",
    "ns": "Nanosecond",
    "s": "Second",
    "us": "Microsecond",
}
_GUESSES: tuple[tuple[int, int], ...] = (
    (5_000_000_000, 1_000_000_000),
    (5_000_000_000_000, 1_000_000),
    (5_000_000_000_000_000, 1_000),
)
"""Upper bounds of times without a unit, each with the unit in ns that it suggests."""

_MEASUREMENT = rb"(?:[^\x00-\x20\x7f,=\\]|\\[,\x20])++"
_NAME = rb"(?:[^\x00-\x20\x7f,=\\]|\\[,=\x20])++"
_VALUE = rb'(?:-?[0-9]{1,19}+(?:\.[0-9]{1,19}+|i|u)?+|true|false|"(?:[^"\n\\]|\\["\\])*+")'
_PLAIN_LINE = (
    rb"(?!\#)MEASUREMENT(?:,NAME=NAME)*+\x20NAME=VALUE(?:,NAME=VALUE)*+"
    rb"(?:\x20-?[0-9]{1,19}+)?+(?:\n|\Z)"
)
_PLAIN_BODY = re.compile(
    b"(?:"
    + _PLAIN_LINE.replace(b"MEASUREMENT", _MEASUREMENT)
    .replace(b"NAME", _NAME)
    .replace(b"VALUE", _VALUE)
    + b")*+"
)
"""A body of lines that every server reads alike; most bodies are of this kind."""

_SHOWN_CHARACTERS = 20


class RefusedLine(NamedTuple):
    """A refused line: the reason, its number from 1 among all points, and its beginning."""

    error_message: str
    line_number: int
    original_line: str


@dataclass(frozen=True)
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

    @property
    def is_empty(self) -> bool:
        """Whether there is neither a point nor a refused line."""
        return not self.points and not self.errors

    def error_of(self, point: int, reason: str) -> RefusedLine:
        """Return the refusal of a valid line, by the index of its point in `points`."""
        place = self.places[point]
        shown = read_line(self._texts[place]).shown
        return RefusedLine(reason, place + 1, shown[:_SHOWN_CHARACTERS])

    @cached_property
    def _texts(self) -> list[str]:
        return list(_records(self.body))


def read_lines(body: bytes, precision: Precision | None, now: int) -> ReadLines:
    """Read lines.

    Args:
        body: the lines, in UTF-8.
        precision: the unit of their times; if None, it is guessed for each time from its size.
        now: the time of lines without one, in ns since 1970.
    """
    if precision is not None:
        now -= now % _NANOSECONDS[precision]
    points = _plain_points(body, precision, now)
    if points is not None:
        return ReadLines(body, points, list(range(len(points))), [])
    return _any_lines(body, precision, now)


def _plain_points(body: bytes, precision: Precision | None, now: int) -> list[DataPoint] | None:
    """The points of a body that has only plain lines; None if it has others."""
    if _PLAIN_BODY.fullmatch(body) is None:
        return None
    found = list(scan(body, precision or "ns", now, rules="v2"))
    if not all(isinstance(item, DataPoint) for item in found):
        return None
    points = cast(list[DataPoint], found)
    if sum(len(point.tags) + len(point.fields) for point in points) != body.count(b"="):
        return None  # a key occurs twice, or a string has an equals sign
    return points if precision else [_guessed(point, now) for point in points]


def _any_lines(body: bytes, precision: Precision | None, now: int) -> ReadLines:
    points: list[DataPoint] = []
    places: list[int] = []
    errors: list[RefusedLine] = []
    physical = body.decode().split("\n")
    for place, text in enumerate(_records(body)):
        try:
            line = read_line(text)
            time = _time(line, precision, now)
        except LineRefused as error:
            # The server quotes the line of the body with this number, comments included.
            quoted = physical[place] if place < len(physical) else text
            if place + 1 < len(physical):
                quoted = quoted.removesuffix("\r")
            errors.append(RefusedLine(str(error), place + 1, quoted[:_SHOWN_CHARACTERS]))
            continue
        fields: dict[str, Any] = dict(line.fields)
        points.append(DataPoint(line.measurement, line.tags, fields, time))
        places.append(place)
    return ReadLines(body, points, places, errors)


def _time(line: ReadLine, precision: Precision | None, now: int) -> int:
    """The time of a line in ns."""
    if line.time is None:
        return now
    if precision is None:
        return line.time * _guessed_unit(line.time)
    time = line.time * _NANOSECONDS[precision]
    if not -(2**63) <= time < 2**63:
        name = _PRECISION_NAMES[precision]
        raise LineRefused(f"timestamp, {line.time}, out of range for precision: {name}")
    return time


def _guessed(point: DataPoint, now: int) -> DataPoint:
    """Convert the time of a point from the unit that its size suggests."""
    time = point.timestamp
    assert isinstance(time, int)
    unit = 1 if time == now else _guessed_unit(time)
    if unit == 1:
        return point
    return DataPoint(point.measurement, point.tags, point.fields, time * unit)


def _guessed_unit(time: int) -> int:
    return next((unit for limit, unit in _GUESSES if abs(time) < limit), 1)


def _records(body: bytes) -> Iterator[str]:
    """The text of each line that is not empty and not a comment."""
    for line in split_lines(body, 1):
        text = line.decode().removesuffix("\n")
        while text.lstrip(" \t").startswith("#"):  # a quote in a comment does not continue it
            text = text.partition("\n")[2]
        if text.strip(" \t"):
            yield text
