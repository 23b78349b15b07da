"""Throttle: a limit of points or bytes per second, over all ranges of a copy."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from influx_copy._copy.rate_budget import RateBudget
from influx_core import ConfigError

__all__ = ["Throttle"]


class Throttle:
    """Limits the rate of a copy, and makes up for lost time at 1.05 times the limit at most.

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
        self._limits = (points_per_second, bytes_per_second)
        for limit in self._limits:
            if limit is not None and limit <= 0:
                raise ConfigError(f"a limit per second must be positive, not {limit!r}")
        self._clock = clock
        self._sleep = sleep
        now = clock()
        self._budgets: tuple[RateBudget, ...] = (
            RateBudget.beginning(now),
            RateBudget.beginning(now),
        )

    def seconds(self, points: int, size: int) -> tuple[float, ...]:
        """The seconds that points and bytes take at each limit; 0 without a limit."""
        amounts = zip((points, size), self._limits, strict=True)
        return tuple(amount / limit if limit else 0.0 for amount, limit in amounts)

    async def spend(self, points: int, size: int) -> None:
        """Wait as long as points and bytes that were just copied take at the limits."""
        seconds = self.seconds(points, size)
        if not any(seconds):
            return
        now = self._clock()
        self._budgets = tuple(
            budget.spend(taken, now) for budget, taken in zip(self._budgets, seconds, strict=True)
        )
        await self._sleep(max(budget.wait(now) for budget in self._budgets))
