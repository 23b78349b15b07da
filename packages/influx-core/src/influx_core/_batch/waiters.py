"""Waiters: tasks that wait for an event; all are woken together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

__all__ = ["Progress", "Waiters"]


class Waiters:
    """The tasks that wait for one event.

    The cost of waiting, cancelling and waking a task does not depend on the number of tasks.
    """

    __slots__ = ("__weakref__", "_futures")

    def __init__(self) -> None:
        self._futures: dict[asyncio.Future[None], None] = {}  # a set that keeps the order

    def __len__(self) -> int:
        return len(self._futures)

    async def wait(self) -> None:
        """Wait until the next `wake_all`."""
        future = asyncio.get_running_loop().create_future()
        self._futures[future] = None
        try:
            await future
        finally:
            self._futures.pop(future, None)

    def wake_all(self) -> None:
        """Wake every task that waits, in the order in which they began."""
        futures, self._futures = self._futures, {}
        for future in futures:
            if not future.done():
                future.set_result(None)


class Progress:
    """Notifies the parts of a writer when something has changed.

    Attributes:
        work: set when the dispatcher has to look for batches to send.
    """

    def __init__(self) -> None:
        self.work = asyncio.Event()
        self._waiters = Waiters()

    def made(self) -> None:
        """Wake the dispatcher, and all tasks that wait for room or for the end of a batch."""
        self._waiters.wake_all()
        self.work.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition holds; it is checked after each progress."""
        while not condition():
            await self._waiters.wait()

    async def wait(self) -> None:
        """Wait for the next progress."""
        await self._waiters.wait()
