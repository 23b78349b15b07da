"""The front of a server: every request passes here, is logged, and may meet a fault.

One place for all ways in: the socket and `memory://` call `Front.handle`, and behind it is a fake
server, a real one, or a recording.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from influx_core.interfaces import LocalResponse, Request
from influx_testing.arming import FaultPlan
from influx_testing.log import Arrival, LoggedRequest
from influx_testing.wire import Reply

__all__ = ["Front"]

_PARTLY_IN_2X = 422


class Front:
    """Stands before a server.

    Args:
        server: answers one request.
        finished: told of each request when its answer is on its way; without it requests are
            kept in `log`.

    Attributes:
        log: the requests so far, in the order of their arrival.
        faults: what goes wrong, and when.
    """

    def __init__(
        self,
        server: Callable[[Request], LocalResponse],
        finished: Callable[[LoggedRequest], None] | None = None,
    ) -> None:
        self.log: list[LoggedRequest] = []
        self.faults = FaultPlan()
        self._server = server
        self._finished = finished
        self._lock = threading.Lock()

    def handle(self, request: Request) -> Reply:
        """Let the server answer, unless a fault is in the way."""
        entry = LoggedRequest.of(request)
        if self._finished is None:
            self.log.append(entry)
        reply = self._answer(entry, request)
        entry.status = reply.status or None
        if self._finished is not None:
            self._finished(entry)
        return reply

    def _answer(self, entry: LoggedRequest, request: Request) -> Reply:
        def server(arriving: Request) -> LocalResponse:
            reply = self.reach(arriving)
            entry.arrivals.append(_arrival(arriving, reply))
            return reply

        fault = self.faults.choose(entry)
        if fault is None:
            return server(request)
        entry.fault = fault.name
        return fault.befall(request, server)

    def reach(self, request: Request) -> LocalResponse:
        """Ask the server itself, past log and faults; one at a time."""
        with self._lock:
            return self._server(request)


def _arrival(request: Request, reply: LocalResponse) -> Arrival:
    said = reply.headers.get("x-influxdb-error", "")
    partly = said.startswith("partial write") or reply.status == _PARTLY_IN_2X
    return Arrival(request, reply.status, partly)
