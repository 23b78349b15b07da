"""Writes strings, numbers, times and names as Flux text; all strings are quoted here."""

from __future__ import annotations

import re
from typing import Final

from influx_flux._text.lexer import is_name

# In a string, a dollar and the character after it are read together, even if that is a backslash.
# Therefore the backslash in `$\${` would not escape the second dollar.
_QUOTED: Final = re.compile(r"""["\\\x00-\x1f\x7f]|\$(?=["\\\x00-\x1f\x7f{$])""")
_ESCAPES: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def quote(value: str) -> str:
    """Return a string as a string literal.

    Raises:
        ValueError: The string contains an unpaired surrogate.
    """
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(
            f"a string with the lone surrogate {value[error.start]!r} cannot be written as Flux"
        ) from None
    return f'"{_QUOTED.sub(_escape, value)}"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character == "$" and match.string[match.end()] == "{":
        return "\\$"
    return _ESCAPES.get(character) or f"\\x{ord(character):02x}"


def escape_text(value: str) -> str:
    """Escape text between interpolations as libflux does; newlines and tabs are kept."""
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${")


def float_text(value: float) -> str:
    """Return a finite float with the shortest digits that represent it, without an exponent."""
    text = repr(value)
    if "e" in text:
        text = _without_exponent(text)
    return text if "." in text else f"{text}.0"


def _without_exponent(text: str) -> str:
    digits, exponent = text.split("e")
    sign = "-" if digits.startswith("-") else ""
    whole, _, fraction = digits.lstrip("-").partition(".")
    point = len(whole) + int(exponent)
    significant = whole + fraction
    if point <= 0:
        return f"{sign}0.{'0' * -point}{significant}"
    return f"{sign}{significant.ljust(point, '0')}"


def time_text(value: str) -> str:
    """Return an RFC 3339 time as libflux writes it: no trailing zeros, Z for no offset."""
    if value.endswith("+00:00"):
        value = value[:-6] + "Z"
    if "." not in value:
        return value
    head, _, tail = value.partition(".")
    offset = tail.lstrip("0123456789")
    digits = tail[: len(tail) - len(offset)].rstrip("0")
    return f"{head}.{digits}{offset}" if digits else head + offset


def check_name(name: str, what: str) -> str:
    """Check that a name is a valid identifier, and return it.

    Raises:
        ValueError: The name is not an identifier, or is a keyword.
    """
    if not is_name(name):
        raise ValueError(
            f"{name!r} is no name for {what}: "
            "it takes letters, digits and underscores, starts with no digit, and is no keyword"
        )
    return name
