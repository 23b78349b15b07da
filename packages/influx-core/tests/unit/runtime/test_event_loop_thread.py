from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import threading

import pytest

from influx_core import ConfigError
from influx_core._runtime import event_loop_thread
from influx_core._runtime.event_loop_thread import EventLoopThread, run_in_loop


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


@pytest.fixture
def interrupts():
    """Interrupts raise errors, also where the tests run in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interrupts")
def test_who_is_interrupted_while_waiting_stops_the_work():
    cancelled = threading.Event()

    async def endless() -> None:
        main = threading.main_thread().ident
        waits = threading.Condition.wait.__code__
        while sys._current_frames()[main].f_code is not waits:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.001)
        signal.pthread_kill(main, signal.SIGINT)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    portal = EventLoopThread()
    with pytest.raises(KeyboardInterrupt):
        portal.run(endless())
    assert cancelled.wait(60)
    portal.close()


def test_a_thread_that_gets_no_loop_says_so_at_once(monkeypatch):
    def fails() -> None:
        raise OSError("too many open files")

    monkeypatch.setattr(asyncio, "new_event_loop", fails)
    monkeypatch.setattr(asyncio.events, "new_event_loop", fails)
    thread = EventLoopThread()
    with pytest.raises(OSError, match="too many open files"):
        thread.run(where())
    thread.close()


def test_a_call_in_a_loop_that_is_closed_meanwhile_ends():
    thread = EventLoopThread()
    thread.run(where())
    loop = thread.run(current_loop())
    thread.close()
    calls: list[str] = []

    class Deaf:
        """A closed loop that still takes calls, and does none."""

        is_closed = staticmethod(loop.is_closed)

        def call_soon_threadsafe(self, *args: object) -> None:
            calls.append("taken")

    with pytest.raises(ConfigError, match="closed while this call waited"):
        run_in_loop(Deaf(), where())
    assert calls[0] == "taken"


async def current_loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


def test_a_thread_whose_task_ignores_its_cancellation_is_left_behind(monkeypatch, caplog):
    monkeypatch.setattr(event_loop_thread, "_PATIENCE", 0.1)
    release = threading.Event()

    async def stubborn() -> None:
        while not release.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0.01)

    async def start() -> asyncio.Task[None]:
        return asyncio.create_task(stubborn())

    thread = EventLoopThread()
    thread.run(start())
    thread.close()
    release.set()
    assert "does not end" in caplog.text


def test_discarding_waits_for_nothing_and_closes_all():
    closed = threading.Event()
    go_on = threading.Event()

    async def close() -> None:
        await asyncio.to_thread(go_on.wait, 60)
        closed.set()

    thread = EventLoopThread()
    thread.run(where())
    thread.discard(close)
    assert not closed.is_set()
    go_on.set()
    assert closed.wait(60)
    with pytest.raises(ConfigError, match="closed"):
        thread.run(where())
