"""Precision units, and exact conversion between times and integer nanoseconds since 1970.

No floats are used. The limits are those of the server: 1677-09-21 to 2262-04-11.
"""

from __future__ import annotations

import operator
import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast, get_args

from influx_core._known_words import check_word
from influx_core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "MAX_NS",
    "MIN_NS",
    "UNIT_NS",
    "Naive",
    "Precision",
    "Timestamp",
    "from_ns",
    "naive_rule",
    "precision",
    "to_datetime",
    "to_ns",
    "to_rfc3339",
]

Precision: TypeAlias = Literal["ns", "us", "ms", "s", "m", "h"]
Naive: TypeAlias = Literal["raise", "utc", "local"]
Timestamp: TypeAlias = int | str | datetime | date
"""A time as all functions accept it; also numpy's datetime64 and pandas' Timestamp."""

_NAIVE: tuple[str, ...] = get_args(Naive)

MIN_NS = -9223372036854775806
"""The first nanosecond the server can store."""

MAX_NS = 9223372036854775806
"""The last nanosecond the server can store."""

UNIT_NS: Mapping[Precision, int] = MappingProxyType(
    {
        "ns": 1,
        "us": 1_000,
        "ms": 1_000_000,
        "s": 1_000_000_000,
        "m": 60_000_000_000,
        "h": 3_600_000_000_000,
    }
)
"""The number of nanoseconds per unit."""

_ALIASES: Mapping[str, Precision] = {
    "ns": "ns",
    "us": "us",
    "ms": "ms",
    "s": "s",
    "m": "m",
    "h": "h",
    "n": "ns",
    "u": "us",
    "\N{MICRO SIGN}": "us",
    "\N{MICRO SIGN}s": "us",
    "\N{GREEK SMALL LETTER MU}": "us",
    "\N{GREEK SMALL LETTER MU}s": "us",
}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = UNIT_NS["s"]
_RFC3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?:\.([0-9]+))?([Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
# What numpy calls its units; those it leaves out (as, fs, ps) are finer than a nanosecond, and
# months and years have no fixed length.
_NUMPY_UNIT_NS = {
    **{str(name): ns for name, ns in UNIT_NS.items()},
    "D": 86_400 * _SECOND,
    "W": 7 * 86_400 * _SECOND,
}
_NUMPY_NAT = -(2**63)


_OUR_DAYS = range(631_152_000 * 10**9, 4_102_444_800 * 10**9)  # 1990 to 2100


def precision(name: str) -> Precision:
    """Return the canonical name of a precision; `n`, `u` and `\N{MICRO SIGN}` are understood.

    Raises:
        ConfigError: the precision is unknown.
    """
    try:
        return _ALIASES[name]
    except (KeyError, TypeError):
        known = ", ".join(UNIT_NS)
        raise ConfigError(f"unknown precision {name!r}; known are {known}") from None


def naive_rule(name: str) -> Naive:
    """Return the rule for times without a time zone, after checking it.

    Raises:
        ConfigError: it is not one of `raise`, `utc` and `local`.
    """
    check_word("naive", name, _NAIVE)
    return cast(Naive, name)


def to_ns(value: Timestamp, precision: Precision = "ns", naive: Naive = "raise") -> int:
    """Convert a time to nanoseconds since 1970, exactly.

    A date is midnight in UTC, or in the local zone with `naive="local"`. numpy's datetime64 is UTC.

    Args:
        value: an integer counts units of `precision`; a string is RFC 3339 with up to nine
            decimals.
        precision: the unit of integers.
        naive: how a datetime or text without a time zone is read.

    Raises:
        TypeError: the type is not a time; floats are refused because they are inexact.
        ValueError: the value is outside the server's range, not RFC 3339, NaT, or naive.
    """
    ns = value * UNIT_NS[precision] if type(value) is int else _convert(value, precision, naive)
    if not MIN_NS <= ns <= MAX_NS:
        hint = _finer_precision(value, precision)
        raise ValueError(
            f"time {value!r} is outside the range the server can store, 1677 to 2262{hint}"
        )
    return ns


def _finer_precision(value: Timestamp, precision: Precision) -> str:
    """A hint where an integer is a time of our days in a finer precision than it was said to be."""
    for name, unit in reversed(tuple(UNIT_NS.items())):
        if type(value) is int and unit < UNIT_NS[precision] and value * unit in _OUR_DAYS:
            return f'; if it counts {name}, say precision="{name}"'
    return ""


def _convert(value: Any, precision: Precision, naive: Naive) -> int:
    if isinstance(value, datetime):
        return _datetime_ns(value, naive)
    if isinstance(value, str):
        return _text_ns(value, naive)
    if isinstance(value, date):
        return _date_ns(value, naive)
    is_array = getattr(value, "shape", ()) != ()
    if getattr(getattr(value, "dtype", None), "kind", "") == "M" and not is_array:
        return _datetime64_ns(value)
    if isinstance(value, bool) or not hasattr(value, "__index__") or is_array:
        kind = type(value).__name__
        raise TypeError(f"a time is an int, a datetime, a date or RFC 3339 text, not {kind}")
    units: int = operator.index(value)
    return units * UNIT_NS[precision]


def _datetime_ns(value: datetime, naive: Naive) -> int:
    if value != value:  # pandas' NaT is a datetime
        raise ValueError("NaT is no time")
    aware = _in_zone(value, naive) if value.utcoffset() is None else value
    delta = aware - _EPOCH
    return _timedelta_us(delta) * 1000 + getattr(value, "nanosecond", 0)


def _timedelta_us(delta: timedelta) -> int:
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def _in_zone(value: datetime, naive: Naive) -> datetime:
    """Give a naive datetime (or a pandas Timestamp) the time zone it is said to mean."""
    if naive == "raise":
        raise ValueError(f'{value!r} has no time zone; add one, or say naive="utc" or "local"')
    plain = datetime.combine(value.date(), value.time())
    return plain.replace(tzinfo=UTC) if naive_rule(naive) == "utc" else plain.astimezone()


def _date_ns(value: date, naive: Naive) -> int:
    midnight = datetime(value.year, value.month, value.day)  # noqa: DTZ001
    return _datetime_ns(midnight, "local" if naive == "local" else "utc")


def _text_ns(text: str, naive: Naive) -> int:
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not an RFC 3339 time such as 2020-01-31T12:00:00.5Z")
    day, clock, fraction, zone = match.groups()
    if fraction and len(fraction.rstrip("0")) > 9:
        raise ValueError(f"{text!r} is finer than a nanosecond")
    try:
        value = datetime.fromisoformat(f"{day}T{clock}{_offset(zone)}")
    except ValueError as error:
        raise ValueError(f"{text!r} is not an RFC 3339 time: {error}") from None
    return _datetime_ns(value, naive) + int((fraction or "").ljust(9, "0")[:9])


def _offset(zone: str | None) -> str:
    return "+00:00" if zone in {"Z", "z"} else zone or ""


def _datetime64_ns(value: Any) -> int:
    """Convert numpy's datetime64; numpy itself is not imported, its type string is read."""
    ticks = int(value.astype("int64"))
    if ticks == _NUMPY_NAT:
        raise ValueError("NaT is no time")
    count, unit = _numpy_unit(value.dtype.str)
    if unit in {"Y", "M"}:
        return int(value.astype("datetime64[s]").astype("int64")) * _SECOND
    if unit in _NUMPY_UNIT_NS:
        return ticks * count * _NUMPY_UNIT_NS[unit]
    whole, rest = divmod(ticks * count, {"ps": 10**3, "fs": 10**6, "as": 10**9}[unit])
    if rest:
        raise ValueError(f"{value!r} is finer than a nanosecond")
    return whole


def _numpy_unit(dtype: str) -> tuple[int, str]:
    """Read `<M8[25s]`: 25 and `s`."""
    match = re.search(r"\[([0-9]*)([A-Za-z]+)\]", dtype)
    if match is None:
        raise ValueError("a datetime64 without a unit is not a time")
    return int(match[1] or 1), match[2]


def from_ns(ns: int, precision: Precision) -> int:
    """Convert nanoseconds to whole units; rounds towards zero, like `epoch` on the server."""
    unit = UNIT_NS[precision]
    return ns // unit if ns >= 0 else -(-ns // unit)


def to_datetime(ns: int) -> datetime:
    """Convert to an aware datetime in UTC; digits below a microsecond are cut off."""
    return _EPOCH + timedelta(0, 0, ns // 1000)


def to_rfc3339(ns: int) -> str:
    """Format a time like the server: RFC 3339 in UTC, with as many decimals as needed."""
    seconds, rest = divmod(ns, _SECOND)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    day, hour = divmod(hours, 24)
    text = f"{_day_text(day)}T{_TWO_DIGITS[hour]}:{_TWO_DIGITS[minute]}:{_TWO_DIGITS[second]}"
    return f"{text}.{rest:09d}".rstrip("0") + "Z" if rest else f"{text}Z"


_TWO_DIGITS = tuple(f"{number:02d}" for number in range(60))


@lru_cache(maxsize=1024)
def _day_text(day: int) -> str:
    """Format a day, counted from 1970; times that follow one another share it."""
    return (_EPOCH + timedelta(days=day)).isoformat()[:10]
