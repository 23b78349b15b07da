"""SharedThrottle: a limit of points or bytes per second, over all workers of a cluster."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from influx_copy import Throttle
from influx_dask._libraries import distributed

__all__ = [
    "Reserve",
    "SharedThrottle",
    "cluster_reservations",
    "next_reservation",
]

_RATES = "influx-dask rates"
"""The name under which a scheduler has the budgets."""

_SLICE = 0.25
"""Seconds of budget that are reserved at once: the scheduler is asked a few times a second."""

_UNUSED = 0.5
"""Seconds of unused budget that may be made up for: a worker writes while nobody waits."""

Reserve = Callable[[float], float]
"""Reserves seconds of the budget; returns the seconds until they are over."""


class SharedThrottle(Throttle):
    """Limits the rate of all ranges that share `reserve`, wherever they are copied.

    Args:
        points_per_second: the most points per second; None for no limit.
        bytes_per_second: the most bytes per second; None for no limit.
        reserve: reserves seconds; it may block.
        sleep: waits for seconds.
    """

    def __init__(
        self,
        points_per_second: float | None,
        bytes_per_second: float | None,
        reserve: Reserve,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        super().__init__(points_per_second, bytes_per_second)
        self._limits = (points_per_second, bytes_per_second)
        self._reserve = reserve
        self._wait = sleep
        self._owed = 0.0

    async def spend(self, points: int, size: int) -> None:
        """Wait as long as the limits ask for, over all workers."""
        spent = (points, size)
        self._owed += max(
            amount / limit if limit else 0.0
            for amount, limit in zip(spent, self._limits, strict=True)
        )
        if self._owed >= _SLICE:
            await self.settle()

    async def settle(self) -> None:
        """Wait for what is not reserved yet; called at the end of a range."""
        owed, self._owed = self._owed, 0.0
        if owed:
            await self._wait(await asyncio.to_thread(self._reserve, owed))


def cluster_reservations(name: str) -> Reserve:
    """Return a `reserve` for tasks of all workers; called in the thread of a task.

    The scheduler has the budget, and reserves in one step: a worker that is killed holds no lock
    that others wait for, and the clocks of the workers may differ.

    Args:
        name: the name of what is limited.
    """
    return partial(distributed.get_client().run_on_scheduler, _reserve_on_scheduler, name)


def _reserve_on_scheduler(name: str, seconds: float, dask_scheduler: Any) -> float:
    """Called in the scheduler, between other work of it."""
    rates: dict[str, float] = dask_scheduler.extensions.setdefault(_RATES, {})
    now = time.monotonic()
    rates[name] = next_reservation(rates.get(name), now, seconds)
    return max(0.0, rates[name] - now)


def next_reservation(used_until: float | None, now: float, seconds: float) -> float:
    """When a budget is used up that somebody takes seconds of."""
    begin = now if used_until is None else max(used_until, now - _UNUSED)
    return begin + seconds
