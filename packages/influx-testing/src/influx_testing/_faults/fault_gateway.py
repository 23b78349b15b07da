"""FaultGateway: every request to a server passes it, is logged, and may get a fault.

The socket and `memory://` both call `FaultGateway.handle`; behind it is a fake server, a real one,
or a recording.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from influx_core.interfaces import LocalResponse, Request
from influx_testing._faults.fault_plan import FaultPlan
from influx_testing._faults.network_effects import AnyResponse
from influx_testing._inspection.request_log import ForwardedRequest, LoggedRequest

__all__ = ["FaultGateway"]

_PARTIAL_WRITE_IN_2X = 422


class FaultGateway:
    """Passes requests to a server, unless a fault answers them.

    Args:
        server: answers one request.
        finished: called with each request when its response is ready; without it requests are
            kept in `log`.

    Attributes:
        log: the requests so far, in the order of their arrival.
        faults: which faults apply, and when.
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

    def handle(self, request: Request) -> AnyResponse:
        """Let the server answer, or the fault that applies."""
        entry = LoggedRequest.of(request)
        if self._finished is None:
            self.log.append(entry)
        response = self._respond(entry, request)
        entry.status = response.status or None
        if self._finished is not None:
            self._finished(entry)
        return response

    def _respond(self, entry: LoggedRequest, request: Request) -> AnyResponse:
        def server(forwarded: Request) -> LocalResponse:
            response = self.forward(forwarded)
            entry.forwarded.append(_forwarded(forwarded, response))
            return response

        fault = self.faults.choose(entry)
        if fault is None:
            return server(request)
        entry.fault = fault.name
        return fault.apply(request, server)

    def forward(self, request: Request) -> LocalResponse:
        """Pass a request to the server, without log and faults; one request at a time."""
        with self._lock:
            return self._server(request)


def _forwarded(request: Request, response: LocalResponse) -> ForwardedRequest:
    error = response.headers.get("x-influxdb-error", "")
    partial = error.startswith("partial write") or response.status == _PARTIAL_WRITE_IN_2X
    return ForwardedRequest(request, response.status, partial)
