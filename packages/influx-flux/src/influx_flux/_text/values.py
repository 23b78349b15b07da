"""Decodes the tokens of literals to their values."""

from __future__ import annotations

import re
from datetime import date

from influx_flux.nodes.literal_nodes import DurationPart

MAX_INT = 2**63 - 1
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|(.?))", re.DOTALL)
_ESCAPES = {"n": b"\n", "r": b"\r", "t": b"\t", "\\": b"\\", '"': b'"', "$": b"$"}
_REGEX_PIECE = re.compile(r"\\x.{0,2}|\\.|\\|[^\\]+", re.DOTALL)
_HEX_PAIR = re.compile(r"[0-9A-Fa-f]{2}")
_DURATION = re.compile(r"([0-9]+)([^\W0-9]+)")
_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))", re.ASCII
)


def unescape(text: str) -> str:
    """Decode the text between quotes; raise ValueError with libflux's message if it is invalid."""
    if "\\" not in text:
        return text
    if "\\x" not in text:
        return _ESCAPE.sub(lambda match: _escaped(match).decode(), text)
    encoded = b"".join(_pieces(text))
    try:
        return encoded.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(_utf8_message(error, len(encoded))) from None


def _escaped(match: re.Match[str]) -> bytes:
    if match[1]:
        return bytes.fromhex(match[1])
    character = match[2]
    if not character:
        raise ValueError("invalid escape sequence")
    if character == "x":
        raise ValueError("invalid byte value")
    if character not in _ESCAPES:
        raise ValueError(f"invalid escape character {character}")
    return _ESCAPES[character]


def _pieces(text: str) -> list[bytes]:
    pieces: list[bytes] = []
    done = 0
    for match in _ESCAPE.finditer(text):
        pieces.append(text[done : match.start()].encode())
        pieces.append(_escaped(match))
        done = match.end()
    pieces.append(text[done:].encode())
    return pieces


def regex_pattern(text: str) -> str:
    r"""Decode the text between slashes to a pattern; raise ValueError if it is invalid.

    Only `\/` and `\xHH` are escapes of the literal; all others belong to the pattern.
    """
    if "\\" not in text:
        return text
    encoded = b"".join(map(_regex_piece, _REGEX_PIECE.findall(text)))
    try:
        return encoded.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(_utf8_message(error, len(encoded))) from None


def _regex_piece(piece: str) -> bytes:
    match piece[:2]:
        case "\\/":
            return b"/"
        case "\\x":
            if not _HEX_PAIR.fullmatch(piece[2:]):
                raise ValueError("invalid byte value")
            return bytes.fromhex(piece[2:])
        case "\\":
            raise ValueError("unterminated regex sequence")
        case _:
            return piece.encode()


def _utf8_message(error: UnicodeDecodeError, length: int) -> str:
    if error.end == length and error.reason == "unexpected end of data":
        return f"incomplete utf-8 byte sequence from index {error.start}"
    count = error.end - error.start
    return f"invalid utf-8 sequence of {count} bytes from index {error.start}"


def duration_parts(text: str) -> tuple[DurationPart, ...]:
    """Return the parts of a duration; raise ValueError if a magnitude does not fit into int64."""
    parts = tuple(
        DurationPart(int(magnitude), "us" if unit == "µs" else unit)
        for magnitude, unit in _DURATION.findall(text)
    )
    if any(part.magnitude > MAX_INT for part in parts):
        raise ValueError("a magnitude is out of range")
    return parts


def rfc3339(text: str) -> str:
    """Return a time in the form of libflux's tree: with an offset, and 0, 3, 6 or 9 decimals.

    Raises:
        ValueError: The time does not exist, or has no offset.
    """
    if "T" not in text:
        date.fromisoformat(text if text[:4] != "0000" else "2000" + text[4:])
        return f"{text}T00:00:00+00:00"
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError("missing time offset")
    year, month, day, hour, minute, second, fraction, sign, hours, minutes = match.groups()
    date(int(year) or 2000, int(month), int(day))
    if int(hour) > 23 or int(minute) > 59 or int(second) > 60:
        raise ValueError("no such time of day")
    if sign and (int(hours) > 23 or int(minutes) > 59):
        raise ValueError("no such offset")
    offset = f"{sign}{hours}:{minutes}" if sign else "+00:00"
    return f"{text[:19]}{_fraction(fraction or '')}{offset}"


def _fraction(digits: str) -> str:
    digits = digits[:9].rstrip("0")
    width = -(-len(digits) // 3) * 3
    return f".{digits.ljust(width, '0')}" if digits else ""
