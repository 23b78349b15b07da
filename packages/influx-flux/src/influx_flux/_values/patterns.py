"""Converts compiled patterns of Python to regular expressions of Flux."""

from __future__ import annotations

import re
from typing import Final, cast

from influx_flux._text.regex_syntax import check_pattern
from influx_flux.nodes import RegexpLiteral

_FLAGS: Final = {re.IGNORECASE: "i", re.MULTILINE: "m", re.DOTALL: "s"}
_PIECE: Final = re.compile(r"\\x([0-9A-Fa-f]{2})|\\(.)|(.)", re.DOTALL)
_META: Final = frozenset("\\.+*?()|[]{}^$#&-~")


def from_pattern(pattern: re.Pattern[str]) -> RegexpLiteral:
    """Return the literal of a compiled pattern.

    The literal has escapes of its own, so the pattern is written without those that collide.

    Raises:
        ValueError: The pattern has a flag or syntax that RE2 does not support.
    """
    source = cast(object, pattern.pattern)
    if not isinstance(source, str):
        raise ValueError("a pattern of bytes cannot be written as Flux, whose strings are text")
    return from_source(_flags(pattern.flags) + source)


def from_source(source: str) -> RegexpLiteral:
    """Return the literal of the source of a pattern in RE2's syntax."""
    written = "".join(_piece(match) for match in _PIECE.finditer(source))
    if written.endswith("\\\\"):
        # A slash after a backslash would not end the literal if another slash followed later.
        written = written[:-2] + "[\\\\]"
    check_pattern(written)
    return RegexpLiteral(written or "(?:)")


def _flags(flags: int) -> str:
    known = "".join(letter for flag, letter in _FLAGS.items() if flags & flag)
    unknown = re.RegexFlag(flags & ~(re.IGNORECASE | re.MULTILINE | re.DOTALL | re.UNICODE))
    if unknown:
        raise ValueError(f"a pattern with {unknown!r} cannot be written as Flux")
    return f"(?{known})" if known else ""


def _piece(match: re.Match[str]) -> str:
    byte, escaped, plain = match.groups()
    if byte:
        character = chr(int(byte, 16))
        return f"\\{character}" if character in _META else character
    if escaped == "/":
        return "/"
    return plain if plain is not None else f"\\{escaped}"
