"""The clock of a writer; tests replace it."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

__all__ = ["Clock", "LoopClock"]


class Clock(Protocol):
    """Tells the time, and waits."""

    def now(self) -> float:
        """Return the time of a monotonic clock, in seconds."""
        ...

    def wall(self) -> int:
        """Return the nanoseconds since 1970."""
        ...

    async def wait(self, event: asyncio.Event, until: float | None) -> None:
        """Wait for an event, or until `now()` reaches a time; None waits without a time limit."""
        ...


class LoopClock:
    """The clock of the running event loop.

    Intervals are measured and waited for by the same clock, so that a writer also works where the
    program has replaced `time.monotonic`, or where the loop runs on simulated time.
    """

    def now(self) -> float:
        """Return the time of the event loop, in seconds."""
        return asyncio.get_running_loop().time()

    def wall(self) -> int:
        """Return the nanoseconds since 1970."""
        return time.time_ns()

    async def wait(self, event: asyncio.Event, until: float | None) -> None:
        """Wait for an event, or until the event loop reaches a time."""
        try:
            async with asyncio.timeout_at(until):
                await event.wait()
        except TimeoutError:
            pass
