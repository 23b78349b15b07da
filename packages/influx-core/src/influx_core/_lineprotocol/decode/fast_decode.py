"""Reading lines of a shape seen before: the same field keys with the same types.

Each shape becomes a pattern, and its numbers are read a column at a time by a JSON decoder. What
is read here means the same by all rules; lines that do not, or no point, are left to the rules.
"""

from __future__ import annotations

import functools
import re
from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from influx_core._lineprotocol.decode.line_parts import BOOLEANS, parse_float
from influx_core._points.data_point import DataPoint
from influx_core.timestamps import MAX_NS, MIN_NS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["ShapeReader"]

_BLOCK = 1000
_FEWEST_LINES = 8
_MOST_SHAPES = 16
_MOST_HEAD_BYTES = 16_384

_NAME = rb'[^\x00-\x20\x7f,=\\"]+'
_VALUES = {
    "float": rb"-?[0-9.][-+.eE0-9]*+",
    "integer": rb"-?[0-9]++",
    "string": rb'[^"\\\n]*+',
    "boolean": rb"[tTfF][a-zA-Z]*+",
}
_AROUND = {
    "float": (b"", b""),
    "integer": (b"", b"i"),
    "string": (b'"', b'"'),
    "boolean": (b"", b""),
}
_KINDS = rb"(?:%(integer)bi|%(float)b|\"%(string)b\"|%(boolean)b)" % {
    name.encode(): pattern for name, pattern in _VALUES.items()
}

_HEAD = re.compile(rb"(?!#)%b(?:,%b=%b){0,64}" % (_NAME, _NAME, _NAME))
_FIELD = re.compile(rb"(%b)=(%b)" % (_NAME, _KINDS))
_LINE = re.compile(
    rb"[^ \n\\\"]++\x20(%b=%b(?:,%b=%b)*+)(\x20-?[0-9]++)?(?:\n|\Z)"
    % (_NAME, _KINDS, _NAME, _KINDS)
)

_decode_floats = msgspec.json.Decoder(list[float]).decode
_decode_integers = msgspec.json.Decoder(list[int]).decode


class _IrregularError(Exception):
    """A line that looks like its shape but is no such line."""


class ShapeReader:
    """Reads lines as long as they have shapes, from wherever it is told to.

    Args:
        data: the lines.
        unit: how many nanoseconds their timestamps count.
        default_time: for lines without one, in nanoseconds.
    """

    def __init__(self, data: bytes, unit: int, default_time: int | None) -> None:
        self._data = data
        self._unit = unit
        self.default_time = default_time
        self._shapes: list[_Shape] = []
        self._heads = _Heads()
        enough = data.count(b"\n") >= _FEWEST_LINES
        self._irregular_until = 0 if enough else len(data) + 1

    def read(self, position: int) -> tuple[list[DataPoint], int]:
        """Read at most a block of lines; return their points, and where reading has to go on."""
        if position < self._irregular_until:
            return [], position
        rows: dict[_Shape, dict[int, tuple[bytes, ...]]] = {}
        end, count = position, 0
        while count < _BLOCK and (found := self._match(end)) is not None:
            shape, match = found
            rows.setdefault(shape, {})[count] = match.groups()
            end = match.end()
            count += 1
        try:
            return self._points(rows, count), end
        except (_IrregularError, ValueError, OverflowError):
            self._irregular_until = end
            return [], position

    def _match(self, position: int) -> tuple[_Shape, re.Match[bytes]] | None:
        for shape in self._shapes:
            match = shape.match(self._data, position)
            if match is not None:
                return shape, match
        if position < len(self._data) and len(self._shapes) < _MOST_SHAPES:
            return self._learn(position)
        return None

    def _learn(self, position: int) -> tuple[_Shape, re.Match[bytes]] | None:
        line = _LINE.match(self._data, position)
        if line is None:
            return None
        fields = tuple((key, _kind(value)) for key, value in _FIELD.findall(line[1]))
        if len({key for key, _ in fields}) < len(fields) or len(line[1]) > _MOST_HEAD_BYTES:
            return None
        shape = _shape(fields, timed=line[2] is not None)
        match = shape.match(self._data, position)
        if match is None:
            return None
        self._shapes.append(shape)
        return shape, match

    def _points(
        self, rows: dict[_Shape, dict[int, tuple[bytes, ...]]], count: int
    ) -> list[DataPoint]:
        points: list[DataPoint] = [_NO_POINT] * count
        for shape, found in rows.items():
            heads, *columns = zip(*found.values(), strict=True)
            if shape.timed:
                times: Sequence[int | None] = _times(columns.pop(), self._unit)
            else:
                times = [self.default_time] * len(heads)
            values = [
                _READERS[kind](column) for kind, column in zip(shape.kinds, columns, strict=True)
            ]
            names = map(self._heads.__getitem__, heads)
            fields = zip(*values, strict=True)
            for index, (measurement, tags), row, ns in zip(
                found, names, fields, times, strict=True
            ):
                fields_of_row = dict(zip(shape.keys, row, strict=True))
                points[index] = DataPoint(measurement, tags.copy(), fields_of_row, ns)
        return points


_NO_POINT = DataPoint("", {}, {"": 0})


class _Shape(NamedTuple):
    match: Callable[[bytes, int], re.Match[bytes] | None]
    keys: tuple[str, ...]
    kinds: tuple[str, ...]
    timed: bool


@functools.lru_cache(maxsize=256)
def _shape(fields: tuple[tuple[bytes, str], ...], *, timed: bool) -> _Shape:
    parts: list[bytes] = []
    for key, kind in fields:
        before, after = _AROUND[kind]
        parts.append(rb"%b=%b(%b)%b" % (re.escape(key), before, _VALUES[kind], after))
    time = rb" (-?[0-9]++)" if timed else b""
    pattern = re.compile(rb'([^ \n\\"]++) ' + b",".join(parts) + time + rb"(?:\n|\Z)")
    keys = tuple(key.decode() for key, _ in fields)
    return _Shape(pattern.match, keys, tuple(kind for _, kind in fields), timed)


def _kind(value: bytes) -> str:
    if value.startswith(b'"'):
        return "string"
    if value[0] in b"tTfF":
        return "boolean"
    return "integer" if value.endswith(b"i") else "float"


class _Heads(dict[bytes, tuple[str, dict[str, str]]]):
    """Measurements and tags already read."""

    def __missing__(self, raw: bytes) -> tuple[str, dict[str, str]]:
        if len(raw) > _MOST_HEAD_BYTES or _HEAD.fullmatch(raw) is None:
            raise _IrregularError
        measurement, *pairs = raw.decode().split(",")
        tags = dict(pair.split("=") for pair in pairs)
        if len(tags) < len(pairs):
            raise _IrregularError
        head = self[raw] = measurement, tags
        return head


def _times(column: Sequence[bytes], unit: int) -> list[int]:
    times = _read_integers(column)
    if unit != 1:
        times = [time * unit for time in times]
    if min(times) < MIN_NS or max(times) > MAX_NS:
        raise _IrregularError
    return times


def _read_integers(column: Sequence[bytes]) -> list[int]:
    try:
        integers = _decode_integers(b"[%b]" % b",".join(column))
    except msgspec.DecodeError:  # JSON has no leading zeros
        integers = list(map(int, column))
    array("q", integers)  # raises OverflowError beyond 64 bits
    return integers


def _read_floats(column: Sequence[bytes]) -> list[float]:
    document = b"[%b]" % b",".join(column)
    try:
        if b"-0," in document or b"-0]" in document:
            raise msgspec.DecodeError("an integer of JSON, which has no sign")
        return _decode_floats(document)
    except msgspec.DecodeError:  # JSON has neither leading zeros nor `1.` nor `.5`
        floats = [value for value in map(parse_float, column) if value is not None]
        if len(floats) < len(column):
            raise _IrregularError from None
        return floats


def _read_strings(column: Sequence[bytes]) -> list[str]:
    return b"\n".join(column).decode().split("\n")


def _read_booleans(column: Sequence[bytes]) -> list[bool]:
    try:
        return [BOOLEANS[text] for text in column]
    except KeyError:
        raise _IrregularError from None


_READERS: dict[str, Callable[[Sequence[bytes]], list[Any]]] = {
    "float": _read_floats,
    "integer": _read_integers,
    "string": _read_strings,
    "boolean": _read_booleans,
}
