"""HTTP2Server: all connections of HTTP/2 of a listener."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor

from influx_testing._faults.network_effects import HandleRequest
from influx_testing._flight.flight_messages import SERVED_CALLS
from influx_testing._server.http2.http2_connection import HTTP2Connection
from influx_testing._server.http2.http2_stream import HTTP2Stream
from influx_testing._server.http2.stream_responses import StreamResponder, is_grpc
from influx_testing._server.web_page_guard import WebPageGuard

__all__ = ["HTTP2Server"]


class HTTP2Server:
    """Makes connections, and ends them.

    Args:
        answer: returns the response to a request; called in threads.
        guard: refuses requests of web pages.
        threads: respond to requests.
    """

    def __init__(
        self, answer: HandleRequest, guard: WebPageGuard | None, threads: Executor
    ) -> None:
        self._respond = StreamResponder(answer, guard, threads)
        self._connections: set[HTTP2Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def protocol(self) -> asyncio.BaseProtocol:
        """A protocol for a new connection."""
        return HTTP2Connection(self._respond, _is_early, self._connections, self._tasks)

    def end_connections(self) -> None:
        """End all connections at once."""
        for connection in list(self._connections):
            connection.end_connection(reset=True)

    async def close(self) -> None:
        """End all connections, and wait until what responded to them has stopped."""
        self.end_connections()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks))


def _is_early(stream: HTTP2Stream) -> bool:
    """Whether no more than the headers is needed: no call waits that cannot be served."""
    return is_grpc(stream) and stream.path not in SERVED_CALLS
