"""EventLoopThread: a thread with an event loop, in which blocking code runs coroutines.

anyio's blocking portal does not handle three cases: a fork, the exit of the interpreter, and a call
from the loop's own thread. Here each of them fails at once, or ends in order.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures.thread  # shuts its threads down at exit, after what is registered later
import os
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar
from weakref import WeakSet

from influx_core._runtime.fork import watch_forks
from influx_core.errors import ConfigError

__all__ = ["EventLoopThread", "run_in_loop"]

T = TypeVar("T")

_THREAD_NAME = "influx"


def run_in_loop(
    loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T], timeout: float | None = None
) -> T:
    """Run a coroutine in the loop of another thread, and wait for what it returns or raises.

    An interrupt while waiting (Ctrl-C) cancels the coroutine.

    Raises:
        TimeoutError: the coroutine took longer than so many seconds and was cancelled.
    """
    future = asyncio.run_coroutine_threadsafe(_bounded(coroutine, seconds=timeout), loop)
    try:
        return future.result()
    except BaseException:
        future.cancel()
        raise


async def _bounded(coroutine: Coroutine[Any, Any, T], seconds: float | None) -> T:
    """Await a coroutine; a result that is there when the time ends counts as a result."""
    try:
        async with asyncio.timeout(seconds):
            return await coroutine
    finally:
        coroutine.close()


@dataclass(frozen=True, slots=True)
class _Running:
    """A thread that runs, and what ends it."""

    thread: threading.Thread
    loop: asyncio.AbstractEventLoop
    stop: asyncio.Event


class EventLoopThread:
    """One thread, started at the first call and ended by `close`; any other thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: _Running | None = None
        self._parent: int | None = None
        self._closed = False
        self._at_exit: list[Callable[[], None]] = []
        self._generators: WeakSet[AsyncGenerator[Any, None]] = WeakSet()

    @property
    def used(self) -> bool:
        """Whether the thread runs."""
        return self._running is not None and not self.inherited

    @property
    def inherited(self) -> bool:
        """Whether the thread runs in the parent process only, from which this one was forked."""
        return self._parent is not None

    def forked(self) -> None:
        """Leave the thread to the process that this one was forked from."""
        self._parent = os.getppid()
        _open.discard(self)

    def at_exit(self, callback: Callable[[], None]) -> None:
        """Call back when the interpreter ends and this thread has not been closed."""
        self._at_exit.append(callback)

    def close_at_end(self, generator: AsyncGenerator[Any, None]) -> None:
        """Close a generator before the loop ends, unless it is finished by then."""
        self._generators.add(generator)

    def run(self, coroutine: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """Run a coroutine in the thread; see `run_in_loop`.

        Raises:
            ConfigError: the thread is closed, or runs in another process, or is the calling one.
        """
        try:
            loop = self._loop()
        except BaseException:
            coroutine.close()
            raise
        return run_in_loop(loop, coroutine, timeout)

    def close(self) -> None:
        """End the thread and close its loop; safe to call twice."""
        if self.inherited:
            return
        with self._lock:
            self._closed = True
            running, self._running = self._running, None
        if running is not None:
            running.loop.call_soon_threadsafe(running.stop.set)
            if running.thread is not threading.current_thread():
                running.thread.join()

    def finish(self) -> None:
        """Call what was registered for the end of the interpreter, the newest first, and close."""
        while self._at_exit:
            self._at_exit.pop()()
        self.close()

    def _loop(self) -> asyncio.AbstractEventLoop:
        if self.inherited:
            raise ConfigError(
                f"the client was used in process {self._parent}, from which this one was forked: "
                "its connections belong there; make a new client in the child process"
            )
        with self._lock:
            if self._closed:
                raise ConfigError("the client is closed: make a new one")
            if self._running is None:
                self._running = self._started()
            if self._running.thread is threading.current_thread():
                raise ConfigError(
                    "a blocking call in the thread of the client's event loop would wait for "
                    "itself: make the call in another thread"
                )
            return self._running.loop

    def _started(self) -> _Running:
        started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
        generators = self._generators  # the thread does not keep this object alive
        thread = threading.Thread(
            target=lambda: asyncio.run(_serve(started, generators)),
            name=_THREAD_NAME,
            daemon=True,
        )
        thread.start()
        _open.add(self)
        watch_forks(self)
        return _Running(thread, *started.result())


async def _serve(
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]],
    generators: WeakSet[AsyncGenerator[Any, None]],
) -> None:
    stop = asyncio.Event()
    started.set_result((asyncio.get_running_loop(), stop))
    await stop.wait()
    for generator in list(generators):  # asyncio would close the inner generators at the same time
        with suppress(Exception):  # no caller is left to be told
            await generator.aclose()


_open: WeakSet[EventLoopThread] = WeakSet()
"""The threads that run; nothing keeps one alive but its users."""


def _finish_all() -> None:
    for thread in list(_open):
        thread.finish()


# Executors take no work any more when `atexit` begins, and a last delivery may need one.
_ = concurrent.futures.thread
getattr(threading, "_register_atexit", atexit.register)(_finish_all)
