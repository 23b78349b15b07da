"""TravelClock: a clock that a test controls; it runs until it is set."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from influx_core.timestamps import Timestamp, to_datetime, to_ns

__all__ = ["ManualClock", "TravelClock", "machine_clock"]


def machine_clock() -> int:
    """The clock of the machine in ns since 1970; freezegun and time-machine move it."""
    return time.time_ns()


class TravelClock:
    """Follows the machine's clock until it is set; then it stands still and can be moved.

    Args:
        start: the initial time, at which it stands still.
        source: the clock to follow, in ns since 1970; `time.time_ns` by default, also if freezegun
            or time-machine replace it.
    """

    def __init__(
        self, start: Timestamp | None = None, source: Callable[[], int] | None = None
    ) -> None:
        self._source = machine_clock if source is None else source
        self._start = None if start is None else to_ns(start)
        self._still = self._start

    def __call__(self) -> int:
        """The time in ns since 1970."""
        return self._source() if self._still is None else self._still

    def reset(self) -> None:
        """Reset the clock: follow the source again, or stand still at the initial time."""
        self._still = self._start

    @property
    def now(self) -> datetime:
        """The time in UTC, cut to microseconds."""
        return to_datetime(self())

    def set(self, moment: Timestamp) -> None:
        """Set the time and stand still: an aware datetime, RFC 3339 text, or ns since 1970."""
        self._still = to_ns(moment)

    def advance(self, span: timedelta | float) -> None:
        """Move forward by seconds or a timedelta, and stand still; negative values move back."""
        if isinstance(span, timedelta):
            nanoseconds = span // timedelta(microseconds=1) * 1_000
        else:
            nanoseconds = round(span * 1_000_000_000)
        self._still = self() + nanoseconds


ManualClock = TravelClock
"""An alias of TravelClock, for clocks with a start time: `ManualClock(0)`."""
