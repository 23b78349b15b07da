from __future__ import annotations

import io
import threading
import time

from influx_core.interfaces import Request
from influx_testing._inspection.request_log import LoggedRequest
from influx_testing._server.access_log import AccessLog

ENTRY = LoggedRequest.of(Request("GET", "/ping"))


class Blocked(io.StringIO):
    """A pipe that nobody reads, until somebody does."""

    def __init__(self) -> None:
        super().__init__()
        self.read_at_last = threading.Event()

    def write(self, text: str) -> int:
        self.read_at_last.wait(60)
        return super().write(text)


def test_a_pipe_that_nobody_reads_holds_up_no_request() -> None:
    stream = Blocked()
    log = AccessLog(stream)
    for _ in range(3_000):
        log(ENTRY)
    stream.read_at_last.set()
    deadline = time.monotonic() + 60
    while stream.getvalue().count("\n") < 1_000 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert 1_000 <= stream.getvalue().count("GET /ping") < 3_000
