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
    """Follows the clock of the machine until it is set; then it stands still and can be moved.

    Args:
        start: the time at which it stands still from the beginning.
        source: the clock it follows, in ns since 1970; `time.time_ns` unless given, also where
            freezegun or time-machine have replaced it.
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
        """Go back to the start: run again, or stand still where it stood at first."""
        self._still = self._start

    @property
    def now(self) -> datetime:
        """The time in UTC, cut to microseconds."""
        return to_datetime(self())

    def set(self, moment: Timestamp) -> None:
        """Stand still at a moment: an aware datetime, RFC 3339 text, or ns since 1970."""
        self._still = to_ns(moment)

    def advance(self, span: timedelta | float) -> None:
        """Stand still, and move forward by seconds or a timedelta; a negative one moves back."""
        if isinstance(span, timedelta):
            nanoseconds = span // timedelta(microseconds=1) * 1_000
        else:
            nanoseconds = round(span * 1_000_000_000)
        self._still = self() + nanoseconds


ManualClock = TravelClock
"""The same by another name, for one that never runs: `ManualClock(0)`."""
