"""Turns: lets one thread at a time use the data of a server."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager

__all__ = ["Turns"]


class Turns:
    """The right to use the data of a server, which one thread has at a time.

    A thread waits for it at the beginning of a with block, and has it until the end; such blocks
    can be nested.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread = 0
        self._depth = 0

    def __enter__(self) -> None:
        thread = threading.get_ident()
        if self._thread != thread:
            self._lock.acquire()
            self._thread = thread
        self._depth += 1

    def __exit__(self, *exc_info: object) -> None:
        self._depth -= 1
        if not self._depth:
            self._thread = 0
            self._lock.release()

    @contextmanager
    def passed(self) -> Generator[None]:
        """Let other threads have the turn within a with block, which does not use the data."""
        if self._thread != threading.get_ident():
            yield
            return
        depth, self._depth, self._thread = self._depth, 0, 0
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()
            self._depth, self._thread = depth, threading.get_ident()
