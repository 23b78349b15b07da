"""The fake server behind a Transport: the URLs `memory://` and `memory://name`, no socket."""

from __future__ import annotations

import uuid
from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol

from influx_core import ConfigError
from influx_core.interfaces import Request, Response
from influx_testing._faults.network_effects import AnyResponse, deliver
from influx_testing._server.fake_influxdb import FakeInfluxDB

__all__ = [
    "MemoryTransport",
    "RequestHandler",
    "forget_named_fakes",
    "named_fake",
    "published",
]

_NAMED: dict[str, FakeInfluxDB] = {}
_PUBLISHED: dict[str, RequestHandler] = {}


class RequestHandler(Protocol):
    """Responds to the requests of a `memory://` URL: a fake server, or the gateway of a server."""

    def handle(self, request: Request) -> AnyResponse:
        """Answer one request."""
        ...


def named_fake(name: str) -> FakeInfluxDB:
    """The server of `memory://name`, shared within this process.

    `named_fake(name).clear()` empties it; `forget_named_fakes()` replaces all of them.
    """
    return _NAMED.setdefault(name, FakeInfluxDB())


def forget_named_fakes() -> None:
    """Replace all servers of `memory://name` by new, empty ones."""
    _NAMED.clear()


@contextmanager
def published(server: RequestHandler) -> Generator[str]:
    """Give a server a `memory://` URL within a with block."""
    name = uuid.uuid4().hex
    _PUBLISHED[name] = server
    try:
        yield f"memory://{name}"
    finally:
        del _PUBLISHED[name]


class MemoryTransport:
    """Sends requests to fake servers in this process.

    `memory://` is a server of this transport only, `memory://name` is shared by name.

    Args:
        server: the server of `memory://`; a new fake by default.
    """

    def __init__(self, server: RequestHandler | None = None) -> None:
        self._own = server or FakeInfluxDB()
        self._closed = False

    async def send(self, request: Request) -> Response:
        """Return the response of the server.

        Raises:
            ConfigError: the transport is closed.
            ConnectionError: the request was not sent.
            TimeoutError: the response took too long, or did not arrive.
        """
        if self._closed:
            raise ConfigError("the client is closed: make a new one")
        return await deliver(self._server(request.base_url).handle(request), request.timeout)

    async def aclose(self) -> None:
        """Refuse further requests; the server keeps its data."""
        self._closed = True

    def _server(self, base_url: str) -> RequestHandler:
        name = base_url.partition("://")[2].strip("/")
        if not name:
            return self._own
        return _PUBLISHED.get(name) or named_fake(name)
