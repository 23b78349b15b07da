"""Turns: lets one thread at a time use the data of a server."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager

__all__ = ["Turns"]


class Turns:
    """The right to use the data of a server, which one thread has at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread = 0

    @contextmanager
    def taken(self) -> Generator[None]:
        """Wait for the turn, and have it within a with block; a thread may have it already."""
        if self._thread == threading.get_ident():
            yield
            return
        with self._lock:
            self._thread = threading.get_ident()
            try:
                yield
            finally:
                self._thread = 0

    @contextmanager
    def passed(self) -> Generator[None]:
        """Let other threads have the turn within a with block, which does not use the data."""
        if self._thread != threading.get_ident():
            yield
            return
        self._thread = 0
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()
            self._thread = threading.get_ident()
