"""Arithmetic of times with durations: calendar months first, then nanoseconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from influx_flux import FluxDuration
from influx_testing._engine.flux.calendar.calendar_math import add_duration
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.values.flux_types import FluxTime, Value, type_name, wrapped

__all__ = ["civil", "from_civil", "resolve_time", "shifted", "signed_nanoseconds"]

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


def shifted(time: int, duration: FluxDuration, times: int = 1) -> int:
    """Add a duration to a time, a number of times: its months first, then its nanoseconds."""
    sign = -times if duration.negative else times
    months, nanoseconds = sign * duration.months, sign * duration.nanoseconds
    try:
        return wrapped(add_duration(time, months, nanoseconds))
    except ValueError:
        raise FluxError("a time is out of range") from None


def signed_nanoseconds(duration: FluxDuration) -> int:
    """Return the nanoseconds of a duration with its sign, without its months."""
    return -duration.nanoseconds if duration.negative else duration.nanoseconds


def resolve_time(value: Value, now: int) -> int:
    """Return the nanoseconds since 1970 of a time, of seconds, or of a duration relative to now.

    Raises:
        FluxError: the value is none of these.
    """
    if type(value) is FluxTime:
        return int(value)
    if type(value) is int:
        return wrapped(value * SECOND)
    if type(value) is FluxDuration:
        return shifted(now, value)
    raise FluxError(f"value is not a time, got {type_name(value)}")
