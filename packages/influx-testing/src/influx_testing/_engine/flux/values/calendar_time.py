"""Arithmetic of times with durations: calendar months first, then nanoseconds."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta
from typing import Final

from influx_flux import FluxDuration
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.values.flux_types import FluxTime, Value, type_name, wrapped

__all__ = ["add_months", "civil", "from_civil", "resolve_time", "shifted", "signed_nanoseconds"]

SECOND: Final = 1_000_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def civil(nanoseconds: int) -> tuple[datetime, int]:
    """Return the datetime in UTC, in whole seconds, and the nanoseconds of the second."""
    seconds, rest = divmod(nanoseconds, SECOND)
    return _EPOCH + timedelta(seconds=seconds), rest


def from_civil(moment: datetime, nanoseconds: int = 0) -> int:
    """Return nanoseconds since 1970 of an aware datetime in whole seconds."""
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * SECOND + nanoseconds


def add_months(nanoseconds: int, months: int) -> int:
    """Add calendar months to a time; a day that the month lacks becomes its last day."""
    if not months:
        return nanoseconds
    moment, rest = civil(nanoseconds)
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    if not 1 <= year <= 9999:
        raise FluxError(f"the year {year} is out of range")
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return from_civil(moment.replace(year=year, month=month + 1, day=day), rest)


def shifted(time: int, duration: FluxDuration, times: int = 1) -> int:
    """Add a duration to a time, a number of times: its months first, then its nanoseconds."""
    sign = -times if duration.negative else times
    return wrapped(add_months(time, sign * duration.months) + sign * duration.nanoseconds)


def signed_nanoseconds(duration: FluxDuration) -> int:
    """Return the nanoseconds of a duration with its sign, without its months."""
    return -duration.nanoseconds if duration.negative else duration.nanoseconds


def resolve_time(value: Value, now: int) -> int:
    """Return the nanoseconds since 1970 of a time, or of a duration relative to now.

    Raises:
        FluxError: the value is neither.
    """
    if type(value) is FluxTime:
        return int(value)
    if type(value) is FluxDuration:
        return shifted(now, value)
    raise FluxError(f"value is not a time, got {type_name(value)}")
