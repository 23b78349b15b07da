"""The fake server behind a Transport: the URLs `memory://` and `memory://name`, no socket."""

from __future__ import annotations

import uuid
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from influx_core import ConfigError, hookimpl
from influx_core.interfaces import Request, Response
from influx_testing.server import FakeInfluxDB
from influx_testing.wire import Reply, arrive

__all__ = ["Answering", "MemoryTransport", "influx_transports", "named_fake", "published"]

_SHARED: dict[str, FakeInfluxDB] = {}
_PUBLISHED: dict[str, Answering] = {}


class Answering(Protocol):
    """What can be behind a `memory://` URL: a fake server, or what stands before a server."""

    def handle(self, request: Request) -> Reply:
        """Answer one request."""
        ...


def named_fake(name: str) -> FakeInfluxDB:
    """The server behind `memory://name`; everybody in this process gets the same."""
    return _SHARED.setdefault(name, FakeInfluxDB())


@contextmanager
def published(server: Answering) -> Generator[str]:
    """Lend a `memory://` URL that leads to a server."""
    name = uuid.uuid4().hex
    _PUBLISHED[name] = server
    try:
        yield f"memory://{name}"
    finally:
        del _PUBLISHED[name]


class MemoryTransport:
    """Carries requests to fakes in this process.

    `memory://` is a server of the transport's own, `memory://name` one shared by name.

    Args:
        fake: what `memory://` is; a new server without.
    """

    def __init__(self, fake: Answering | None = None) -> None:
        self._own = fake or FakeInfluxDB()
        self._closed = False

    async def send(self, request: Request) -> Response:
        """Let the server answer.

        Raises:
            ConfigError: the transport is closed.
            TimeoutError: the answer took too long, or did not come.
        """
        if self._closed:
            raise ConfigError("the client is closed: make a new one")
        return await arrive(self._fake(request.base_url).handle(request), request.timeout)

    async def aclose(self) -> None:
        """Take no more requests; the server keeps what it holds."""
        self._closed = True

    def _fake(self, base_url: str) -> Answering:
        name = base_url.partition("://")[2].strip("/")
        if not name:
            return self._own
        return _PUBLISHED.get(name) or named_fake(name)


@hookimpl
def influx_transports() -> Mapping[str, Any]:
    """Offer the transport of `memory://` URLs."""
    return {"memory": MemoryTransport}
