"""SharedThrottle: a limit of points or bytes per second, over all workers of a cluster."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

from influx_copy import RateBudget, Throttle
from influx_dask._libraries import distributed

__all__ = [
    "Reserve",
    "SharedThrottle",
    "begin_rates",
    "cluster_reservations",
]

_RATES = "influx-dask rates"
"""The name under which a scheduler has the budgets."""

_SLICE = 0.25
"""Seconds of budget that are reserved at once: the scheduler is asked a few times a second."""

Reserve = Callable[[Sequence[float]], float]
"""Reserves seconds of the budget of each limit; returns the seconds until they are over."""

Budgets = tuple[RateBudget, ...]
"""The budgets of points and of bytes."""


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
        self._reserve = reserve
        self._wait = sleep
        self._points_owed = 0
        self._bytes_owed = 0

    async def spend(self, points: int, size: int) -> None:
        """Wait as long as the limits ask for, over all workers."""
        self._points_owed += points
        self._bytes_owed += size
        if max(self._owed()) >= _SLICE:
            await self.settle()

    async def settle(self) -> None:
        """Wait for what is not reserved yet; called at the end of a range."""
        owed = self._owed()
        self._points_owed = self._bytes_owed = 0
        if any(owed):
            await self._wait(await asyncio.to_thread(self._reserve, owed))

    def _owed(self) -> tuple[float, ...]:
        return self.seconds(self._points_owed, self._bytes_owed)


def cluster_reservations(name: str) -> Reserve:
    """Return a `reserve` for tasks of all workers; called in the thread of a task.

    The scheduler has the budgets, and reserves in one step: a worker that is killed holds no lock
    that others wait for, and the clocks of the workers may differ.

    Args:
        name: the name of what is limited.
    """
    return partial(distributed.get_client().run_on_scheduler, _reserve_on_scheduler, name)


def begin_rates(client: Any, name: str) -> None:
    """Have the limits of a name begin now: time that was lost before is not made up for.

    Args:
        client: a client of the cluster.
        name: the name of what is limited.
    """
    client.run_on_scheduler(_begin_on_scheduler, name)


def _begin_on_scheduler(
    name: str, dask_scheduler: Any, clock: Callable[[], float] = time.monotonic
) -> None:
    now = clock()
    rates = _rates_of(dask_scheduler)
    rates[name] = tuple(budget.without_lost_time(now) for budget in _known(rates, name, now))


def _reserve_on_scheduler(
    name: str,
    seconds: Sequence[float],
    dask_scheduler: Any,
    clock: Callable[[], float] = time.monotonic,
) -> float:
    """Called in the scheduler, between other work of it."""
    now = clock()
    rates = _rates_of(dask_scheduler)
    rates[name] = tuple(
        budget.spend(taken, now)
        for budget, taken in zip(_known(rates, name, now), seconds, strict=True)
    )
    return max(budget.wait(now) for budget in rates[name])


def _rates_of(dask_scheduler: Any) -> dict[str, Budgets]:
    rates: dict[str, Budgets] = dask_scheduler.extensions.setdefault(_RATES, {})
    return rates


def _known(rates: Mapping[str, Budgets], name: str, now: float) -> Budgets:
    """The budgets of a name; new ones if the scheduler has none, for example after a restart."""
    return rates.get(name) or (RateBudget.beginning(now), RateBudget.beginning(now))
