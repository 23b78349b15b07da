"""LoopClock: the time of the event loop."""

from __future__ import annotations

import asyncio
import time

from influx_core._batch.clock import LoopClock


async def test_it_tells_the_time_of_the_event_loop(monkeypatch):
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: 77.0)
    assert LoopClock().now() == 77.0


def test_the_wall_clock_is_the_one_of_the_system(monkeypatch):
    monkeypatch.setattr(time, "time_ns", lambda: 5)
    assert LoopClock().wall() == 5


async def test_waiting_ends_with_the_event_or_at_the_time():
    clock, event = LoopClock(), asyncio.Event()
    await clock.wait(event, clock.now() + 0.01)
    assert not event.is_set()
    asyncio.get_running_loop().call_soon(event.set)
    await clock.wait(event, None)
    await clock.wait(event, clock.now() + 100)
