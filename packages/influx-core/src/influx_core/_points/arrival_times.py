"""Assigns arrival times to points without a time, so that no two points of a series share one.

InfluxDB stores only one of two points of a series with the same time. So points that arrive
together get times that differ by one unit of their precision. If that would make the time of a
point wrong by a second or more, the point is refused. So with units of a second or more, a call may
contain only one such point of each series.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from influx_core.timestamps import UNIT_NS, Precision

__all__ = ["ArrivalTimes"]

_SECOND_NS = 1_000_000_000
_FINE_NS = 1_000
"""Up to this unit (a microsecond), all points get different times, whatever their series."""


class ArrivalTimes:
    """Assigns times to points without a time.

    Args:
        wall: returns the nanoseconds since 1970.
    """

    def __init__(self, wall: Callable[[], int]) -> None:
        self._wall = wall
        self._last: dict[Precision, int] = {}

    def next(self, precision: Precision) -> int:
        """Return the time for a single point, in units of a precision.

        Up to a precision of a microsecond, each call returns another time, even if the clock
        stands still or is set back by less than a second.
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
        """Return an object that assigns times to the points of one call."""
        return ArrivalTimesOfCall(self, precision)


class ArrivalTimesOfCall:
    """Assigns times to the points of one call.

    Args:
        times: the times of all calls.
        precision: the unit of the times.
    """

    def __init__(self, times: ArrivalTimes, precision: Precision) -> None:
        self._times = times
        self._precision: Precision = precision
        self._unit = UNIT_NS[precision]
        self._last: dict[Hashable, int] = {}

    @property
    def by_series(self) -> bool:
        """Whether `next` needs the series, because the unit is coarser than a microsecond."""
        return self._unit > _FINE_NS

    def next(self, series: Hashable = None) -> int:
        """Return the time of the next point.

        Args:
            series: a key for measurement and tags; not needed if `by_series` is false.

        Raises:
            ValueError: there is no free time for another point of the series.
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
