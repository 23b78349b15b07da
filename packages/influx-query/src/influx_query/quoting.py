"""All escaping of InfluxQL: identifiers, strings, regexes, durations, times and numbers.

Every text that leaves this package gets its names and values from here. A function gives text that
is exactly one token (or, for a negative number, a sign and one token) whatever it was given.
Source: https://docs.influxdata.com/influxdb/v1/query_language/spec/#literals
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from influx_query.keywords import KEYWORDS

INT64_MIN: Final = -(2**63)
INT64_MAX: Final = 2**63 - 1
UINT64_MAX: Final = 2**64 - 1

_BARE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_IDENT_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})
_STRING_ESCAPES: Final = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n"})
_UNWRITABLE: Final = re.compile("[\0\r\ud800-\udfff]")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

NANOSECONDS: Final = {
    "w": 7 * 24 * 3600 * 10**9,
    "d": 24 * 3600 * 10**9,
    "h": 3600 * 10**9,
    "m": 60 * 10**9,
    "s": 10**9,
    "ms": 10**6,
    "u": 10**3,
    "ns": 1,
}
"""How many nanoseconds a unit of a duration has, the largest unit first."""


def is_bare(name: str) -> bool:
    """Tell whether a name can stand in a statement without quotes."""
    return _BARE.match(name) is not None and name.upper() not in KEYWORDS


def quote_ident(name: str) -> str:
    """Put a name in double quotes, whether it needs them or not.

    Raises:
        ValueError: The name holds a character that no InfluxQL text can carry.
    """
    _refuse_unwritable(name, "name")
    return f'"{name.translate(_IDENT_ESCAPES)}"'


def quote_if_needed(name: str) -> str:
    """Put a name in double quotes only if it can't stand without, as canonical text does."""
    return name if is_bare(name) else quote_ident(name)


def quote_string(text: str) -> str:
    """Put text in single quotes.

    Raises:
        ValueError: The text holds a character that no InfluxQL text can carry.
    """
    _refuse_unwritable(text, "string")
    return f"'{text.translate(_STRING_ESCAPES)}'"


def quote_regex(pattern: str) -> str:
    r"""Put a regular expression (Go's RE2 syntax) between slashes.

    The scanner of InfluxQL takes ``\/`` for a slash and leaves every other backslash alone, so
    a slash is the only thing escaped.

    Raises:
        ValueError: The pattern can't be written: it has a line break, or a backslash at its end,
            which would swallow the delimiter.
    """
    _refuse_unwritable(pattern, "regular expression")
    if "\n" in pattern:
        raise ValueError(
            f"the regular expression {pattern!r} has a line break, which InfluxQL can't write "
            r"between slashes; write it as \n"
        )
    if pattern.endswith("\\"):
        raise ValueError(
            f"the regular expression {pattern!r} ends with a backslash, which would escape the "
            r"slash behind it; write \x5c for a backslash"
        )
    return f"/{pattern.replace('/', chr(92) + '/')}/"


def format_number(value: float) -> str:
    """Write a float with all its digits, without an exponent, and always with a dot.

    Raises:
        ValueError: The number is infinite or not a number; InfluxQL has no text for these.
    """
    text = format(Decimal(repr(value)), "f")
    if not text.lstrip("-")[:1].isdigit():
        raise ValueError(f"InfluxQL can't write the number {value!r}; only finite numbers")
    return text if "." in text else text + ".0"


def format_go_float(value: float) -> str:
    """Write a float as Go's ``%v`` does, which canonical text has in fill(): ``3``, ``1e+21``."""
    text = repr(value)
    digits, _, exponent = text.partition("e")
    if exponent and -5 < int(exponent) < 21:
        return format_number(value).removesuffix(".0")
    if (not exponent and abs(value) >= 1e-4) or value == 0:
        return text.removesuffix(".0")
    return f"{digits}e{int(exponent):+03d}"


def format_decimal(value: Decimal) -> str:
    """Write a decimal number with the digits it has, without an exponent.

    Raises:
        ValueError: The number is infinite or not a number.
    """
    if not value.is_finite():
        raise ValueError(f"InfluxQL can't write the number {value}; only finite numbers")
    return format(value, "f")


def format_integer(value: int) -> str:
    """Write an integer.

    Raises:
        ValueError: It fits neither int64 nor uint64.
    """
    if not INT64_MIN <= value <= UINT64_MAX:
        raise ValueError(
            f"the integer {value} is out of range; InfluxQL takes {INT64_MIN} to {UINT64_MAX}"
        )
    return str(value)


def format_duration(nanoseconds: int) -> str:
    """Write a duration in its largest whole unit: ``90m``, ``1w``, ``0s``, ``15ns``."""
    if nanoseconds == 0:
        return "0s"
    for unit, size in NANOSECONDS.items():
        if nanoseconds % size == 0:
            return f"{nanoseconds // size}{unit}"
    raise AssertionError("one nanosecond divides every integer")


def format_go_duration(nanoseconds: int) -> str:
    """Write a duration as Go's ``time.Duration`` prints itself: ``24h0m0s``, ``1.5ms``.

    Canonical text has this form in CREATE DATABASE alone. Parts of a second in it don't parse.
    """
    sign, rest = ("-", -nanoseconds) if nanoseconds < 0 else ("", nanoseconds)
    if rest == 0:
        return "0s"
    for unit, size in (("ns", 1), ("µs", 10**3), ("ms", 10**6)):
        if rest < size * 1000:
            return f"{sign}{_fraction(rest, size)}{unit}"
    minutes, rest = divmod(rest, NANOSECONDS["m"])
    hours, minutes = divmod(minutes, 60)
    text = f"{_fraction(rest, 10**9)}s"
    if hours or minutes:
        text = f"{minutes}m{text}"
    return f"{sign}{hours}h{text}" if hours else sign + text


def format_time(nanoseconds: int) -> str:
    """Write a moment, in ns since 1970 UTC, as a quoted RFC 3339 string in UTC."""
    seconds, fraction = divmod(nanoseconds, 10**9)
    text = (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    digits = f".{fraction:09d}".rstrip("0") if fraction else ""
    return f"'{text.rjust(19, '0')}{digits}Z'"


def duration_ns(value: timedelta) -> int:
    """Give a timedelta in nanoseconds, exactly."""
    return (value // _MICROSECOND) * 1000


def time_ns(value: date) -> int:
    """Give a datetime (or a date, at midnight UTC) in nanoseconds since 1970, exactly.

    Raises:
        ValueError: The datetime is naive: it doesn't say which moment it means.
    """
    if not isinstance(value, datetime):
        value = datetime.combine(value, time.min, UTC)
    if value.tzinfo is None:
        raise ValueError(
            f"the datetime {value!r} has no time zone; give it one, for example with "
            "value.replace(tzinfo=UTC) or value.astimezone()"
        )
    return duration_ns(value - _EPOCH)


def _fraction(value: int, size: int) -> str:
    """Write value/size as a decimal number without trailing zeros; size is a power of ten."""
    whole, rest = divmod(value, size)
    digits = str(rest).rjust(len(str(size)) - 1, "0").rstrip("0") if rest else ""
    return f"{whole}.{digits}" if digits else str(whole)


def _refuse_unwritable(text: str, what: str) -> None:
    r"""Refuse the characters the scanner changes or takes for the end, and what is no text."""
    found = _UNWRITABLE.search(text)
    if found:
        raise ValueError(
            f"the {what} {text!r} holds {found[0]!r}, which InfluxQL has no escape for; "
            "leave the character out"
        )
