"""Decodes lines with the same field keys and types as earlier lines, many at once.

Each combination of keys and types has a regular expression; a JSON decoder parses its numbers
column by column. Only lines that all rules decode alike are decoded here.
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

__all__ = ["PatternScanner"]

_BLOCK = 1000
_FEWEST_LINES = 8
_MAX_PATTERNS = 16
_MAX_KEY_BYTES = 16_384

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


class _NotRegularError(Exception):
    """A line matches its pattern, but must be decoded by the rules."""


class PatternScanner:
    """Scans lines whose pattern was seen before; see `LineScanner`.

    Args:
        data: the lines.
        unit: the nanoseconds in one unit of the timestamps.
        default_time: the time of lines without a timestamp, in nanoseconds.
    """

    def __init__(self, data: bytes, unit: int, default_time: int | None) -> None:
        self._data = data
        self._unit = unit
        self._default_time = default_time
        self._patterns: list[_LinePattern] = []
        self._series_keys = _ParsedSeriesKeys()
        enough = data.count(b"\n") >= _FEWEST_LINES
        self._irregular_until = 0 if enough else len(data) + 1

    def scan(self, position: int) -> tuple[list[DataPoint], int]:
        """Decode at most one block of lines; return their points, and the offset after them."""
        if position < self._irregular_until:
            return [], position
        rows: dict[_LinePattern, dict[int, tuple[bytes, ...]]] = {}
        end, count = position, 0
        while count < _BLOCK and (found := self._match(end)) is not None:
            pattern, match = found
            rows.setdefault(pattern, {})[count] = match.groups()
            end = match.end()
            count += 1
        try:
            return self._points(rows, count), end
        except (_NotRegularError, ValueError, OverflowError):
            self._irregular_until = end
            return [], position

    def _match(self, position: int) -> tuple[_LinePattern, re.Match[bytes]] | None:
        for pattern in self._patterns:
            match = pattern.match(self._data, position)
            if match is not None:
                return pattern, match
        if position < len(self._data) and len(self._patterns) < _MAX_PATTERNS:
            return self._learn(position)
        return None

    def _learn(self, position: int) -> tuple[_LinePattern, re.Match[bytes]] | None:
        line = _LINE.match(self._data, position)
        if line is None:
            return None
        fields = tuple((key, _kind(value)) for key, value in _FIELD.findall(line[1]))
        if len({key for key, _ in fields}) < len(fields) or len(line[1]) > _MAX_KEY_BYTES:
            return None
        pattern = _line_pattern(fields, timed=line[2] is not None)
        match = pattern.match(self._data, position)
        if match is None:
            return None
        self._patterns.append(pattern)
        return pattern, match

    def _points(
        self, rows: dict[_LinePattern, dict[int, tuple[bytes, ...]]], count: int
    ) -> list[DataPoint]:
        points: list[DataPoint] = [_NO_POINT] * count
        for pattern, found in rows.items():
            series_keys, *columns = zip(*found.values(), strict=True)
            if pattern.timed:
                times: Sequence[int | None] = _times(columns.pop(), self._unit)
            else:
                times = [self._default_time] * len(series_keys)
            values = [
                _VALUE_PARSERS[kind](column)
                for kind, column in zip(pattern.kinds, columns, strict=True)
            ]
            names = map(self._series_keys.__getitem__, series_keys)
            fields = zip(*values, strict=True)
            for index, (measurement, tags), row, ns in zip(
                found, names, fields, times, strict=True
            ):
                fields_of_row = dict(zip(pattern.keys, row, strict=True))
                points[index] = DataPoint(measurement, tags.copy(), fields_of_row, ns)
        return points


_NO_POINT = DataPoint("", {}, {"": 0})


class _LinePattern(NamedTuple):
    match: Callable[[bytes, int], re.Match[bytes] | None]
    keys: tuple[str, ...]
    kinds: tuple[str, ...]
    timed: bool


@functools.lru_cache(maxsize=256)
def _line_pattern(fields: tuple[tuple[bytes, str], ...], *, timed: bool) -> _LinePattern:
    parts: list[bytes] = []
    for key, kind in fields:
        before, after = _AROUND[kind]
        parts.append(rb"%b=%b(%b)%b" % (re.escape(key), before, _VALUES[kind], after))
    time = rb" (-?[0-9]++)" if timed else b""
    compiled = re.compile(rb'([^ \n\\"]++) ' + b",".join(parts) + time + rb"(?:\n|\Z)")
    keys = tuple(key.decode() for key, _ in fields)
    return _LinePattern(compiled.match, keys, tuple(kind for _, kind in fields), timed)


def _kind(value: bytes) -> str:
    if value.startswith(b'"'):
        return "string"
    if value[0] in b"tTfF":
        return "boolean"
    return "integer" if value.endswith(b"i") else "float"


class _ParsedSeriesKeys(dict[bytes, tuple[str, dict[str, str]]]):
    """A cache from series keys to measurements and tags."""

    def __missing__(self, raw: bytes) -> tuple[str, dict[str, str]]:
        if len(raw) > _MAX_KEY_BYTES or _HEAD.fullmatch(raw) is None:
            raise _NotRegularError
        measurement, *pairs = raw.decode().split(",")
        tags = dict(pair.split("=") for pair in pairs)
        if len(tags) < len(pairs):
            raise _NotRegularError
        series_key = self[raw] = measurement, tags
        return series_key


def _times(column: Sequence[bytes], unit: int) -> list[int]:
    times = _read_integers(column)
    if unit != 1:
        times = [time * unit for time in times]
    if min(times) < MIN_NS or max(times) > MAX_NS:
        raise _NotRegularError
    return times


def _read_integers(column: Sequence[bytes]) -> list[int]:
    try:
        integers = _decode_integers(b"[%b]" % b",".join(column))
    except msgspec.DecodeError:  # JSON forbids leading zeros
        integers = list(map(int, column))
    array("q", integers)  # raises OverflowError beyond 64 bits
    return integers


def _read_floats(column: Sequence[bytes]) -> list[float]:
    document = b"[%b]" % b",".join(column)
    try:
        if b"-0," in document or b"-0]" in document:
            raise msgspec.DecodeError("an integer of JSON, which has no sign")
        return _decode_floats(document)
    except msgspec.DecodeError:  # JSON forbids leading zeros, `1.` and `.5`
        floats = [value for value in map(parse_float, column) if value is not None]
        if len(floats) < len(column):
            raise _NotRegularError from None
        return floats


def _read_strings(column: Sequence[bytes]) -> list[str]:
    return b"\n".join(column).decode().split("\n")


def _read_booleans(column: Sequence[bytes]) -> list[bool]:
    try:
        return [BOOLEANS[text] for text in column]
    except KeyError:
        raise _NotRegularError from None


_VALUE_PARSERS: dict[str, Callable[[Sequence[bytes]], list[Any]]] = {
    "float": _read_floats,
    "integer": _read_integers,
    "string": _read_strings,
    "boolean": _read_booleans,
}
