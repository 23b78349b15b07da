"""The clock that a test owns: it runs until it is set."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from influx_core.timestamps import Timestamp, to_datetime, to_ns

__all__ = ["ManualClock", "TravelClock"]


class TravelClock:
    """Runs with a clock of the machine until it is set; then it stands still, and can be moved.

    Args:
        start: sets it from the beginning.
        source: the clock it runs with, in ns since 1970.
    """

    def __init__(
        self, start: Timestamp | None = None, source: Callable[[], int] = time.time_ns
    ) -> None:
        self._source = source
        self._still: int | None = None
        if start is not None:
            self.set(start)

    def __call__(self) -> int:
        """The time it shows, in ns since 1970."""
        return self._source() if self._still is None else self._still

    @property
    def now(self) -> datetime:
        """The time it shows, in UTC, cut to microseconds."""
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
