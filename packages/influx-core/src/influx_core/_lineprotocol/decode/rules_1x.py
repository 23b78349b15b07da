"""The rules of InfluxDB 1.x, as version 1.6.7 applies them, with its error messages.

Its parser has no specification; experiments with a server revealed these rules. The parser looks
only at a byte and the one before, so a backslash escapes the next byte even if it is escaped
itself. It parses the names and values of fields twice, by different rules.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from influx_core._lineprotocol.decode.line_parts import (
    BOOLEANS,
    LineError,
    ParsedLine,
    go_quoted,
    parse_float,
    parse_integer,
    replace_invalid_utf8,
)
from influx_core.timestamps import MAX_NS, MIN_NS

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MAX_KEY_BYTES", "V1LineParser"]

MAX_KEY_BYTES = 65535
"""The most bytes of a series key, and of a series key with separator and field key."""

_SEPARATOR_BYTES = 4
_CRASHING_TAG_COUNTS = frozenset(100 * 2**n for n in range(8))
_BLANK = b" \t\0"

_MEASUREMENT = re.compile(rb"[^,](?:(?<=\\)[, ]|[^, ])*+", re.DOTALL)
_TAG_KEY = re.compile(rb"[^ ,=](?:(?<=\\)[ ,=]|[^ ,=])*+", re.DOTALL)
_TAG_VALUE = re.compile(rb"[^ ,](?:(?<=\\)[ ,=]|[^ ,=])*+", re.DOTALL)
_FIELD_KEY = re.compile(rb"(?:(?<=\\)=|[^=])*+", re.DOTALL)
_FIELD_VALUE = re.compile(rb'(?>\\["\\]|[^",]|"(?>\\["\\]|[^"])*+"?)*+', re.DOTALL)
_PLAIN_VALUE = re.compile(rb"[^, ]*+", re.DOTALL)
_TIME = re.compile(rb"-?[0-9]*+")

_LINE_SIGN = re.compile(rb'[\\ =,"\n]')
_FIELD_SIGN = re.compile(rb'[\\"=, ]')
_INTEGER = re.compile(rb"-?[0-9]+i")
_DECIMAL = re.compile(rb"-?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)")
_SCIENTIFIC = re.compile(rb"-?(?=[^.]*+(?:\.[^.]*+)?$)(?:[0-9.]|(?<!^)[eE]|(?<=[eE])[+-])*+")
_ESCAPED = re.compile(rb'\\([," =])')
_ESCAPED_IN_STRING = re.compile(rb'\\(["\\])')


class V1LineParser:
    """Parses lines one after another by the rules of InfluxDB 1.x; see `LineParser`.

    Args:
        data: the lines.
        unit: the nanoseconds in one unit of the timestamps.
    """

    def __init__(self, data: bytes, unit: int = 1) -> None:
        self.position = 0
        self._data = data
        self._unit = unit
        self._line = b""
        self._end = 0

    def next_line(self) -> bool:
        """Go to the next line that is neither empty nor a comment; return False at the end."""
        while self.position < len(self._data):
            self._end = _line_end(self._data, self.position)
            line = self._data[self.position : self._end].lstrip(_BLANK)
            if line and not line.startswith(b"#"):
                self.position = self._end - len(line)
                self._line = line.removesuffix(b"\n")
                return True
            self.position = self._end + 1
        return False

    def read(self) -> ParsedLine:
        """Parse the line, and go to the start of the next one.

        Raises:
            LineError: the line is not a point; the text is the server's.
        """
        try:
            line = _parse(self._line, self._unit)
        except LineError as error:
            error.offset += self.position
            raise
        self.position = self._end + 1
        return line

    def skip_line(self) -> bytes:
        """Go to the line after an invalid line, and return the whole line."""
        self.position = self._end + 1
        return self._line


def _line_end(data: bytes, start: int) -> int:
    end = data.find(b"\n", start)
    end = len(data) if end < 0 else end
    if b"\\" in data[start:end] or b'"' in data[start:end]:
        return _quoted_line_end(data, start)
    return end


def _quoted_line_end(data: bytes, start: int) -> int:
    """Find the end of a line that may contain strings.

    A quote starts or ends a string if more `=` than `,` precede it in the fields.
    """
    in_fields = quoted = False
    open_values = 0
    position = start
    while (match := _LINE_SIGN.search(data, position)) is not None:
        sign, position = match[0], match.end()
        if sign == b"\\":
            position += position + 1 < len(data)
        elif sign == b"\n":
            if not quoted:
                return match.start()
        elif sign == b" ":
            in_fields = True
        elif in_fields and sign == b'"':
            quoted ^= open_values > 0
        elif in_fields and not quoted:
            open_values += 1 if sign == b"=" else -1
    return len(data)


def _parse(line: bytes, unit: int) -> ParsedLine:
    position, measurement, tags = _scan_key(line)
    if position > MAX_KEY_BYTES:
        raise LineError(f"max key length exceeded: {position} > {MAX_KEY_BYTES}")
    start = _skip_blank(line, position)
    end = _scan_fields(line, start)
    pairs = _pairs(line[start:end], position)
    timestamp = _scan_time(line, end, unit)
    agreed = _agreed(pairs)
    if len(agreed) < len(pairs):
        before, named = None, list[tuple[str, Any]]()
        with suppress(LineError):
            named = _named_values(pairs)
            before = _line(measurement, tags, agreed, timestamp)
        raise LineError("field type conflict", status=400, before=before, pairs=tuple(named))
    return _line(measurement, tags, pairs, timestamp)


def _line(
    measurement: bytes,
    tags: list[tuple[bytes, bytes]],
    pairs: list[tuple[bytes, bytes]],
    timestamp: int | None,
) -> ParsedLine:
    fields = _fields(pairs)
    return ParsedLine(
        _name(measurement, "MeasurementFields"),
        {_unescape_tag(key): _unescape_tag(value) for key, value in tags},
        fields,
        timestamp,
    )


def _skip_blank(line: bytes, position: int) -> int:
    return len(line) - len(line[position:].lstrip(_BLANK))


def _scan_key(line: bytes) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
    """Scan measurement and tags; return their end, the measurement, and the tags still escaped."""
    match = _MEASUREMENT.match(line)
    if match is None:
        raise LineError("missing measurement")
    measurement, position = match[0], match.end()
    tags: list[tuple[bytes, bytes]] = []
    while True:
        if position >= len(line):
            raise LineError("missing fields", position)
        if line[position] == ord(" "):
            break
        position, key, value = _scan_tag(line, position + 1)
        tags.append((key, value))
    if len(tags) in _CRASHING_TAG_COUNTS:
        raise LineError("Internal Server Error", status=500)
    if len({key for key, _ in tags}) < len(tags):
        raise LineError("duplicate tags", position)
    name = _unescape_measurement(_ESCAPED.sub(rb"\1", measurement))
    return position, name, sorted(tags)


def _scan_tag(line: bytes, position: int) -> tuple[int, bytes, bytes]:
    key = _TAG_KEY.match(line, position)
    if key is None:
        raise LineError("missing tag key", position)
    if line[key.end() : key.end() + 1] != b"=":
        raise LineError("missing tag value", key.end())
    value = _TAG_VALUE.match(line, key.end() + 1)
    if value is None:
        raise LineError("missing tag value", key.end() + 1)
    if line[value.end() : value.end() + 1] == b"=":
        raise LineError("invalid tag format", value.end())
    return value.end(), key[0], value[0]


def _scan_fields(line: bytes, start: int) -> int:
    """Find the end of the fields, with the server's first, incomplete check of them."""
    quoted = False
    equals = commas = 0
    position = start
    while (match := _FIELD_SIGN.search(line, position)) is not None:
        sign, at = match[0], match.start()
        position = at + 1
        if sign == b"\\":
            position += position < len(line)
        elif sign == b'"':
            quoted ^= equals > commas
        elif quoted:
            continue
        elif sign == b" ":
            position = at
            break
        elif sign == b",":
            commas += 1
        else:
            equals += 1
            position = _scan_value(line, at)
    else:
        position = len(line)
    if quoted:
        raise LineError("unbalanced quotes", position)
    if equals == 0 or commas != equals - 1:
        raise LineError("invalid field format", position)
    return position


def _scan_value(line: bytes, equals: int) -> int:
    """Check the text around an equals sign; return the end of the value, or a string's start."""
    if line[equals - 1 : equals] in (b" ", b",") and line[equals - 2 : equals - 1] != b"\\":
        raise LineError("missing field key", equals)
    first = line[equals + 1 : equals + 2]
    if first in (b"", b",", b" "):
        raise LineError("missing field value", equals)
    if first == b'"':
        return equals + 1
    match = _PLAIN_VALUE.match(line, equals + 1)
    assert match is not None
    if first in b"0123456789.-Nn":
        _check_number(match[0], equals + 1)
    elif match[0] not in BOOLEANS:
        raise LineError("invalid boolean", equals + 1)
    return match.end()


def _check_number(text: bytes, offset: int) -> None:
    if _INTEGER.fullmatch(text):
        _int64(text[:-1], f"unable to parse integer {text[:-1].decode()}: ", offset)
    elif b"e" in text or b"E" in text:
        if _SCIENTIFIC.fullmatch(text) is None:
            raise LineError("invalid number", offset)
        if parse_float(text) is None:
            raise LineError("invalid float", offset)
    elif _DECIMAL.fullmatch(text) is None:
        raise LineError("invalid number", offset)
    elif parse_float(text) is None:
        raise LineError("invalid float", offset)


def _int64(text: bytes, prefix: str, offset: int) -> int:
    quoted = f'{prefix}strconv.ParseInt: parsing "{text.decode()}": '
    if not text.strip(b"-"):
        raise LineError(f"{quoted}invalid syntax", offset)
    value = parse_integer(text)
    if not -(2**63) <= value < 2**63:
        raise LineError(f"{quoted}value out of range", offset)
    return value


def _pairs(fields: bytes, key_bytes: int) -> list[tuple[bytes, bytes]]:
    """Split fields into keys and values, by the rules of the server's second parse."""
    pairs: list[tuple[bytes, bytes]] = []
    position = 0
    while position < len(fields):
        key = _FIELD_KEY.match(fields, position)
        assert key is not None
        if key.end() > len(fields) - 2:
            raise LineError(f"invalid value: field-key={replace_invalid_utf8(key[0])}")
        size = key_bytes + _SEPARATOR_BYTES + len(key[0])
        if size > MAX_KEY_BYTES:
            raise LineError(f"max key length exceeded: {size} > {MAX_KEY_BYTES}")
        value = _FIELD_VALUE.match(fields, key.end() + 1)
        assert value is not None
        pairs.append((key[0], value[0]))
        position = value.end() + 1
    return pairs


def _scan_time(line: bytes, position: int, unit: int) -> int | None:
    start = _skip_blank(line, position)
    match = _TIME.match(line, start)
    assert match is not None
    if line[match.end() : match.end() + 1] not in (b"", b" ", b"\n"):
        raise LineError("bad timestamp", match.end())
    if not match[0]:
        return None
    ns = _int64(match[0], "", start) * unit
    if not MIN_NS <= ns <= MAX_NS:
        raise LineError(f"time outside range {MIN_NS} - {MAX_NS}", start)
    if line[match.end() :].strip(b" "):
        raise LineError("point is invalid", match.end())
    return ns


def _agreed(pairs: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the pairs before the first field that has another type than earlier in the line.

    The server stores no field `time`, so its type is never in conflict.
    """
    kinds: dict[bytes, str] = {}
    for index, (key, raw) in enumerate(pairs):
        name, kind = _ESCAPED.sub(rb"\1", key), _kind(raw)
        if name != b"time" and kinds.setdefault(name, kind) != kind:
            return pairs[:index]
    return pairs


def _fields(pairs: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    return dict(_named_values(pairs))


def _named_values(pairs: list[tuple[bytes, bytes]]) -> list[tuple[str, Any]]:
    """Parse all values, then all names: the server reports the first error in this order."""
    named = [(_ESCAPED.sub(rb"\1", key), raw) for key, raw in pairs]
    values = [_VALUE_READERS[_kind(raw)](raw) for _, raw in named]
    names = [_name(name, "Field") for name, _ in named]
    return list(zip(names, values, strict=True))


def _kind(raw: bytes) -> str:
    """Return the type of a value as the server does: by its first byte, for numbers by the last."""
    if raw.startswith(b'"'):
        return "string"
    if raw[:1] in b"0123456789-.nNiIu":
        return "integer" if raw.endswith(b"i") else "float"
    return "boolean"


def _read_string(raw: bytes) -> str:
    if len(raw) == 1:
        raise LineError("this line crashes the server", status=500)
    return replace_invalid_utf8(_ESCAPED_IN_STRING.sub(rb"\1", raw[1:-1]))


def _read_integer(raw: bytes) -> int:
    if _INTEGER.fullmatch(raw) is None:
        raise _unparsed("integer", "ParseInt", raw[:-1])
    return int(raw[:-1])


def _read_float(raw: bytes) -> float:
    value = parse_float(raw)
    if value is None:
        raise _unparsed("floating point", "ParseFloat", raw)
    return value


def _read_boolean(raw: bytes) -> bool:
    if raw not in BOOLEANS:
        raise _unparsed("bool", "ParseBool", raw)
    return BOOLEANS[raw]


def _unparsed(what: str, function: str, raw: bytes) -> LineError:
    """The error of the storage engine for a value that passed the first check; status 500."""
    text = go_quoted(raw)
    reason = f"unable to parse {what} value {text}: strconv.{function}: parsing {text}"
    return LineError(f"engine: {reason}: invalid syntax", status=500)


_VALUE_READERS: dict[str, Callable[[bytes], Any]] = {
    "string": _read_string,
    "integer": _read_integer,
    "float": _read_float,
    "boolean": _read_boolean,
}


def _unescape_tag(raw: bytes) -> str:
    if b"\\" in raw:
        for sign in (b",", b" ", b"="):
            raw = raw.replace(b"\\" + sign, sign)
    return replace_invalid_utf8(raw)


def _unescape_measurement(raw: bytes) -> bytes:
    return raw.replace(b"\\,", b",").replace(b"\\ ", b" ")


def _name(raw: bytes, kind: str) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        reason = f'proto: field "tsdb.{kind}.Name" contains invalid UTF-8'
        raise LineError(reason, status=500) from None
