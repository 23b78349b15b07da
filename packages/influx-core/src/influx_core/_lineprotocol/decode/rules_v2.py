"""The rules of the line protocol's specification, version 2, as its reference decoder applies them.

https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/
"""

from __future__ import annotations

import re
from typing import Any

from influx_core._lineprotocol.decode.line_parts import (
    BOOLEANS,
    LineError,
    ParsedLine,
    parse_float,
    parse_integer,
)
from influx_core._points.data_point import Unsigned

__all__ = ["V2LineParser"]

_BLANK_LINES = re.compile(rb"(?: *(?:#[^\x00-\x1f\x7f]*)?(?:\r?\n|\r?\Z))*+ *+")
_MEASUREMENT = re.compile(rb"(?>\\[ ,]|[^, \x00-\x1f\x7f])*+")
_KEY = re.compile(rb"(?>\\[,= ]|[^,= \x00-\x1f\x7f])*+")
_STRING = re.compile(rb'(?>\\[\\"nrt]|[^"])*+')
_PLAIN_VALUE = re.compile(rb"[^, \r\n]*+")
_SPACES = re.compile(rb" *+")
_LINE_END = re.compile(rb"\r?\n|\r?\Z")
_TIME = re.compile(rb"[-0-9]*+")
_INTEGER = re.compile(rb"-?[0-9]+")
_HEX_FLOAT = re.compile(
    rb"-?0[xX](?:[0-9a-fA-F]++(?:\.[0-9a-fA-F]*+)?|\.[0-9a-fA-F]++)[pP][+-]?[0-9]++"
)

_ESCAPED_IN_MEASUREMENT = re.compile(rb"\\([ ,])")
_ESCAPED_IN_KEY = re.compile(rb"\\([,= ])")
_ESCAPED_IN_STRING = re.compile(rb'\\([\\"nrt])')
_STRING_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}


class V2LineParser:
    """Parses lines one after another by the specification; see `LineParser`.

    Args:
        data: the lines.
        unit: the nanoseconds in one unit of the timestamps.
    """

    def __init__(self, data: bytes, unit: int = 1) -> None:
        self.data = data
        self.unit = unit
        self.position = 0
        self._start = 0

    def next_line(self) -> bool:
        """Go to the next line that is neither empty nor a comment; return False at the end."""
        self._take(_BLANK_LINES)
        self._start = self.position
        return self.position < len(self.data)

    def skip_line(self) -> bytes:
        """Go to the line after an invalid line, and return the whole line."""
        found = self.data.find(b"\n", self.position)
        end = len(self.data) if found < 0 else found
        self.position = min(end + 1, len(self.data))
        return self.data[self._start : end].removesuffix(b"\r")

    def read(self) -> ParsedLine:
        """Parse the line, and go to the start of the next one.

        Raises:
            LineError: the line is not a point; says what was expected, with the offset in the data.
        """
        measurement = self._measurement()
        tags = self._tags()
        fields = self._fields()
        time = self._time()
        self._take(_LINE_END)
        return ParsedLine(measurement, tags, fields, time)

    def _take(self, pattern: re.Pattern[bytes]) -> bytes:
        match = pattern.match(self.data, self.position)
        if match is None:
            return b""
        self.position = match.end()
        return match[0]

    def _peek(self) -> bytes:
        return self.data[self.position : self.position + 1]

    def _found(self) -> str:
        return repr(self._peek())[1:] if self._peek() else "the end"

    def _name(self, pattern: re.Pattern[bytes], escaped: re.Pattern[bytes], what: str) -> str:
        start = self.position
        raw = self._take(pattern)
        if not raw:
            raise LineError(f"expected {what}, found {self._found()}", start)
        return _text(escaped.sub(rb"\1", raw), start)

    def _measurement(self) -> str:
        if self._peek() == b"#":
            raise LineError("a comment contains a control character", self.position)
        return self._name(_MEASUREMENT, _ESCAPED_IN_MEASUREMENT, "a measurement")

    def _tags(self) -> dict[str, str]:
        tags: dict[str, str] = {}
        while self._peek() == b",":
            self.position += 1
            start = self.position
            key = self._name(_KEY, _ESCAPED_IN_KEY, "a tag key")
            self._expect(b"=", f"after tag key {key!r}")
            value = self._name(_KEY, _ESCAPED_IN_KEY, f"a value for tag {key!r}")
            if key in tags:
                raise LineError(f"tag {key!r} is given twice", start)
            tags[key] = value
        self._expect(b" ", "before the fields")
        self._take(_SPACES)
        return tags

    def _expect(self, sign: bytes, where: str) -> None:
        if self._peek() != sign:
            message = f"expected {sign.decode()!r} {where}, found {self._found()}"
            raise LineError(message, self.position)
        self.position += 1

    def _fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        while True:
            key = self._name(_KEY, _ESCAPED_IN_KEY, "a field key")
            self._expect(b"=", f"after field key {key!r}")
            fields[key] = self._value(key)
            if self._peek() != b",":
                return fields
            self.position += 1

    def _value(self, key: str) -> Any:
        start = self.position
        if self._peek() == b'"':
            return self._string()
        raw = self._take(_PLAIN_VALUE)
        value = BOOLEANS[raw] if raw in BOOLEANS else _number(raw)
        if value is None:
            raise LineError(f"field {key!r} has no valid value", start)
        return value

    def _string(self) -> str:
        start = self.position
        self.position += 1
        raw = self._take(_STRING)
        if self._peek() != b'"':
            raise LineError("a string has no closing quote", start)
        self.position += 1
        return _text(_ESCAPED_IN_STRING.sub(_unescape_in_string, raw), start)

    def _time(self) -> int | None:
        if self._peek() not in (b"", b" ", b"\r", b"\n"):
            raise LineError(
                f"expected a space after the fields, found {self._found()}", self.position
            )
        self._take(_SPACES)
        start = self.position
        raw = self._take(_TIME)
        self._take(_SPACES)
        if _LINE_END.match(self.data, self.position) is None:
            raise LineError(f"expected the end of the line, found {self._found()}", self.position)
        if not raw:
            return None
        if _INTEGER.fullmatch(raw) is None:
            raise LineError("the timestamp is not an integer", start)
        ns = parse_integer(raw) * self.unit
        if not _fits(ns):
            raise LineError("the timestamp does not fit into 64 bits", start)
        return ns


def _fits(value: int) -> bool:
    return -(2**63) <= value < 2**63


def _number(raw: bytes) -> int | float | None:
    """Parse a number; None if the text is not a number, or the number is too large."""
    digits, suffix = raw[:-1], raw[-1:]
    if suffix == b"i":
        if _INTEGER.fullmatch(digits) is None:
            return None
        value = parse_integer(digits)
        return value if _fits(value) else None
    if suffix == b"u":
        if not digits.isdigit():
            return None
        value = parse_integer(digits)
        return Unsigned(value) if value < 2**64 else None
    if _HEX_FLOAT.fullmatch(raw):
        return _hex_float(raw.decode())
    return None if raw.startswith(b"+") else parse_float(raw)


def _hex_float(text: str) -> float | None:
    try:
        return float.fromhex(text)
    except OverflowError:
        return None


def _unescape_in_string(match: re.Match[bytes]) -> bytes:
    return _STRING_ESCAPES.get(match[1], match[1])


def _text(raw: bytes, offset: int) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise LineError("not valid UTF-8", offset) from None
