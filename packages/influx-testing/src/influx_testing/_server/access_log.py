"""The access log of the command line: one line for each request; never blocks the server."""

from __future__ import annotations

import queue
import threading
from typing import TextIO

from influx_testing._inspection.request_log import LoggedRequest

__all__ = ["AccessLog"]

_WAITING = 1_000
"""The most lines in the queue; more are dropped, so that a full pipe never blocks the server."""


class AccessLog:
    """Writes a line for each request, on a thread of its own.

    Args:
        stream: the stream to write to; lines are dropped while it is blocked and the queue is full.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lines: queue.Queue[str] = queue.Queue(_WAITING)
        threading.Thread(target=self._write, name="influx-testing-log", daemon=True).start()

    def __call__(self, entry: LoggedRequest) -> None:
        """Queue the line of a request; drop it if the queue is full."""
        try:
            self._lines.put_nowait(str(entry))
        except queue.Full:
            return

    def _write(self) -> None:
        while True:
            print(self._lines.get(), file=self._stream, flush=True)
