"""Adds durations to times, truncates times, and reads their parts.

Times are nanoseconds since 1970. A duration has months, whose length varies, and nanoseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from influx_testing._engine.flux.calendar.local_clock import UTC_CLOCK, LocalClock

__all__ = ["TIME_PARTS", "add_duration", "time_part", "truncate"]

_SECOND = 1_000_000_000
_DAY = 86_400 * _SECOND
_EPOCH = date(1970, 1, 1).toordinal()


def add_duration(time: int, months: int, nanoseconds: int, clock: LocalClock = UTC_CLOCK) -> int:
    """Add months, then nanoseconds, on the local clock.

    The day is cut to the length of the month: one month after January 31 is the last of February.
    """
    if clock is UTC_CLOCK:
        return _add_months(time, months) + nanoseconds
    return clock.to_utc(_add_months(clock.to_local(time), months) + nanoseconds)


def truncate(time: int, months: int, nanoseconds: int, clock: LocalClock = UTC_CLOCK) -> int:
    """Return the start of the window that has a time.

    Args:
        time: the time.
        months: the width of windows in months, which are counted from January 1970; or 0.
        nanoseconds: the width in nanoseconds, which are counted from the local 1970; or 0.
        clock: the zone of the clock.

    Raises:
        ZeroDivisionError: both widths are 0.
    """
    if clock is UTC_CLOCK:
        return _start(time, months, nanoseconds)
    return clock.to_utc(_start(clock.to_local(time), months, nanoseconds))


def time_part(name: str, time: int, clock: LocalClock = UTC_CLOCK) -> int:
    """Return a part of a time; the names are those in `TIME_PARTS`."""
    return TIME_PARTS[name](time if clock is UTC_CLOCK else clock.to_local(time))


def _clock_part(unit: int, count: int) -> Callable[[int], int]:
    return lambda local: local // unit % count


def _second_part(unit: int) -> Callable[[int], int]:
    return lambda local: local % _SECOND // unit


def _day_part(part: Callable[[date], int]) -> Callable[[int], int]:
    return lambda local: part(date.fromordinal(_EPOCH + local // _DAY))


TIME_PARTS: Mapping[str, Callable[[int], int]] = {
    "nanosecond": _second_part(1),
    "microsecond": _second_part(1000),
    "millisecond": _second_part(1_000_000),
    "second": _clock_part(_SECOND, 60),
    "minute": _clock_part(60 * _SECOND, 60),
    "hour": _clock_part(3600 * _SECOND, 24),
    "weekDay": _day_part(lambda day: day.isoweekday() % 7),
    "monthDay": _day_part(lambda day: day.day),
    "yearDay": _day_part(lambda day: day.timetuple().tm_yday),
    "week": _day_part(lambda day: day.isocalendar().week),
    "month": _day_part(lambda day: day.month),
    "quarter": _day_part(lambda day: (day.month + 2) // 3),
    "year": _day_part(lambda day: day.year),
}
"""The parts of a local time by the names that they have in package date; Sunday is day 0."""


def _start(local: int, months: int, nanoseconds: int) -> int:
    if not months:
        return local // nanoseconds * nanoseconds
    day = date.fromordinal(_EPOCH + local // _DAY)
    passed = (day.year - 1970) * 12 + day.month - 1
    return _first_of_month(passed // months * months) * _DAY


def _first_of_month(months: int) -> int:
    """Return the days since 1970 of the first day of a month, counted from January 1970."""
    return date(1970 + months // 12, months % 12 + 1, 1).toordinal() - _EPOCH


def _add_months(local: int, months: int) -> int:
    if not months:
        return local
    days, rest = divmod(local, _DAY)
    day = date.fromordinal(_EPOCH + days)
    target = (day.year - 1970) * 12 + day.month - 1 + months
    first = _first_of_month(target)
    length = _first_of_month(target + 1) - first
    return (first + min(day.day, length) - 1) * _DAY + rest
