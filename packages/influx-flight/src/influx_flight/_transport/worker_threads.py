"""Runs blocking calls in threads that do not keep the interpreter from ending."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

__all__ = ["WorkerThreads"]


class WorkerThreads:
    """Daemon threads, created as needed and reused.

    The executors of Python wait for their threads when the interpreter ends, and a call that a
    server never answers cannot be ended.
    """

    def __init__(self) -> None:
        self._jobs: SimpleQueue[tuple[Callable[[], None], Callable[[], None]] | None]
        self._jobs = SimpleQueue()
        self._lock = threading.Lock()
        self._threads = self._idle = 0

    def start(self, job: Callable[[], None], report: Callable[[], None]) -> None:
        """Run a job in a thread that is idle, or in a new one.

        Args:
            job: must not raise.
            report: called by the thread after the job, when it counts as idle, so that whoever is
                told can use it at once; must not raise.
        """
        with self._lock:
            if self._idle:
                self._idle -= 1
            else:
                self._threads += 1
                threading.Thread(target=self._work, name="influx-flight", daemon=True).start()
        self._jobs.put((job, report))

    def stop(self) -> None:
        """End all threads as soon as their jobs are done; no other job may be started."""
        with self._lock:
            for _ in range(self._threads):
                self._jobs.put(None)

    def _work(self) -> None:
        while (given := self._jobs.get()) is not None:
            job, report = given
            job()
            with self._lock:
                self._idle += 1
            report()
            del given, job, report
