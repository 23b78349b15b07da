"""A thread for the work of a writer that blocks: its spool, and its file of dead letters."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

__all__ = ["BlockingExecutor"]

_T = TypeVar("_T")


class BlockingExecutor:
    """Does one thing after another in a thread, which is started by the first."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="influx-writer")

    def submit(self, work: Callable[[], None], then: Callable[[], None]) -> None:
        """Have something done, soon, and then something else in this event loop."""
        loop = asyncio.get_running_loop()

        def done(_: object) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(then)

        self._executor.submit(work).add_done_callback(done)

    async def run(self, work: Callable[[], _T]) -> _T:
        """Have something done that must not be left half known; what it returns or raises.

        A cancellation meanwhile takes effect at the caller's next `await`.
        """
        future = asyncio.get_running_loop().run_in_executor(self._executor, work)
        cancelled = False
        while not future.done():
            try:
                await asyncio.wait((future,))
            except asyncio.CancelledError:
                cancelled = True
        task = asyncio.current_task()
        if cancelled and task is not None:
            task.cancel()
        return future.result()

    async def aclose(self) -> None:
        """End the thread when everything is done."""
        await self.run(lambda: None)
        self._executor.shutdown(wait=False)
