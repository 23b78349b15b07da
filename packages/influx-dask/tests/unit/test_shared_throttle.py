"""SharedThrottle: the workers of a cluster share one limit, which the scheduler keeps."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

import pytest

pytest.importorskip("distributed")

from influx_dask._cluster import shared_throttle
from influx_dask._cluster.shared_throttle import SharedThrottle, begin_rates


class HandScheduler:
    """A scheduler whose clock is set by hand, as its clients see it."""

    def __init__(self) -> None:
        self.now = 100.0
        self._state = SimpleNamespace(extensions={})

    def run_on_scheduler(self, function, *arguments):
        return function(*arguments, dask_scheduler=self._state, clock=lambda: self.now)

    def reserve(self, seconds: Sequence[float]) -> float:
        return self.run_on_scheduler(shared_throttle._reserve_on_scheduler, "sink", seconds)


@pytest.fixture
def scheduler():
    return HandScheduler()


def throttles(scheduler, count, *limits):
    slept = []

    async def sleep(seconds):
        slept.append(round(seconds, 6))

    return [SharedThrottle(*limits, scheduler.reserve, sleep=sleep) for _ in range(count)], slept


async def test_two_ranges_share_a_limit(scheduler):
    (first, second), slept = throttles(scheduler, 2, 10.0, None)
    await first.spend(10, 0)
    await second.spend(10, 0)
    await second.spend(1, 0)  # too little to ask the scheduler for
    await second.settle()
    await second.settle()
    assert slept == [1.0, 2.0, 2.1]


async def test_points_and_bytes_are_limited_each_by_itself(scheduler):
    (throttle,), slept = throttles(scheduler, 1, 10.0, 100.0)
    await throttle.spend(10, 20)
    await throttle.spend(1, 280)
    assert slept == [1.0, 3.0]


async def test_time_that_the_workers_lost_is_made_up_for_slowly(scheduler):
    (throttle,), slept = throttles(scheduler, 1, 10.0, None)
    await throttle.spend(10, 0)
    scheduler.now += 1.0 + 20.0
    spent = 0
    while scheduler.now < 1_100.0:
        await throttle.spend(10, 0)
        scheduler.now += slept[-1]
        spent += 10
    assert spent == pytest.approx((1_000 - 1) * 10, abs=10)
    assert slept[2] == pytest.approx(1 / 1.05, abs=1e-6)


async def test_a_new_copy_makes_up_for_nothing_that_was_lost_before_it(scheduler):
    (throttle,), slept = throttles(scheduler, 1, 10.0, None)
    await throttle.spend(10, 0)
    scheduler.now += 3_600.0
    begin_rates(scheduler, "sink")
    await throttle.spend(10, 0)
    assert slept == [1.0, 1.0]


async def test_the_time_in_which_workers_import_is_made_up_for(scheduler):
    (throttle,), slept = throttles(scheduler, 1, 10.0, None)
    begin_rates(scheduler, "sink")
    scheduler.now += 3.0
    await throttle.spend(10, 0)
    assert slept == pytest.approx([1 / 1.05 - 0.5], abs=1e-6)
