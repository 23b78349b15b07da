"""Waiters: woken together, in order, and forgotten when they give up."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from influx_core._batch.waiters import Progress, Waiters


async def test_waiters_wake_in_the_order_in_which_they_began():
    waiters, woken = Waiters(), []

    async def wait(name: int) -> None:
        await waiters.wait()
        woken.append(name)

    tasks = [asyncio.create_task(wait(name)) for name in range(5)]
    await asyncio.sleep(0)
    waiters.wake_all()
    await asyncio.gather(*tasks)
    assert woken == [0, 1, 2, 3, 4]


async def test_a_waiter_that_gives_up_is_forgotten():
    waiters = Waiters()
    for _ in range(100):
        with suppress(TimeoutError):
            async with asyncio.timeout(0):
                await waiters.wait()
    assert len(waiters) == 0


async def test_progress_checks_a_condition_after_each_step():
    progress, steps = Progress(), []
    task = asyncio.create_task(progress.until(lambda: len(steps) == 3))
    for step in range(3):
        await asyncio.sleep(0)
        assert not task.done()
        steps.append(step)
        progress.made()
    await task
    assert progress.work.is_set()
