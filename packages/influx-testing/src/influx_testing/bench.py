"""The servers of one test: opened as it wishes, watched, and put away after it."""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from influx_testing.errors import NeedsFake
from influx_testing.fakes import Wishes
from influx_testing.http import Listener
from influx_testing.kit import InfluxServer
from influx_testing.leaks import OpenClients
from influx_testing.memory import published
from influx_testing.real import RealServer
from influx_testing.recorded import RecordedServer, ReplayedServer
from influx_testing.upstream import Upstream

__all__ = ["Bench"]


class Bench:
    """Makes servers for one test.

    Args:
        wishes: of the test as a whole, by its marker.
        upstream: the real server to use instead of fakes.
        watch_clients: whether clients must be closed at the end.
    """

    def __init__(self, wishes: Wishes, upstream: Upstream | None, *, watch_clients: bool) -> None:
        self._wishes = wishes
        self._upstream = upstream
        self._servers: list[InfluxServer] = []
        self._clients = OpenClients() if watch_clients else None
        self._closing = ExitStack()

    def at(self, listener: Listener) -> InfluxServer:
        """The test's server, behind a socket that is there already."""
        server = self._open(self._wishes, listener.url)
        listener.handle = server.front.handle
        return server

    def in_memory(self) -> InfluxServer:
        """The test's server, behind a `memory://` URL."""
        return self._publish(self._open(self._wishes))

    def another(
        self, *, memory: bool = False, cassette: Path | None = None, **wishes: Any
    ) -> InfluxServer:
        """One more server, with a socket of its own.

        Args:
            memory: whether it is behind a `memory://` URL instead.
            cassette: a recording to answer from, or to make where there is a real server.
            wishes: as the marker `influx` takes them.
        """
        wished = Wishes(**wishes)
        if memory:
            return self._publish(self._open(wished, cassette=cassette))
        listener = self._closing.enter_context(closing(Listener.on()))
        server = self._open(wished, listener.url, cassette)
        listener.handle = server.front.handle
        return server

    def problems(self) -> list[str]:
        """What the test must not leave behind."""
        return [problem for server in self._servers for problem in server.problems()]

    def put_away(self) -> list[str]:
        """Close every server; returns the clients that the test left open."""
        self._closing.close()
        if self._clients is None:
            return []
        self._clients.stop()
        return self._clients.left([client for server in self._servers for client in server.lent])

    def _publish(self, server: InfluxServer) -> InfluxServer:
        server.url = self._closing.enter_context(published(server.front))
        return server

    def _open(self, wishes: Wishes, url: str = "", cassette: Path | None = None) -> InfluxServer:
        server = self._made(wishes, url, cassette)
        self._servers.append(server)
        self._closing.callback(server.clean_up)
        wishes.fill(server)
        return server

    def _made(self, wishes: Wishes, url: str, cassette: Path | None) -> InfluxServer:
        if self._upstream is not None and wishes.need_fake:
            raise NeedsFake("a real server is as it is: no flavor, auth or now can be wished for")
        if cassette is not None:
            if self._upstream is None:
                return ReplayedServer(cassette, url)
            return RecordedServer(self._upstream, cassette, url)
        if self._upstream is not None:
            return RealServer(self._upstream, url)
        server = wishes.fake()
        server.url = url
        return server
