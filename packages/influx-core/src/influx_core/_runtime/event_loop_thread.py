"""EventLoopThread: a thread with an event loop, in which blocking code runs coroutines.

anyio's blocking portal does not handle three cases: a fork, the exit of the interpreter, and a call
from the loop's own thread. Here each of them fails at once, or ends in order.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures.thread  # shuts its threads down at exit, after what is registered later
import logging
import os
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from weakref import WeakSet

from influx_core._runtime.fork import watch_forks
from influx_core.errors import ConfigError

__all__ = ["EventLoopThread", "run_in_loop"]

T = TypeVar("T")

_THREAD_NAME = "influx"

_CHECK = 1.0
"""The seconds after which a call that waits looks whether its loop is still there."""

_PATIENCE = 10.0
"""The seconds that a thread has to end."""

Closing = Callable[[], Coroutine[Any, Any, None]]
"""Closes something in the loop that it belongs to."""

_Loop = tuple[asyncio.AbstractEventLoop, "asyncio.Future[list[Closing]]"]
"""A loop that runs, and the future that ends it: the result is what is closed before."""

logger = logging.getLogger(__name__)


def run_in_loop(
    loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T], timeout: float | None = None
) -> T:
    """Run a coroutine in the loop of another thread, and wait for what it returns or raises.

    An interrupt while waiting (Ctrl-C) cancels the coroutine.

    Raises:
        TimeoutError: the coroutine took longer than so many seconds and was cancelled.
        ConfigError: the loop was closed before the coroutine had ended.
    """
    bounded = _bounded(coroutine, seconds=timeout)
    future = asyncio.run_coroutine_threadsafe(bounded, loop)
    try:
        while not _is_done(future):
            if loop.is_closed():
                bounded.close()
                coroutine.close()
                raise ConfigError("the client was closed while this call waited")
        return future.result()
    except BaseException:
        future.cancel()
        raise


def _is_done(future: Future[Any]) -> bool:
    """Wait for a while; return whether there is a result."""
    with suppress(TimeoutError, CancelledError):
        future.exception(_CHECK)
    return future.done()


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
    ending: asyncio.Future[list[Closing]]

    def end(self, last: list[Closing]) -> None:
        """Close these, and then the loop."""
        self.loop.call_soon_threadsafe(self.ending.set_result, last)


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
        with self._lock:
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
        """End the thread and close its loop; safe to call twice.

        A thread whose tasks do not end although they were cancelled is left behind after
        `_PATIENCE` seconds, with a log record.
        """
        running = self._ended([])
        if running is not None and running.thread is not threading.current_thread():
            running.thread.join(_PATIENCE)
            if running.thread.is_alive():
                logger.error("the thread of a client does not end: a task ignores its cancellation")

    def discard(self, last: Closing) -> None:
        """Have something closed, then the thread and its loop; wait for none of it.

        A finalizer runs in any thread, also in one that others wait for: it must not wait.
        """
        self._ended([last])

    def _ended(self, last: list[Closing]) -> _Running | None:
        """Tell the thread to end; return it if it runs in this process."""
        if self.inherited:
            return None
        with self._lock:
            self._closed = True
            running, self._running = self._running, None
            generators = list(self._generators)
        if running is not None:
            running.end([*(partial(_closed, generator) for generator in generators), *last])
        return running

    def finish(self) -> None:
        """Call what was registered for the end of the interpreter, the newest first, and close.

        An interrupt (Ctrl-C) cuts short what is waited for, and skips nothing.
        """
        steps = [self.close, *self._at_exit]
        self._at_exit.clear()
        while steps:
            with suppress(KeyboardInterrupt):  # the interpreter ends already
                steps.pop()()

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
        watch_forks(self)  # first: a fork meanwhile has the lock of this moment, for ever
        started: Future[_Loop] = Future()
        thread = threading.Thread(target=_run, args=(started,), name=_THREAD_NAME, daemon=True)
        thread.start()
        running = _Running(thread, *started.result())
        _open.add(self)
        return running


def _run(started: Future[_Loop]) -> None:
    """Run the loop of a thread; without one, as without descriptors, say so to who waits for it."""
    serving = _serve(started)
    try:
        asyncio.run(serving)
    except BaseException as error:
        serving.close()
        if started.done():
            raise
        started.set_exception(error)


async def _serve(started: Future[_Loop]) -> None:
    end: asyncio.Future[list[Closing]] = asyncio.Future()
    started.set_result((asyncio.get_running_loop(), end))
    for close in await end:  # one by one: asyncio would close inner generators at the same time
        with suppress(Exception):  # no caller is left to be told
            await close()


async def _closed(generator: AsyncGenerator[Any, None]) -> None:
    await generator.aclose()


_open: WeakSet[EventLoopThread] = WeakSet()
"""The threads that run; nothing keeps one alive but its users."""


def _finish_all() -> None:
    for thread in list(_open):
        thread.finish()


# Executors take no work any more when `atexit` begins, and a last delivery may need one.
_ = concurrent.futures.thread
getattr(threading, "_register_atexit", atexit.register)(_finish_all)
