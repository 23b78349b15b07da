"""Throttle: a limit of points or bytes per second, over all ranges of a copy."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from influx_core import ConfigError

__all__ = ["Throttle"]


class Throttle:
    """Limits the rate of a copy; idle time is not made up for.

    Args:
        points_per_second: the most points per second; None for no limit.
        bytes_per_second: the most bytes per second, in the format of the sink; None for no limit.
        clock: returns seconds.
        sleep: waits for seconds.

    Raises:
        ConfigError: a limit is not positive.
    """

    def __init__(
        self,
        points_per_second: float | None = None,
        bytes_per_second: float | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        for limit in (points_per_second, bytes_per_second):
            if limit is not None and limit <= 0:
                raise ConfigError(f"a limit per second must be positive, not {limit!r}")
        self._points = points_per_second
        self._bytes = bytes_per_second
        self._clock = clock
        self._sleep = sleep
        self._free_at = 0.0

    async def spend(self, points: int, size: int) -> None:
        """Wait as long as points and bytes that were just copied take at the limits."""
        seconds = max(
            points / self._points if self._points else 0.0,
            size / self._bytes if self._bytes else 0.0,
        )
        if not seconds:
            return
        now = self._clock()
        self._free_at = max(self._free_at, now) + seconds
        await self._sleep(self._free_at - now)
