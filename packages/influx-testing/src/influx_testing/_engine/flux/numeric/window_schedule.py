"""Divides time into windows: of nanoseconds or of calendar months, in a time zone.

Windows are aligned to 1970 on the zone's clock, then moved by the offset.

Source: https://docs.influxdata.com/flux/v0/stdlib/universe/window/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from influx_testing._engine.flux.calendar.calendar_math import add_duration, truncate
from influx_testing._engine.flux.calendar.local_clock import UTC_CLOCK, LocalClock
from influx_testing._engine.flux.flux_errors import FluxError

__all__ = ["Bounds", "Step", "WindowSchedule"]


_SHORT_MONTH: Final = 28 * 86_400_000_000_000


class Step(NamedTuple):
    """A distance in time: calendar months and nanoseconds, both with their sign."""

    months: int = 0
    nanoseconds: int = 0

    @property
    def length(self) -> int:
        """About how many nanoseconds it has; a month counts 28 days."""
        return self.months * _SHORT_MONTH + self.nanoseconds

    def after(self, time: int) -> int:
        """Return the time this much later.

        Raises:
            FluxError: the calendar has no such time.
        """
        try:
            return add_duration(time, self.months, self.nanoseconds)
        except (OverflowError, ValueError):
            raise FluxError("a time is out of range") from None

    def before(self, time: int) -> int:
        """Return the time this much earlier.

        Raises:
            FluxError: the calendar has no such time.
        """
        return Step(-self.months, -self.nanoseconds).after(time)


NO_STEP: Final = Step()


class Bounds(NamedTuple):
    """A span of time: its start, included, and its stop, excluded."""

    start: int
    stop: int

    def within(self, outer: Bounds) -> Bounds:
        """Return the part of these bounds that lies in others."""
        return Bounds(max(self.start, outer.start), min(self.stop, outer.stop))


@dataclass(frozen=True, slots=True)
class WindowSchedule:
    """Windows that start at regular steps.

    Attributes:
        every: the distance between the starts of windows: months or nanoseconds, not both.
        period: how long a window is; if negative, windows end where they would start.
        offset: how far the windows are moved from 1970.
        clock: the clock to which windows are aligned.

    Raises:
        ValueError: `every` is zero or negative, or mixes months and nanoseconds.
    """

    every: Step
    period: Step
    offset: Step = NO_STEP
    clock: LocalClock = UTC_CLOCK

    def __post_init__(self) -> None:
        if self.every.months and self.every.nanoseconds:
            raise ValueError("duration used as an interval cannot mix month and nanosecond units")
        if not any(self.every):
            raise ValueError("duration used as an interval cannot be zero")
        if min(self.every) < 0:
            raise ValueError("duration used as an interval cannot be negative")

    @property
    def fixed_width(self) -> int | None:
        """The width in nanoseconds of windows that follow each other in UTC, None for others."""
        plain = self.clock == UTC_CLOCK and not self.every.months and not self.offset.months
        return self.every.nanoseconds if plain and self.period == self.every else None

    def count_in(self, span: int) -> int:
        """Return about how many windows share time with a span of some nanoseconds."""
        every, period = self.every.length, abs(self.period.length)
        return (span + period) // every + 1

    def overlapping(self, outer: Bounds) -> Iterator[Bounds]:
        """Yield the windows that share time with some bounds, in order, in their whole length."""
        width = self.fixed_width
        if width is not None:
            first = (outer.start - self.offset.nanoseconds) // width * width
            starts = range(first + self.offset.nanoseconds, outer.stop, width)
            yield from map(Bounds, starts, range(starts.start + width, outer.stop + width, width))
            return
        aligned = self._first_overlapping(outer.start)
        while (bounds := self._bounds(aligned)).start < outer.stop:
            if bounds.stop > outer.start:
                yield bounds
            aligned = self.every.after(aligned)

    def latest(self, time: int) -> Bounds:
        """Return the last window that starts at a time or before it."""
        aligned = self._aligned(time)
        while self._bounds(later := self.every.after(aligned)).start <= time:
            aligned = later
        while self._bounds(aligned).start > time:
            aligned = self.every.before(aligned)
        return self._bounds(aligned)

    def _first_overlapping(self, time: int) -> int:
        """Where the first window that ends after a time is aligned to, or one before it."""
        aligned = self._aligned(time)
        if self.every.nanoseconds:
            back = max(0, self._bounds(aligned).stop - time) // self.every.nanoseconds
            aligned -= back * self.every.nanoseconds
        while self._bounds(aligned).stop > time:
            aligned = self.every.before(aligned)
        return aligned

    def _aligned(self, time: int) -> int:
        """The step of the local clock before a time."""
        return truncate(self.offset.before(self.clock.to_local(time)), *self.every)

    def _bounds(self, aligned: int) -> Bounds:
        """The bounds of the window that belongs to a step of the local clock."""
        start = self.offset.after(aligned)
        stop = self.period.after(start)
        start, stop = min(start, stop), max(start, stop)
        return Bounds(self.clock.to_utc(start), self.clock.to_utc(stop))
