"""SharedTimer: one timer for many that wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

__all__ = ["SharedTimer"]


class SharedTimer:
    """Calls functions in the event loop, soon.

    To make and to cancel a timer costs a good part of what a small query costs. Here, one timer
    runs for all that wait, whether they still do or not.

    Args:
        seconds: the longest time until a function is called; it may be called sooner.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waiting: set[Callable[[], None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None  # in which the timer runs

    def start(self, function: Callable[[], None]) -> None:
        """Have a function called once, unless it is cancelled before."""
        self._waiting.add(function)
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop = loop
            loop.call_later(self._seconds, self._ring)

    def cancel(self, function: Callable[[], None]) -> None:
        """Do not call a function, if it is still to be called."""
        self._waiting.discard(function)

    def _ring(self) -> None:
        self._loop = None
        waiting, self._waiting = self._waiting, set()
        for function in waiting:
            function()
