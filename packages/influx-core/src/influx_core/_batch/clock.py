"""Time as a writer sees it; a test brings a clock of its own."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

__all__ = ["Clock", "SystemClock"]


class Clock(Protocol):
    """Tells the time, and waits."""

    def now(self) -> float:
        """Seconds that only go forward."""
        ...

    def wall(self) -> int:
        """Nanoseconds since 1970."""
        ...

    async def wait(self, event: asyncio.Event, until: float | None) -> None:
        """Wait for an event, or until `now()` says so; without a time, for the event alone."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> float:
        """Seconds that only go forward."""
        return time.monotonic()

    def wall(self) -> int:
        """Nanoseconds since 1970."""
        return time.time_ns()

    async def wait(self, event: asyncio.Event, until: float | None) -> None:
        """Wait for an event, or until the time is there."""
        try:
            async with asyncio.timeout(None if until is None else until - self.now()):
                await event.wait()
        except TimeoutError:
            pass
