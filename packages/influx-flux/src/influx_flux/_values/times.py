"""Converts datetimes, dates and nanoseconds since 1970 to literals of times."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Literal

from influx_flux.nodes import DateTimeLiteral

Naive = Literal["raise", "utc", "local"]
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = 1_000_000_000


def from_datetime(value: datetime, naive: Naive) -> DateTimeLiteral:
    """Return the literal of a datetime; pandas' keep their nanoseconds.

    Raises:
        ValueError: The datetime has no offset and `naive` is `raise`, or its nanoseconds since 1970
            do not fit into int64.
    """
    if value != value:
        raise ValueError("NaT is no time, and Flux has no literal for null")
    aware = _aware(value, naive)
    delta = aware - _EPOCH
    extra: Any = getattr(value, "nanosecond", 0)
    microseconds = (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
    return from_nanoseconds(microseconds * 1000 + int(extra))


def from_date(value: date, naive: Naive) -> DateTimeLiteral:
    """Return the literal of the start of a day."""
    return from_datetime(datetime.combine(value, time()), naive)


def _aware(value: datetime, naive: Naive) -> datetime:
    if value.tzinfo is not None and value.utcoffset() is not None:
        return _plain(value).astimezone(UTC)
    if naive == "raise":
        raise ValueError(
            f"{value.isoformat()} has no offset: give it a tzinfo, or say naive='utc' or 'local'"
        )
    zone = UTC if naive == "utc" else None
    return _plain(value).replace(tzinfo=zone).astimezone(UTC)


def _plain(value: datetime) -> datetime:
    """Convert a datetime of pandas to one of Python, because pandas refuses some arithmetic."""
    return datetime.combine(value.date(), value.timetz(), value.tzinfo).replace(fold=value.fold)


def from_nanoseconds(nanoseconds: int) -> DateTimeLiteral:
    """Return the literal of nanoseconds since 1970 in UTC."""
    if not -(2**63) <= nanoseconds < 2**63:
        raise ValueError("a time of Flux is between 1677-09-21 and 2262-04-11")
    seconds, fraction = divmod(nanoseconds, _SECOND)
    moment = _EPOCH + timedelta(seconds=seconds)
    digits = f"{fraction:09d}".rstrip("0")
    width = -(-len(digits) // 3) * 3
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return DateTimeLiteral(f"{text}{'.' if digits else ''}{digits.ljust(width, '0')}+00:00")
