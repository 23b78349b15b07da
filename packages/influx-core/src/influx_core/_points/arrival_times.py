"""Assigns arrival times to points without a time, a different one to each.

InfluxDB stores only one of two points of a series with the same time. So points that arrive
together get times that differ by a unit of their precision. Units of a millisecond add up: beyond a
second of them, or where the unit is larger, a point is refused, since its time would be too far
from the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from influx_core.timestamps import UNIT_NS, Precision

__all__ = ["ArrivalTimes"]

_SECOND_NS = 1_000_000_000
_FINE_NS = 1_000
"""Units up to a microsecond: every point gets a time of its own, whatever its series."""


class ArrivalTimes:
    """Gives times to points that have none.

    Args:
        wall: returns the nanoseconds since 1970.
    """

    def __init__(self, wall: Callable[[], int]) -> None:
        self._wall = wall
        self._last: dict[Precision, int] = {}

    def next(self, precision: Precision) -> int:
        """Return the time of a point that arrives by itself, in units of a precision.

        Two of these differ if the unit is a microsecond or less, also where the clock stands
        still, or is set back by less than a second.
        """
        unit = UNIT_NS[precision]
        now = self._wall() // unit
        if unit <= _FINE_NS:
            last = self._last.get(precision)
            if last is not None and now <= last < now + _SECOND_NS // unit:
                now = last + 1
            self._last[precision] = now
        return now

    def call(self, precision: Precision) -> ArrivalTimesOfCall:
        """Return times for the points of one call."""
        return ArrivalTimesOfCall(self, precision)


class ArrivalTimesOfCall:
    """The times of points that are given in one call.

    Args:
        times: of all calls.
        precision: the unit of the times.
    """

    def __init__(self, times: ArrivalTimes, precision: Precision) -> None:
        self._times = times
        self._precision: Precision = precision
        self._unit = UNIT_NS[precision]
        self._last: dict[Hashable, int] = {}

    @property
    def by_series(self) -> bool:
        """Whether times depend on the series, as the unit is coarse."""
        return self._unit > _FINE_NS

    def next(self, series: Hashable = None) -> int:
        """Return the time of the next point.

        Args:
            series: stands for measurement and tags; not needed where `by_series` is false.

        Raises:
            ValueError: another point of the series has the time already.
        """
        now = self._times.next(self._precision)
        if not self.by_series:
            return now
        last = self._last.get(series)
        if last is not None and last >= now:
            if (last + 1 - now) * self._unit >= _SECOND_NS:
                raise ValueError(
                    "the point has no time, as another one of its series in this call: with "
                    f"precision {self._precision!r} both would get the time of arrival, and the "
                    "database would keep one of them. Give times, or a finer precision"
                )
            now = last + 1
        self._last[series] = now
        return now
