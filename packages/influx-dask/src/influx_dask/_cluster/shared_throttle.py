"""SharedThrottle: a limit of points or bytes per second, over all workers of a cluster."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from influx_copy import Throttle
from influx_dask._cluster.request_limit import named_semaphore
from influx_dask._libraries import distributed

__all__ = [
    "Reserve",
    "SharedThrottle",
    "begin_reservations",
    "cluster_reservations",
    "next_reservation",
]

_SLICE = 0.25
"""Seconds of budget that are reserved at once: the scheduler is asked a few times a second."""

_UNUSED = 0.5
"""Seconds of unused budget that may be made up for: a worker writes while nobody waits."""

Reserve = Callable[[float], float]
"""Reserves seconds of the budget; returns the time on the clock at which they are over."""


class SharedThrottle(Throttle):
    """Limits the rate of all ranges that share `reserve`, wherever they are copied.

    Args:
        points_per_second: the most points per second; None for no limit.
        bytes_per_second: the most bytes per second; None for no limit.
        reserve: reserves seconds; it may block.
        clock: returns the seconds that `reserve` counts in.
        sleep: waits for seconds.
    """

    def __init__(
        self,
        points_per_second: float | None,
        bytes_per_second: float | None,
        reserve: Reserve,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        super().__init__(points_per_second, bytes_per_second, clock=clock, sleep=sleep)
        self._limits = (points_per_second, bytes_per_second)
        self._reserve = reserve
        self._now = clock
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
            over = await asyncio.to_thread(self._reserve, owed)
            await self._wait(max(0.0, over - self._now()))


def cluster_reservations(name: str) -> Reserve:
    """Return a `reserve` for tasks of all workers; called in the thread of a task.

    The time until which the budget is used is a variable of the scheduler.

    Args:
        name: the name of what is limited.
    """
    mutex = named_semaphore(_variable(name), 1)
    used_until = distributed.Variable(_variable(name), client=distributed.get_client())

    def reserve(seconds: float) -> float:
        with mutex:
            over = next_reservation(_value(used_until), time.time(), seconds)
            used_until.set(over)
        return over

    return reserve


def begin_reservations(client: Any, name: str) -> None:
    """Create the variable of `cluster_reservations`, unless another copy has.

    Args:
        client: a client of the cluster.
        name: the name of what is limited.
    """
    if not client.run_on_scheduler(_has_variable, _variable(name)):
        distributed.Variable(_variable(name), client=client).set(0.0)


def next_reservation(used_until: float | None, now: float, seconds: float) -> float:
    """When a budget is used up that somebody takes seconds of."""
    begin = max(used_until, now - _UNUSED) if used_until else now
    return begin + seconds


def _variable(name: str) -> str:
    return f"influx-dask rate of {name}"


def _has_variable(name: str, dask_scheduler: Any) -> bool:
    return name in dask_scheduler.extensions["variables"].variables


def _value(variable: Any) -> float | None:
    try:
        found: float = variable.get(timeout=0.1)
    except TimeoutError:
        return None  # the scheduler was restarted
    return found
