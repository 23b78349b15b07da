"""EventLoopThread: a thread with an event loop, in which blocking code runs coroutines.

anyio's blocking portal does not handle three cases: a fork, the exit of the interpreter, and a call
from the loop's own thread. Here a call after a fork or from the loop's thread raises an error at
once, and the exit of the interpreter closes the thread in order.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures.thread  # registers its exit function first, so it runs after ours
import logging
import os
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from weakref import WeakSet

from influx_core._runtime.fork import new_event_loop, watch_forks
from influx_core.errors import ConfigError

__all__ = ["EventLoopThread", "run_in_loop"]

T = TypeVar("T")

_THREAD_NAME = "influx"

_CHECK = 1.0
"""The interval in seconds at which a waiting call checks that its loop is not closed."""

_PATIENCE = 10.0
"""The longest time in seconds that `close` waits for the thread."""

Closing = Callable[[], Coroutine[Any, Any, None]]
"""Closes an object, in the event loop to which it belongs."""

_Loop = tuple[asyncio.AbstractEventLoop, "asyncio.Future[list[Closing]]"]
"""A running loop, and the future that ends it; its result is called before the loop ends."""

logger = logging.getLogger(__name__)


def run_in_loop(
    loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T], timeout: float | None = None
) -> T:
    """Run a coroutine in the loop of another thread; return its result or raise its error.

    An interrupt while waiting (Ctrl-C) cancels the coroutine.

    Raises:
        TimeoutError: the coroutine took longer than `timeout` seconds and was cancelled.
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
    """Wait for at most `_CHECK` seconds; return whether the future is done."""
    with suppress(TimeoutError, CancelledError):
        future.exception(_CHECK)
    return future.done()


async def _bounded(coroutine: Coroutine[Any, Any, T], seconds: float | None) -> T:
    """Await a coroutine for at most `seconds`; a result that arrives just in time is returned."""
    try:
        async with asyncio.timeout(seconds):
            return await coroutine
    finally:
        coroutine.close()


async def _next(items: AsyncGenerator[T, None]) -> T:
    return await anext(items)


@dataclass(frozen=True, slots=True)
class _Running:
    """A running thread, its event loop, and the future that ends it."""

    thread: threading.Thread
    loop: asyncio.AbstractEventLoop
    ending: asyncio.Future[list[Closing]]

    def end(self, last: list[Closing]) -> None:
        """Call these functions in the loop, and end the loop; do not wait."""
        self.loop.call_soon_threadsafe(self.ending.set_result, last)


class EventLoopThread:
    """A thread with an event loop, started by the first `run` and ended by `close`.

    All other threads may call its methods.
    """

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
        """Whether this process was forked, so that the thread runs only in the parent process."""
        return self._parent is not None

    def forked(self) -> None:
        """Stop using the thread in this process; it belongs to the parent process."""
        self._parent = os.getppid()
        _open.discard(self)

    def at_exit(self, callback: Callable[[], None]) -> None:
        """Call a function when the interpreter exits, unless the thread was closed before."""
        self._at_exit.append(callback)

    def run(self, coroutine: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """Run a coroutine in the thread; see `run_in_loop`.

        Raises:
            ConfigError: the thread is closed, belongs to another process, or is the calling thread.
        """
        try:
            loop = self._loop()
        except BaseException:
            coroutine.close()
            raise
        return run_in_loop(loop, coroutine, timeout)

    def iterate(self, items: AsyncGenerator[T, None]) -> Generator[T, None, None]:
        """Yield what an asynchronous generator yields in the thread, and close it at the end.

        If the caller stops and the thread ends first, the thread closes the generator.

        Raises:
            ConfigError: see `run`.
        """
        with self._lock:
            self._generators.add(items)
        try:
            while True:
                try:
                    item = self.run(_next(items))
                except StopAsyncIteration:
                    return
                yield item
        finally:
            if self.used:
                self.run(items.aclose())

    def close(self) -> None:
        """End the thread and close its loop; safe to call twice.

        If tasks ignore their cancellation, this logs an error after `_PATIENCE` seconds and returns
        while the thread still runs.
        """
        running = self._ended([])
        if running is not None and running.thread is not threading.current_thread():
            running.thread.join(_PATIENCE)
            if running.thread.is_alive():
                logger.error("the thread of a client does not end: a task ignores its cancellation")

    def discard(self, last: Closing) -> None:
        """Start to call `last` and to end the thread, without waiting.

        Finalizers use it. They may run in any thread, so they must not wait.
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
        """Call the functions registered by `at_exit`, the newest first, and close the thread.

        An interrupt (Ctrl-C) ends the current function; the others are still called.
        """
        steps = [self.close, *self._at_exit]
        self._at_exit.clear()
        while steps:
            with suppress(KeyboardInterrupt):  # the interpreter is exiting already
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
        watch_forks(self)  # first: a process forked meanwhile has a lock that is never released
        started: Future[_Loop] = Future()
        thread = threading.Thread(target=_run, args=(started,), name=_THREAD_NAME, daemon=True)
        thread.start()
        running = _Running(thread, *started.result())
        _open.add(self)
        return running


def _run(started: Future[_Loop]) -> None:
    """Run an event loop; if it cannot be created, `started` gets the error."""
    serving = _serve(started)
    try:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            runner.run(serving)
    except BaseException as error:
        serving.close()
        if started.done():
            raise
        started.set_exception(error)


async def _serve(started: Future[_Loop]) -> None:
    end: asyncio.Future[list[Closing]] = asyncio.Future()
    started.set_result((asyncio.get_running_loop(), end))
    for close in await end:  # one by one; asyncio would close nested generators concurrently
        with suppress(Exception):  # no caller waits for the error
            await close()


async def _closed(generator: AsyncGenerator[Any, None]) -> None:
    await generator.aclose()


_open: WeakSet[EventLoopThread] = WeakSet()
"""The running threads, by weak references, so that only their users keep them alive."""


def _finish_all() -> None:
    for thread in list(_open):
        thread.finish()


# This runs before the functions of `atexit`: a last delivery may need an executor, and executors
# accept no more work by then.
_ = concurrent.futures.thread
getattr(threading, "_register_atexit", atexit.register)(_finish_all)
