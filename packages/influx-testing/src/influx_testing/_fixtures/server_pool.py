"""ServerPool: the servers of one test, from their making to their closing."""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from influx_testing._fixtures.leaks import OpenClients
from influx_testing._fixtures.server_options import ServerOptions
from influx_testing._server.cassette_servers import RecordingServer, ReplayServer
from influx_testing._server.influx_server import InfluxServer
from influx_testing._server.influxd_server import InfluxdServer
from influx_testing._server.listener import Listener
from influx_testing._server.upstream import Upstream
from influx_testing.errors import NeedsFake
from influx_testing.memory import published

__all__ = ["ServerPool"]


class ServerPool:
    """Makes servers for one test.

    Args:
        options: how the test wants its server, by the marker.
        upstream: the real server to use instead of fakes.
        watch_clients: whether clients must be closed at the end.
    """

    def __init__(
        self, options: ServerOptions, upstream: Upstream | None, *, watch_clients: bool
    ) -> None:
        self._options = options
        self._upstream = upstream
        self._servers: list[InfluxServer] = []
        self._clients = OpenClients() if watch_clients else None
        self._closing = ExitStack()

    def at(self, listener: Listener) -> InfluxServer:
        """The test's server, behind a socket that is already open."""
        server = self._open(self._options, listener.url)
        listener.handle = server.gateway.handle
        return server

    def in_memory(self) -> InfluxServer:
        """The test's server, behind a `memory://` URL."""
        return self._publish(self._open(self._options))

    def another(
        self, *, memory: bool = False, cassette: Path | None = None, **options: Any
    ) -> InfluxServer:
        """One more server, with a socket of its own.

        Args:
            memory: whether it is behind a `memory://` URL instead.
            cassette: the file to replay, or to record where there is a real server.
            options: as the marker `influx` takes them.
        """
        wanted = ServerOptions(**options)
        if memory:
            return self._publish(self._open(wanted, cassette=cassette))
        listener = self._closing.enter_context(closing(Listener.on()))
        server = self._open(wanted, listener.url, cassette)
        listener.handle = server.gateway.handle
        return server

    def problems(self) -> list[str]:
        """What fails the test although its assertions passed."""
        return [problem for server in self._servers for problem in server.problems()]

    def close(self) -> list[str]:
        """Close every server; returns the clients that the test left open."""
        self._closing.close()
        if self._clients is None:
            return []
        self._clients.stop()
        managed = [client for server in self._servers for client in server.managed_clients]
        return self._clients.left(managed)

    def _publish(self, server: InfluxServer) -> InfluxServer:
        server.url = self._closing.enter_context(published(server.gateway))
        return server

    def _open(
        self, options: ServerOptions, url: str = "", cassette: Path | None = None
    ) -> InfluxServer:
        server = self._make(options, url, cassette)
        self._servers.append(server)
        self._closing.callback(server.clean_up)
        options.load_into(server)
        return server

    def _make(self, options: ServerOptions, url: str, cassette: Path | None) -> InfluxServer:
        if self._upstream is not None and options.needs_fake:
            raise NeedsFake("a real server has no options flavor, auth and now: they need a fake")
        if cassette is not None:
            if self._upstream is None:
                return ReplayServer(cassette, url)
            return RecordingServer(self._upstream, cassette, url)
        if self._upstream is not None:
            return InfluxdServer(self._upstream, url)
        server = options.make_server()
        server.url = url
        return server
