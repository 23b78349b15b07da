"""FaultGateway: logs every request to a server, and applies faults.

The socket and `memory://` both call `FaultGateway.handle`. It passes requests to a fake server, a
real server, or a recording.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Protocol, TypeVar

from influx_core.interfaces import LocalResponse, Request
from influx_testing._faults.fault_plan import FaultPlan
from influx_testing._faults.network_effects import (
    AnyResponse,
    Disconnect,
    DisruptedResponse,
    Step,
)
from influx_testing._faults.response_faults import Fault
from influx_testing._flight.grpc_framing import trailers_of
from influx_testing._inspection.request_log import ForwardedRequest, LoggedRequest

__all__ = ["FaultGateway", "Journal", "JournalEntry"]

_PARTIAL_WRITE_IN_2X = 422
_Piece = TypeVar("_Piece", bytes, Step)


class JournalEntry(Protocol):
    """One request in a journal."""

    def observed(self, response: AnyResponse) -> AnyResponse:
        """The same response; the journal keeps what is sent of it."""
        ...


class Journal(Protocol):
    """Records requests with their responses."""

    def begin(self, entry: LoggedRequest, request: Request) -> JournalEntry:
        """Add a request that has arrived."""
        ...

    def clear(self) -> None:
        """Remove all requests."""
        ...


class FaultGateway:
    """Passes requests to a server, unless a fault responds to them.

    Args:
        server: returns the response to a request; called by several threads.
        finished: called with each request when its response is ready; without it requests are
            kept in `log`.
        failures: where the server reports what went wrong inside it; the gateway moves the texts
            to the request that caused them.

    Attributes:
        log: the requests so far, in the order of their arrival.
        faults: which faults apply, and when.
        is_unreachable: whether requests count as never sent, for clients without a socket.
        journal: also records each request with its response, for pages; None records nothing.
    """

    def __init__(
        self,
        server: Callable[[Request], LocalResponse],
        finished: Callable[[LoggedRequest], None] | None = None,
        failures: list[str] | None = None,
    ) -> None:
        self.log: list[LoggedRequest] = []
        self.faults = FaultPlan()
        self.is_unreachable = False
        self.journal: Journal | None = None
        self._server = server
        self._finished = finished
        self._failures: list[str] = [] if failures is None else failures
        self._choosing = threading.Lock()

    def reset(self) -> None:
        """Remove all requests and faults."""
        self.log.clear()
        self.faults = FaultPlan()
        if self.journal is not None:
            self.journal.clear()

    def handle(self, request: Request) -> AnyResponse:
        """Return the response of the server, or of the fault that applies."""
        if self.is_unreachable:
            return DisruptedResponse(before=(Disconnect(refused=True),))
        entry = LoggedRequest.of(request)
        record = None if self.journal is None else self.journal.begin(entry, request)
        if self._finished is None:
            self.log.append(entry)
        response = self._watched(entry, self._respond(entry, request))
        entry.status = response.status or None
        entry.note_call_status(response.headers)
        if self._finished is not None and not _ends_later(entry, response):
            self._finished(entry)
        return response if record is None else record.observed(response)

    def _respond(self, entry: LoggedRequest, request: Request) -> AnyResponse:
        def server(forwarded: Request) -> LocalResponse:
            response = self.forward(forwarded)
            self._take_failures(entry)
            entry.forwarded.append(_forwarded(forwarded, response))
            return response

        with self._choosing:
            fault = self.faults.choose(entry)
        if fault is None:
            return server(request)
        entry.fault = fault.name
        try:
            return _checked(fault, fault.apply(request, server))
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # pytest.fail() raises a BaseException
            trace = "".join(traceback.format_exception(error))
            entry.failures.append(f"the fault {fault.name!r} raised:\n{trace}")
            text = f"the fault {fault.name!r} raised {error!r}\n"
            return LocalResponse(500, {"content-type": "text/plain"}, (text.encode(),))

    def _watched(self, entry: LoggedRequest, response: AnyResponse) -> AnyResponse:
        """The same response; an error while its body is read is added to the request's failures."""
        if isinstance(response, LocalResponse):
            if entry.is_call or not isinstance(response.pieces, tuple):
                return replace(response, pieces=self._read(entry, response.pieces))
        elif entry.is_call:
            return replace(response, steps=self._read(entry, response.steps))
        return response

    def _read(self, entry: LoggedRequest, pieces: Iterable[_Piece]) -> Iterator[_Piece]:
        try:
            for piece in pieces:
                self._take_failures(entry)
                if entry.is_call and isinstance(piece, bytes):
                    entry.note_call_status(trailers_of(piece) or {})
                yield piece
        finally:
            self._take_failures(entry)
            if self._finished is not None and entry.is_call:
                self._finished(entry)

    def _take_failures(self, entry: LoggedRequest) -> None:
        entry.failures += self._failures
        self._failures.clear()

    def forward(self, request: Request) -> LocalResponse:
        """Pass a request to the server, without log and faults."""
        return self._server(request)


def _ends_later(entry: LoggedRequest, response: AnyResponse) -> bool:
    """Whether the status of a call is not known before its response has been read."""
    return entry.is_call and entry.grpc_status is None and bool(response.status)


def _checked(fault: Fault, response: object) -> AnyResponse:
    if isinstance(response, LocalResponse | DisruptedResponse):
        return response
    raise TypeError(f"the fault {fault.name!r} must return a response, not {response!r}")


def _forwarded(request: Request, response: LocalResponse) -> ForwardedRequest:
    error = response.headers.get("x-influxdb-error", "")
    partial = error.startswith("partial write") or response.status == _PARTIAL_WRITE_IN_2X
    return ForwardedRequest(request, response.status, partial)
