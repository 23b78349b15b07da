"""The fake server behind a Transport: the URLs `memory://` and `memory://name`, no socket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from influx_core import ConfigError, hookimpl
from influx_core.interfaces import LocalResponse, Request
from influx_testing.server import FakeInfluxDB

__all__ = ["MemoryTransport", "influx_transports", "named_fake"]

_SHARED: dict[str, FakeInfluxDB] = {}


def named_fake(name: str) -> FakeInfluxDB:
    """The server behind `memory://name`; everybody in this process gets the same."""
    return _SHARED.setdefault(name, FakeInfluxDB())


class MemoryTransport:
    """Carries requests to fakes in this process.

    `memory://` is a server of the transport's own, `memory://name` one shared by name.

    Args:
        fake: what `memory://` is; a new server without.
    """

    def __init__(self, fake: FakeInfluxDB | None = None) -> None:
        self._own = fake or FakeInfluxDB()
        self._closed = False

    async def send(self, request: Request) -> LocalResponse:
        """Let the server answer.

        Raises:
            ConfigError: the transport is closed.
        """
        if self._closed:
            raise ConfigError("the client is closed: make a new one")
        return self._fake(request.base_url).handle(request)

    async def aclose(self) -> None:
        """Take no more requests; the server keeps what it holds."""
        self._closed = True

    def _fake(self, base_url: str) -> FakeInfluxDB:
        name = base_url.partition("://")[2].strip("/")
        return named_fake(name) if name else self._own


@hookimpl
def influx_transports() -> Mapping[str, Any]:
    """Offer the transport of `memory://` URLs."""
    return {"memory": MemoryTransport}
