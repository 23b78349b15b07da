"""Parses and formats InfluxQL times, and converts Python's times to nanoseconds.

Source: https://docs.influxdata.com/influxdb/v1/query_language/spec/#dates--times
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from influx_query._text.numpy_scalars import exact_nanoseconds, is_numpy_time

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:([ T])([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{0,9})[0-9]*)?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def looks_like_time(text: str) -> bool:
    """Return whether a string begins with a date, so that the server parses it as a time."""
    return _DATE.match(text) is not None


def parse_time(text: str, location: str | tzinfo | None = None) -> int:
    """Parse a date, or a date with a time; return nanoseconds since 1970 UTC.

    Args:
        text: ``2020-01-31``, ``2020-01-31 23:59:59.5`` or RFC 3339. With a ``T`` the time zone is
            required, with a space it is not allowed.
        location: The time zone of a text without one; UTC by default.

    Raises:
        ValueError: The text has another format.
    """
    match = _TIME.fullmatch(text)
    if match is None or not _zone_fits(match):
        raise ValueError(f"{text!r} is no time; write 2020-01-31 or 2020-01-31T23:59:59Z")
    year, month, day, _, hour, minute, second, fraction, offset = match.groups(default="")
    clock = (int(hour or 0), int(minute or 0), int(second or 0))
    try:
        zone = _offset(offset) if offset else _location(location)
        moment = datetime(int(year), int(month), int(day), *clock, tzinfo=zone)
        whole = (moment - _EPOCH) // _MICROSECOND * 1000
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is no time: {error}") from None
    return whole + int(fraction.ljust(9, "0"))


def _zone_fits(match: re.Match[str]) -> bool:
    """Return whether a time with a ``T`` has a time zone, and any other time has none."""
    return (match[4] == "T") == (match[9] is not None)


def _offset(text: str) -> tzinfo:
    zone = datetime.strptime(text, "%z").tzinfo
    assert zone is not None
    return zone


def _location(location: str | tzinfo | None) -> tzinfo:
    if isinstance(location, str):
        from zoneinfo import ZoneInfo  # few texts name a place, and the import takes long

        return ZoneInfo(location) if location not in ("", "UTC", "Local") else UTC
    return location or UTC


def format_time(nanoseconds: int) -> str:
    """Return a time, in nanoseconds since 1970 UTC, as RFC 3339 text in UTC.

    Raises:
        ValueError: The year is not between 1 and 9999.
    """
    seconds, fraction = divmod(nanoseconds, 10**9)
    try:
        text = (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    except OverflowError:
        raise ValueError(f"the time {nanoseconds} ns since 1970 is out of range") from None
    digits = f".{fraction:09d}".rstrip("0") if fraction else ""
    return f"{text.rjust(19, '0')}{digits}Z"


def time_ns(value: object) -> int:
    """Return a time in nanoseconds since 1970, exactly.

    Args:
        value: A datetime with a time zone, pandas' Timestamp with one, a date (midnight UTC), or
            numpy's datetime64 (which is UTC).

    Raises:
        TypeError: The value has another type.
        ValueError: The value is a datetime without a time zone, or NaT.
    """
    if is_numpy_time(value):
        return exact_nanoseconds(value)
    if not isinstance(value, date):
        raise TypeError(f"{value!r} is no time; give a datetime with a time zone")
    if not isinstance(value, datetime):
        value = datetime.combine(value, time.min, UTC)
    if value != value:
        raise ValueError(f"{value!r} is no time; leave NaT out")
    if value.utcoffset() is None:
        raise ValueError(
            f"the datetime {value!r} has no time zone; give it one, for example with "
            "value.replace(tzinfo=UTC) or value.astimezone()"
        )
    nanosecond = int(getattr(value, "nanosecond", 0))  # pandas: the digits below microseconds
    return datetime.__sub__(value, _EPOCH) // _MICROSECOND * 1000 + nanosecond
