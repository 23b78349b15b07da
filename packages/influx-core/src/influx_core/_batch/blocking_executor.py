"""Runs the blocking calls of a writer's spool and dead-letter file in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

__all__ = ["BlockingExecutor"]

_T = TypeVar("_T")

_Job = tuple[Callable[[], Any], "Future[Any]"]


class BlockingExecutor:
    """Runs functions one after another in one thread, which starts with the first of them.

    It does not use `concurrent.futures`, whose executors accept no work while the interpreter
    exits. A writer may have to store its remaining points at that time.
    """

    def __init__(self) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._closed = False

    def submit(self, work: Callable[[], None], then: Callable[[], None]) -> None:
        """Run a function in the thread, and then another one in this event loop."""
        loop = asyncio.get_running_loop()
        self._start(work).add_done_callback(lambda _: _call_soon(loop, then))

    async def run(self, work: Callable[[], _T]) -> _T:
        """Run a function in the thread, wait for its end, and return its result or raise its error.

        A cancellation meanwhile takes effect at the caller's next `await`, so that the caller
        always gets the result. An error that is not an `Exception`, such as SystemExit, becomes a
        RuntimeError, because it must not end the caller.
        """
        loop = asyncio.get_running_loop()
        future, done = self._start(work), loop.create_future()
        future.add_done_callback(lambda _: _call_soon(loop, _set_done, done))
        await _to_the_end(done)
        error = future.exception()
        if error is not None and not isinstance(error, Exception):
            raise RuntimeError(f"{type(error).__name__} was raised: {error}") from error
        return future.result()  # type: ignore[no-any-return]

    async def aclose(self) -> None:
        """Wait for all submitted functions, and end the thread; safe to call twice."""
        if self._closed:
            return
        if self._thread is not None:
            await self.run(lambda: None)
        self._closed = True
        self._jobs.put(None)

    def __del__(self) -> None:
        self._jobs.put(None)

    def _start(self, work: Callable[[], Any]) -> Future[Any]:
        if self._closed:
            raise RuntimeError("the thread was ended: no function can be run after the shutdown")
        if self._thread is None:
            self._thread = Thread(
                target=_run_jobs, args=(self._jobs,), name="influx-writer", daemon=True
            )
            self._thread.start()
        future: Future[Any] = Future()
        self._jobs.put((work, future))
        return future


def _run_jobs(jobs: SimpleQueue[_Job | None]) -> None:
    while (job := jobs.get()) is not None:
        work, future = job
        try:
            result = work()
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(result)
        del job, work, future  # release the function and its result before waiting for the next one


def _call_soon(loop: asyncio.AbstractEventLoop, call: Callable[..., object], *args: Any) -> None:
    with suppress(RuntimeError):  # the loop is closed, so nothing waits for the result
        loop.call_soon_threadsafe(call, *args)


def _set_done(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)


async def _to_the_end(done: asyncio.Future[None]) -> None:
    """Wait for a future; postpone a cancellation to the caller's next `await`."""
    cancelled = False
    while not done.done():
        try:
            await asyncio.wait((done,))
        except asyncio.CancelledError:
            cancelled = True
    task = asyncio.current_task()
    if cancelled and task is not None:
        task.uncancel()  # the same cancellation again, not a second one: `asyncio.timeout` counts
        task.cancel()
