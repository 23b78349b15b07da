"""Throttle and RateBudget: a limit per second is kept over time, whatever time is lost."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable

import pytest

from influx_copy import RateBudget, Throttle
from influx_core import ConfigError


class ThrottleClock:
    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.now += seconds


async def test_a_throttle_keeps_each_of_its_limits() -> None:
    clock = ThrottleClock()
    throttle = Throttle(100, 1000, clock=clock, sleep=clock.sleep)
    await throttle.spend(50, 100)
    await throttle.spend(1, 3000)
    assert clock.slept == [0.5, 2.6]
    assert clock.now == pytest.approx(100 + 3.1)  # 3,100 bytes; 51 points need less


async def test_a_sleep_that_ends_late_shortens_the_next_one() -> None:
    clock = ThrottleClock()
    throttle = Throttle(100, clock=clock, sleep=clock.sleep)
    await throttle.spend(100, 0)
    clock.now += 0.03
    await throttle.spend(100, 0)
    assert clock.slept == [1.0, 0.97]


async def test_lost_time_is_made_up_for_slowly() -> None:
    clock = ThrottleClock()
    throttle = Throttle(100, clock=clock, sleep=clock.sleep)
    clock.now += 3.0
    while clock.now < 200.0:
        await throttle.spend(10, 0)
    assert len(clock.slept) == pytest.approx(1000, abs=1)
    assert min(clock.slept[6:]) == pytest.approx(0.1 / 1.05, abs=1e-6)


async def test_a_throttle_without_limits_does_not_wait() -> None:
    clock = ThrottleClock()
    await Throttle(clock=clock, sleep=clock.sleep).spend(10**9, 10**9)
    assert clock.slept == []


@pytest.mark.parametrize("wrong", [0, -1])
def test_a_limit_is_positive(wrong: float) -> None:
    with pytest.raises(ConfigError, match="must be positive"):
        Throttle(points_per_second=wrong)


def spent_by_workers(
    workers: int, until: float, batch: Callable[[], float], lost: Callable[[float], float]
) -> list[tuple[float, float]]:
    """When workers that share a budget spent how many seconds of it: each copies, then waits."""
    budget = RateBudget.beginning(0.0)
    turns = [(0.0, worker) for worker in range(workers)]
    spent = []
    while turns[0][0] < until:
        now, worker = heapq.heappop(turns)
        seconds = batch()
        budget = budget.spend(seconds, now)
        spent.append((now, seconds))
        ready = now + budget.wait(now)
        heapq.heappush(turns, (ready + lost(ready), worker))
    return spent


@pytest.mark.parametrize("workers", [1, 2, 16])
@pytest.mark.parametrize("size", [0.25, 1.0])
def test_workers_that_lose_time_copy_as_much_as_the_limit_allows(workers: int, size: float) -> None:
    draw = random.Random(workers)

    def lost(now: float) -> float:
        """A sleep ends late, a read takes time; a server is down from 20 s to 25 s."""
        return draw.uniform(0.0, 0.2) + (25.0 - now if 20.0 < now < 25.0 else 0.0)

    spent = spent_by_workers(workers, 200.0, lambda: draw.uniform(0.1, 1.0) * size, lost)
    waiting = workers * size
    assert 0.98 * 200 <= sum(seconds for _, seconds in spent) <= 200 + waiting
    for begin in range(0, 190, 5):
        window = sum(seconds for at, seconds in spent if begin <= at < begin + 10)
        assert window <= 1.05 * 10 + 0.5 + waiting
