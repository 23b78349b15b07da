"""Parses and formats InfluxQL durations, with the int64 overflow of Go.

Source: https://docs.influxdata.com/influxdb/v1/query_language/spec/#durations
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from influx_query._text.numbers import INT64_MAX, INT64_MIN, read_integer
from influx_query._text.numpy_scalars import exact_nanoseconds, is_numpy_duration

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
"""The nanoseconds of each unit of a duration; the largest unit comes first."""

_UNITS: Final = NANOSECONDS | {"µ": 1_000}
_PART: Final = re.compile(r"([0-9]+)(ns|ms|[uµsmhdw])")
_WORD_AFTER_DIGITS: Final = re.compile(r"[0-9]+(\.[0-9]*)?\s*([^\W\d]*)")
_MICROSECOND: Final = timedelta(microseconds=1)


class DurationError(ValueError):
    """Text that is not a duration of InfluxQL, or a duration out of range.

    Attributes:
        reason: The error of the Go implementation.
    """

    def __init__(self, reason: str, advice: str = "") -> None:
        super().__init__(f"{reason}: {advice}" if advice else reason)
        self.reason = reason


def parse_duration(text: str) -> int:
    """Return the nanoseconds of a duration like ``1h30m`` or ``-5s``.

    Raises:
        DurationError: The text is not a duration, or its sum overflows an int64 to a negative
            number. As in Go, a sum that wraps around to a positive number is not detected.
    """
    body = text.removeprefix("-")
    parts = _PART.findall(body)
    if not parts or sum(len(digits) + len(unit) for digits, unit in parts) != len(body):
        raise DurationError("invalid duration", _advice(text))
    total = 0
    for digits, unit in parts:
        if read_integer(digits) > INT64_MAX:
            raise DurationError("invalid duration", f"{text!r} is longer than 292 years")
        total += read_integer(digits) * _UNITS[unit]
    total = (total + 2**63) % 2**64 - 2**63
    if body == text and total < 0:
        digits, unit = parts[-1]
        raise DurationError(
            f"overflowed duration {read_integer(digits)}{unit}: choose a smaller duration or INF"
        )
    return total if body == text else -total


def _advice(text: str) -> str:
    """Return why a text is not a duration, and the valid units."""
    known = ", ".join(NANOSECONDS)
    match = _WORD_AFTER_DIGITS.search(text)
    if match and match[1]:
        return f"{text!r} has a fraction; write whole numbers, such as 1h30m, with {known}"
    unknown = match and match[2] not in _UNITS and match[2]
    problem = f"the unit {match[2]!r} is unknown" if match and unknown else f"got {text!r}"
    return f"{problem}; write whole numbers and units, such as 1h30m, with {known}"


def format_duration(nanoseconds: int) -> str:
    """Return a duration in its largest whole unit: ``90m``, ``1w``, ``0s``, ``15ns``."""
    if nanoseconds == 0:
        return "0s"
    for unit, size in NANOSECONDS.items():
        if nanoseconds % size == 0:
            return f"{nanoseconds // size}{unit}"
    raise AssertionError("one nanosecond divides every integer")


def format_go_duration(nanoseconds: int) -> str:
    """Return a duration in the format of Go's ``time.Duration``: ``24h0m0s``, ``1.5ms``.

    The canonical text uses this format only in CREATE DATABASE. InfluxQL can't parse fractions of
    a second in it.

    Source: https://pkg.go.dev/time#Duration.String
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


def _fraction(value: int, size: int) -> str:
    """Return value/size as a decimal number without trailing zeros; size is a power of ten."""
    whole, rest = divmod(value, size)
    digits = str(rest).rjust(len(str(size)) - 1, "0").rstrip("0") if rest else ""
    return f"{whole}.{digits}" if digits else str(whole)


def timedelta_ns(value: object) -> int:
    """Return a timedelta, pandas' Timedelta or numpy's timedelta64 in nanoseconds, exactly.

    Raises:
        TypeError: The value has another type.
        ValueError: The value is NaT, is finer than a nanosecond, or doesn't fit an int64.
    """
    if is_numpy_duration(value):
        return int64_duration(exact_nanoseconds(value))
    if not isinstance(value, timedelta):
        raise TypeError(f"{value!r} is no duration; give a timedelta, or text such as 1h30m")
    if value != value:
        raise ValueError(f"{value!r} is no duration; NaT can't be written in InfluxQL")
    plain = timedelta(value.days, value.seconds, value.microseconds)
    nanoseconds = int(getattr(value, "nanoseconds", 0))  # pandas: the digits below microseconds
    return int64_duration((plain // _MICROSECOND) * 1000 + nanoseconds)


def int64_duration(nanoseconds: int) -> int:
    """Return a number of nanoseconds that fits an int64.

    Raises:
        ValueError: The number doesn't fit.
    """
    if not INT64_MIN <= nanoseconds <= INT64_MAX:
        raise ValueError(
            f"a duration of {nanoseconds} ns is too long; InfluxQL's are under 292 years"
        )
    return nanoseconds
