from __future__ import annotations

import asyncio
import signal
import threading

import pytest

from influx_core import ConfigError
from influx_core._runtime.event_loop_thread import EventLoopThread


async def where() -> str:
    return threading.current_thread().name


def test_coroutines_run_in_one_thread_that_ends():
    portal = EventLoopThread()
    assert not portal.used
    assert {portal.run(where()) for _ in range(3)} == {"influx"}
    portal.close()
    assert not any(thread.name == "influx" for thread in threading.enumerate())


def test_a_closed_portal_runs_nothing_and_leaves_no_coroutine_behind():
    portal = EventLoopThread()
    portal.close()
    portal.close()
    with pytest.raises(ConfigError, match="closed"):
        portal.run(where())


def test_what_a_coroutine_raises_is_raised():
    async def fail() -> None:
        raise KeyError("mine")

    portal = EventLoopThread()
    with pytest.raises(KeyError, match="mine"):
        portal.run(fail())
    portal.close()


def test_who_is_interrupted_while_waiting_stops_the_work():
    cancelled = threading.Event()

    async def endless() -> None:
        await asyncio.sleep(0.1)  # until the main thread waits
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    portal = EventLoopThread()
    with pytest.raises(KeyboardInterrupt):
        portal.run(endless())
    assert cancelled.wait(5)
    portal.close()
