"""ServerPool: creates and closes the servers of one test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack, closing
from dataclasses import fields
from pathlib import Path
from typing import Any

from influx_core.errors import ConfigError
from influx_testing._fixtures.leaks import OpenClients
from influx_testing._fixtures.server_options import ServerOptions
from influx_testing._server.cassette_servers import RecordingServer, ReplayServer
from influx_testing._server.fake_server import FakeServer
from influx_testing._server.influx_server import InfluxServer
from influx_testing._server.influxd_server import InfluxdServer
from influx_testing._server.listener import Listener
from influx_testing._server.tls import TLSOption
from influx_testing._server.upstream import Upstream
from influx_testing.errors import NeedsFake
from influx_testing.memory import published

__all__ = ["ServerPool"]

_OF_ANOTHER = ("memory", "cassette", "tls", "udp")
"""The options of a server beside the test's that `ServerOptions` does not have."""


class ServerPool:
    """Makes servers for one test.

    Args:
        options: the options of the test's server, from the marker.
        upstream: the real server to use instead of fakes.
        watch_clients: whether clients must be closed at the end.
        may_fail: whether the test may make its servers fail.
    """

    def __init__(
        self,
        options: ServerOptions,
        upstream: Upstream | None,
        *,
        watch_clients: bool,
        may_fail: bool = False,
    ) -> None:
        self._options = options
        self._upstream = upstream
        self._may_fail = may_fail
        self._servers: list[InfluxServer] = []
        self._reported: Counter[str] = Counter()
        self._clients = OpenClients() if watch_clients else None
        self._closing = ExitStack()

    def at(self, listener: Listener) -> InfluxServer:
        """Make the test's server and serve it on a listener."""
        server = self._open(self._options, listener.url)
        server.serve_on(listener)
        return server

    def in_memory(self) -> InfluxServer:
        """Make the test's server and publish it under a `memory://` URL."""
        return self._publish(self._open(self._options))

    def another(
        self,
        *,
        memory: bool = False,
        cassette: Path | None = None,
        tls: TLSOption = False,
        udp: int | None = None,
        **options: Any,
    ) -> InfluxServer:
        """Make one more server, with a socket of its own.

        Args:
            memory: publish it under a `memory://` URL instead.
            cassette: the file to replay; with a real server, the file to record.
            tls: whether to serve HTTPS, as for `serve`.
            udp: the port for datagrams; 0 uses a free port.
            options: the options of `ServerOptions`.

        Raises:
            ConfigError: a server without a socket has options of a socket, or a cassette has
                options of a fake.
            TypeError: there is no such option.
            NeedsFake: the options need a fake, and there is a real server.
        """
        __tracebackhide__ = True
        known = {field.name for field in fields(ServerOptions)}
        if not known.issuperset(options):
            named = ", ".join(f"{name}=" for name in (*_OF_ANOTHER, *sorted(known)))
            raise TypeError(f"influx_factory takes {named} and not {', '.join({*options} - known)}")
        wanted = ServerOptions(**options)
        if cassette is not None and wanted.needs_fake:
            raise ConfigError(
                "cassette= goes without flavor, auth and now: a cassette holds the answers of a "
                "server of 1.x, and a fake with these options needs no cassette"
            )
        if memory and (tls or udp is not None):
            raise ConfigError("a server in memory has no socket, so neither tls= nor udp=")
        if memory:
            return self._publish(self._open(wanted, cassette=cassette))
        listener = self._closing.enter_context(closing(Listener.on(tls=tls)))
        server = self._open(wanted, listener.url, cassette)
        server.serve_on(listener)
        if udp is not None:
            _take_datagrams(server, listener, udp)
        return server

    @property
    def servers(self) -> tuple[InfluxServer, ...]:
        """All servers so far."""
        return tuple(self._servers)

    def new_problems(self) -> list[str]:
        """The problems of all servers, as `InfluxServer.problems`, since the last call."""
        return self._new(server.problems() for server in self._servers)

    def new_failures(self) -> list[str]:
        """The failures of all servers, as `InfluxServer.failures`, since the last call."""
        return self._new(server.failures() for server in self._servers)

    def _new(self, found: Iterable[list[str]]) -> list[str]:
        new = list((Counter(text for texts in found for text in texts) - self._reported).elements())
        self._reported.update(new)
        return new

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
        __tracebackhide__ = True
        server = self._make(options, url, cassette)
        server.may_fail = self._may_fail
        self._servers.append(server)
        self._closing.callback(server.clean_up)
        if options.data is not None:
            server.start_with(options.data)
        return server

    def _make(self, options: ServerOptions, url: str, cassette: Path | None) -> InfluxServer:
        __tracebackhide__ = True
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


def _take_datagrams(server: InfluxServer, listener: Listener, port: int) -> None:
    if not isinstance(server, FakeServer):
        raise NeedsFake("udp= needs a fake server")
    server.take_datagrams(listener, "127.0.0.1", port)
