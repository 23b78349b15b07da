"""Connections: all connections of a listener, of HTTP/1.1 and HTTP/2."""

from __future__ import annotations

import asyncio
import ssl
from concurrent.futures import Executor, ThreadPoolExecutor
from importlib.util import find_spec
from typing import TYPE_CHECKING

from aiohttp import web

from influx_testing._faults.network_effects import HandleRequest
from influx_testing._server.http1.http1_connection import HTTP1Connection
from influx_testing._server.http2.connection_switch import ConnectionSwitch, ProtocolFactory
from influx_testing._server.http2.http2_refusal import HTTP2Refusal
from influx_testing._server.http_application import PathHandlers, http_application
from influx_testing._server.web_page_guard import WebPageGuard

if TYPE_CHECKING:
    from influx_testing._server.http2.http2_server import HTTP2Server

__all__ = ["HAS_HTTP_2", "Connections", "offering_http_2"]

HAS_HTTP_2 = find_spec("h2") is not None
"""Whether the library for HTTP/2 is installed."""

_THREADS = 64


def offering_http_2(context: ssl.SSLContext) -> ssl.SSLContext:
    """The same context, which offers HTTP/2 to clients if the library for it is installed."""
    context.set_alpn_protocols(["h2", "http/1.1"] if HAS_HTTP_2 else ["http/1.1"])
    return context


class Connections:
    """Makes the protocols of connections, and ends the connections.

    Args:
        answer: returns the response to a request; called in threads, too.
        guard: refuses requests of web pages.
        pages: returns what responds to the requests for a path instead; over HTTP/1.1 only.
    """

    def __init__(
        self, answer: HandleRequest, guard: WebPageGuard | None, pages: PathHandlers
    ) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="influx-testing-request")
        application = http_application(answer, self._threads, guard, pages)
        self._http_1 = web.AppRunner(application, access_log=None, shutdown_timeout=0)
        self._http_2 = _http_2(answer, guard, self._threads)
        self._undecided: set[asyncio.Transport] = set()

    async def start(self) -> None:
        """Prepare for the first connection."""
        await self._http_1.setup()

    def protocol(self) -> asyncio.BaseProtocol:
        """A protocol for a new connection."""
        server = self._http_1.server
        assert server is not None
        http_2: ProtocolFactory = HTTP2Refusal if self._http_2 is None else self._http_2.protocol
        return ConnectionSwitch(lambda: HTTP1Connection(server), http_2, self._undecided)

    def end(self) -> None:
        """End all connections at once."""
        for transport in list(self._undecided):
            transport.abort()
        for connection in [] if self._http_1.server is None else self._http_1.server.connections:
            if connection.transport is not None:
                connection.transport.abort()
        if self._http_2 is not None:
            self._http_2.end_connections()

    async def close(self) -> None:
        """End all connections, and what responds to their requests."""
        for transport in list(self._undecided):
            transport.abort()
        if self._http_2 is not None:
            await self._http_2.close()
        await self._http_1.cleanup()
        self._threads.shutdown(wait=False)


def _http_2(
    answer: HandleRequest, guard: WebPageGuard | None, threads: Executor
) -> HTTP2Server | None:
    """What serves HTTP/2; None where the library for it is not installed."""
    if not HAS_HTTP_2:
        return None
    from influx_testing._server.http2.http2_server import HTTP2Server

    return HTTP2Server(answer, guard, threads)
