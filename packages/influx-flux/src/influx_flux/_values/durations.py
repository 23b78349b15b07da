"""Flux durations: calendar months and nanoseconds, which a timedelta can't represent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from influx_flux.nodes import DurationLiteral, DurationPart, Expression, UnaryExpression

MAX_INT: Final = 2**63 - 1
_MONTHS: Final = {"y": 12, "mo": 1}
_NANOSECONDS: Final = {
    "w": 604_800_000_000_000,
    "d": 86_400_000_000_000,
    "h": 3_600_000_000_000,
    "m": 60_000_000_000,
    "s": 1_000_000_000,
    "ms": 1_000_000,
    "us": 1_000,
    "ns": 1,
}
_PART: Final = re.compile(r"([0-9]+)(mo|ms|us|µs|ns|y|w|d|h|m|s)", re.ASCII)
_TEXT: Final = re.compile(rf"-?(?:{_PART.pattern})+", re.ASCII)


@dataclass(frozen=True, slots=True)
class FluxDuration:
    """A duration: calendar months, nanoseconds, and one sign for both.

    A day is 24 hours, counted in nanoseconds; a year is twelve months.
    """

    months: int = 0
    nanoseconds: int = 0
    negative: bool = False

    def __post_init__(self) -> None:
        for magnitude in (self.months, self.nanoseconds):
            if not 0 <= magnitude <= MAX_INT:
                raise ValueError(f"{magnitude} of a duration is not between 0 and {MAX_INT}")

    def __neg__(self) -> FluxDuration:
        return FluxDuration(self.months, self.nanoseconds, not self.negative)

    def node(self) -> Expression:
        """Return the literal, with a minus before it if the duration is negative."""
        literal = DurationLiteral(tuple(self._parts()))
        return UnaryExpression("-", literal) if self.negative else literal

    def _parts(self) -> list[DurationPart]:
        parts = [DurationPart(self.months, "mo")] if self.months else []
        rest = self.nanoseconds
        for unit, size in _NANOSECONDS.items():
            count, rest = divmod(rest, size)
            if count:
                parts.append(DurationPart(count, unit))
        return parts or [DurationPart(0, "s")]


def duration(
    text: str | None = None,
    *,
    years: int = 0,
    months: int = 0,
    weeks: int = 0,
    days: int = 0,
    hours: int = 0,
    minutes: int = 0,
    seconds: int = 0,
    milliseconds: int = 0,
    microseconds: int = 0,
    nanoseconds: int = 0,
) -> FluxDuration:
    """Return a duration, optionally with calendar months.

    Args:
        text: A duration in the Flux syntax, such as `1mo2d` or `-1h`, without other arguments.
        years: Calendar years. All numbers must have the same sign.
        months: Calendar months.
        weeks: Weeks of seven days.
        days: Days of 24 hours.
        hours: Hours.
        minutes: Minutes.
        seconds: Seconds.
        milliseconds: Milliseconds.
        microseconds: Microseconds.
        nanoseconds: Nanoseconds.

    Raises:
        ValueError: The text is not a duration, or the numbers have different signs.
    """
    counts = (weeks, days, hours, minutes, seconds, milliseconds, microseconds, nanoseconds)
    if text is not None:
        if years or months or any(counts):
            raise ValueError("a duration is given as a text or in numbers, not both")
        return _parse(text)
    total_months = 12 * years + months
    total = sum(count * size for count, size in zip(counts, _NANOSECONDS.values(), strict=True))
    if min(total_months, total) < 0 < max(total_months, total):
        raise ValueError("the months and the rest of a duration have different signs")
    return FluxDuration(abs(total_months), abs(total), min(total_months, total) < 0)


def _parse(text: str) -> FluxDuration:
    if not _TEXT.fullmatch(text):
        raise ValueError(
            f"{text!r} is no duration: it takes numbers with units, as in 1mo2d or -90m"
        )
    parts = _PART.findall(text)
    months = sum(int(count) * _MONTHS.get(unit, 0) for count, unit in parts)
    rest = sum(int(count) * _NANOSECONDS.get(unit.replace("µ", "u"), 0) for count, unit in parts)
    return FluxDuration(months, rest, text.startswith("-"))


def from_timedelta(value: timedelta) -> FluxDuration:
    """Return the duration of a timedelta; a pandas Timedelta keeps its nanoseconds."""
    microseconds = (value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds
    extra: Any = getattr(value, "nanoseconds", 0)
    total = microseconds * 1000 + int(extra)
    return FluxDuration(0, abs(total), total < 0)
