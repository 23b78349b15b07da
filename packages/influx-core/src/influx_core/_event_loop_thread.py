"""A thread with an event loop of its own, through which code that cannot wait runs coroutines."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from influx_core.errors import ConfigError

__all__ = ["Portal", "run_in"]

T = TypeVar("T")


def run_in(
    loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T], timeout: float | None = None
) -> T:
    """Run a coroutine in the loop of another thread, and wait for what it returns or raises.

    What interrupts the waiting (Ctrl-C) cancels the coroutine.

    Raises:
        TimeoutError: it took longer than so many seconds, and is cancelled.
    """
    future = asyncio.run_coroutine_threadsafe(coroutine, loop)
    try:
        return future.result(timeout)
    except BaseException:
        future.cancel()
        raise


class Portal:
    """One thread, started at the first call, ended by `close`; any other thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    @property
    def used(self) -> bool:
        """Whether the thread runs."""
        return self._thread is not None

    def run(self, coroutine: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """Run a coroutine in the thread; see `run_in`.

        Raises:
            ConfigError: the portal is closed.
        """
        try:
            loop = self._running()
        except BaseException:
            coroutine.close()
            raise
        return run_in(loop, coroutine, timeout)

    def close(self) -> None:
        """End the thread and close its loop; safe to call twice."""
        with self._lock:
            self._closed = True
            thread, self._thread = self._thread, None
        if thread is not None and self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
            thread.join()

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._closed:
                raise ConfigError("the client is closed: make a new one")
            if self._thread is None:
                started: Future[asyncio.AbstractEventLoop] = Future()
                self._thread = threading.Thread(
                    target=lambda: asyncio.run(self._serve(started)), name="influx", daemon=True
                )
                self._thread.start()
                self._loop = started.result()
            assert self._loop is not None
            return self._loop

    async def _serve(self, started: Future[asyncio.AbstractEventLoop]) -> None:
        self._stop = asyncio.Event()
        started.set_result(asyncio.get_running_loop())
        await self._stop.wait()
