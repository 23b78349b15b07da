"""The access log of the command line: one line for each request; never blocks the server."""

from __future__ import annotations

import queue
import threading
from typing import TextIO

from influx_testing._inspection.request_log import LoggedRequest

__all__ = ["AccessLog"]

_WAITING = 1_000
"""How many lines wait at most; a pipe that nobody reads must not stop the server."""


class AccessLog:
    """Writes a line for each request, on a thread of its own.

    Args:
        stream: where to; lines are left out while it takes none.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lines: queue.Queue[str] = queue.Queue(_WAITING)
        threading.Thread(target=self._write, name="influx-testing-log", daemon=True).start()

    def __call__(self, entry: LoggedRequest) -> None:
        """Take a request whose answer is on its way."""
        try:
            self._lines.put_nowait(str(entry))
        except queue.Full:
            return

    def _write(self) -> None:
        while True:
            print(self._lines.get(), file=self._stream, flush=True)
