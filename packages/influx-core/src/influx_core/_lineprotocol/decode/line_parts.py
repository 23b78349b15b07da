"""What both sets of rules share: parsed lines, their errors, and the parsing of numbers."""

from __future__ import annotations

import math
import re
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

import msgspec

__all__ = [
    "BOOLEANS",
    "BadLine",
    "LineError",
    "LineParser",
    "ParsedLine",
    "Rules",
    "go_quoted",
    "parse_float",
    "parse_integer",
    "replace_invalid_utf8",
]

BOOLEANS = {
    **dict.fromkeys((b"t", b"T", b"true", b"True", b"TRUE"), True),
    **dict.fromkeys((b"f", b"F", b"false", b"False", b"FALSE"), False),
}

Rules: TypeAlias = Literal["v2", "1.x"]
"""The rules for decoding: those of the specification, or those of InfluxDB 1.x."""

_FLOAT = re.compile(rb"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?")
_MOST_DIGITS = 20
_TOO_LARGE = 10**20
_GO_ESCAPES = dict(zip('\a\b\f\n\r\t\v\\"', [f"\\{sign}" for sign in 'abfnrtv\\"'], strict=True))


class ParsedLine(NamedTuple):
    """The parts of a line; the timestamp is in nanoseconds."""

    measurement: str
    tags: dict[str, str]
    fields: dict[str, Any]
    timestamp: int | None


class LineParser(Protocol):
    """Parses lines by one set of rules.

    Attributes:
        position: the offset of the next line in the data; it may be set to the start of any line.
    """

    position: int

    def next_line(self) -> bool:
        """Go to the next line that is neither empty nor a comment; return False at the end."""
        ...

    def read(self) -> ParsedLine:
        """Parse the line, and go to the start of the next one.

        Raises:
            LineError: the line is not a point.
        """
        ...

    def skip_line(self) -> bytes:
        """Go to the line after an invalid line, and return the whole line."""
        ...


class BadLine(msgspec.Struct, frozen=True):
    """A line that is not a point.

    Attributes:
        raw: the bytes of the line, without the newline.
        reason: why it is invalid, as the selected rules word it.
        line: the number of the line where it starts, from 1.
        column: the byte at which decoding failed, from 1.
        status: the HTTP status if the server refuses the whole request because of this line, with
            `reason` as its message; None if it leaves out only this line.
        before: the part before the error, if the server stores it.
        pairs: all fields in order, if one of them occurs twice with different types.
    """

    raw: bytes
    reason: str
    line: int
    column: int
    status: int | None = None
    before: ParsedLine | None = None
    pairs: tuple[tuple[str, Any], ...] = ()

    @property
    def text(self) -> str:
        """The server's message: `unable to parse '...': ...`."""
        if self.status is not None:
            return self.reason
        return f"unable to parse '{self.raw_text}': {self.reason}"

    @property
    def raw_text(self) -> str:
        """The line as text; each byte that is not valid UTF-8 is U+FFFD, as Go prints it."""
        return replace_invalid_utf8(self.raw)


class LineError(Exception):
    """A line is not a point; parsing failed at `offset`."""

    def __init__(
        self,
        reason: str,
        offset: int = 0,
        *,
        status: int | None = None,
        before: ParsedLine | None = None,
        pairs: tuple[tuple[str, Any], ...] = (),
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset
        self.status = status
        self.before = before
        self.pairs = pairs


def replace_invalid_utf8(raw: bytes) -> str:
    """Decode text as Go does: each byte that is not valid UTF-8 becomes U+FFFD."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("utf-8", "surrogateescape")
    return re.sub("[\udc80-\udcff]", "\N{REPLACEMENT CHARACTER}", text)


def parse_integer(text: bytes) -> int:
    """Parse decimal digits with an optional minus.

    For very many digits, which Python refuses to parse, this returns some number that does not fit
    into 64 bits.
    """
    digits = text.lstrip(b"-0")
    if len(digits) > _MOST_DIGITS:
        return -_TOO_LARGE if text.startswith(b"-") else _TOO_LARGE
    return int(text)


def parse_float(text: bytes) -> float | None:
    """Parse a finite decimal float strictly; None if the text is anything else."""
    if _FLOAT.fullmatch(text) is None:
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def go_quoted(raw: bytes) -> str:
    """Quote text as Go's `%q` does."""
    text = raw.decode("utf-8", "surrogateescape")
    return '"' + "".join(_GO_ESCAPES.get(sign) or _go_sign(sign) for sign in text) + '"'


def _go_sign(sign: str) -> str:
    code = ord(sign)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if sign.isprintable():
        return sign
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
