"""Listener: a loopback socket with a thread and an event loop of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Collection, Coroutine
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from influx_core.errors import ConfigError
from influx_core.interfaces import LocalResponse, Request
from influx_testing._faults.network_effects import HandleRequest
from influx_testing._server.connections import Connections, offering_http_2
from influx_testing._server.http2.connection_switch import ProtocolFactory
from influx_testing._server.http_application import PathHandlers
from influx_testing._server.tls import Certificate, TLSOption
from influx_testing._server.web_page_guard import WebPageGuard

__all__ = ["Listener"]

_T = TypeVar("_T")

StartListening = Callable[
    [asyncio.AbstractEventLoop, ProtocolFactory, int], Coroutine[Any, Any, asyncio.Server]
]
"""Opens a socket, with the protocol of its connections, on a port if it has been open before."""


class Listener:
    """Listens on a socket and passes each request to a function; created by `Listener.on`.

    Attributes:
        handle: the function that returns a `LocalResponse` for each
            `influx_core.interfaces.Request`. It can be replaced at any time; without one the status
            is 503.
        pages: the function that returns what responds to the requests for a path instead.
        url: the URL at which it listens.
        datagram_urls: the URLs for datagrams.
        ca_file: the certificate of the authority that signed the server's certificate, in PEM;
            None without TLS, or if the caller gave the certificate.
    """

    def __init__(
        self,
        listen: StartListening,
        url: str = "",
        *,
        certificate: Certificate | None = None,
        guard: WebPageGuard | None = None,
    ) -> None:
        self.handle: HandleRequest = _not_ready
        self.pages: PathHandlers = lambda path: None
        self.ca_file: Path | None = None
        self._loop = _ListenerLoop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="influx-testing", daemon=True
        )
        self._thread.start()
        self._closed = False
        self.datagram_urls: list[str] = []
        self._datagrams: list[asyncio.DatagramTransport] = []
        self._connections = Connections(
            lambda request: self.handle(request), guard, lambda path: self.pages(path)
        )
        self._listen_on = listen
        self._socket: asyncio.Server | None = None
        self._port = 0
        try:
            self._run(self._start())
        except BaseException:
            self.close()
            raise
        scheme = "http" if certificate is None else "https"
        address = self._socket_address()
        self.url = url or _address(scheme, address)
        self._port = 0 if url else address[1]
        if certificate is not None and certificate.authority:
            self.ca_file = certificate.save_authority()

    @classmethod
    def on(
        cls,
        host: str = "127.0.0.1",
        port: int = 0,
        unix_socket: str | Path | None = None,
        *,
        tls: TLSOption | Certificate = False,
        allow_origins: Collection[str] = (),
    ) -> Listener:
        """Listen on a port, or on the path of a Unix socket; port 0 uses a free port.

        Args:
            host: the address to listen on.
            port: the port.
            unix_socket: the path, instead of a port.
            tls: whether to serve HTTPS, with a new or a given certificate; not on a Unix socket.
            allow_origins: the origins of web pages that may send requests to a loopback address,
                in addition to those of this machine; `*` allows all.

        Raises:
            ConfigError: TLS is not available.
            OSError: the address cannot be used.
        """
        if tls and unix_socket is not None:
            raise ConfigError("a unix socket has no TLS")
        certificate = tls if isinstance(tls, Certificate) else Certificate.of(tls, host)
        if unix_socket is None:
            context = None if certificate is None else offering_http_2(certificate.context)
            return cls(
                lambda loop, connection, taken: loop.create_server(
                    connection, host, taken or port, ssl=context
                ),
                certificate=certificate,
                guard=WebPageGuard(host, allow_origins),
            )
        path = str(unix_socket)
        return cls(
            lambda loop, connection, _: loop.create_unix_server(connection, path),
            f"http+unix://{quote(path, safe='')}",
        )

    def close(self) -> None:
        """Stop listening and end the thread; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        if self.ca_file is not None:
            self.ca_file.unlink(missing_ok=True)

    def every(self, seconds: float, do: Callable[[], object]) -> None:
        """Call a function every `seconds` until the listener is closed, never during a request."""

        def repeat() -> None:
            self._loop.call_later(seconds, repeat)
            do()

        self._loop.call_soon_threadsafe(self._loop.call_later, seconds, repeat)

    def pause(self) -> None:
        """Close the socket and all connections; clients are refused."""
        self._run(self._close_socket())

    def resume(self) -> None:
        """Listen at the same address again."""
        self._run(self._open_socket())

    def take_datagrams(self, host: str, port: int, receive: Callable[[bytes], None]) -> str:
        """Accept datagrams too; returns the URL with the port."""
        url = self._run(self._listen(host, port, receive))
        self.datagram_urls.append(url)
        return url

    async def _listen(self, host: str, port: int, receive: Callable[[bytes], None]) -> str:
        transport, _ = await self._loop.create_datagram_endpoint(
            lambda: _DatagramReceiver(receive), local_addr=(host, port)
        )
        self._datagrams.append(transport)
        return _address("udp", transport.get_extra_info("sockname"))

    async def _stop(self) -> None:
        for transport in self._datagrams:
            transport.close()
        self._stop_listening()
        await self._connections.close()

    async def _start(self) -> None:
        await self._connections.start()
        await self._open_socket()

    async def _open_socket(self) -> None:
        self._socket = await self._listen_on(self._loop, self._connections.protocol, self._port)

    def _stop_listening(self) -> None:
        if self._socket is not None:
            self._socket.close()

    async def _close_socket(self) -> None:
        self._stop_listening()
        self._connections.end()
        await asyncio.sleep(0)

    def _socket_address(self) -> Any:
        assert self._socket is not None
        return self._socket.sockets[0].getsockname()

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


_MONOTONIC = (time.monotonic,)
"""In a tuple, where freezegun and time-machine do not replace it."""


class _ListenerLoop(asyncio.SelectorEventLoop):
    """An event loop whose delays also end while freezegun or time-machine stops the clock."""

    def time(self) -> float:
        """Seconds of the machine's monotonic clock."""
        return _MONOTONIC[0]()


class _DatagramReceiver(asyncio.DatagramProtocol):
    """Passes each datagram to a function."""

    def __init__(self, receive: Callable[[bytes], None]) -> None:
        self._receive = receive

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._receive(data)


def _not_ready(request: Request) -> LocalResponse:
    return LocalResponse(503, {"content-type": "text/plain"}, (b"no server is ready here\n",))


def _address(scheme: str, address: Any) -> str:
    host, port = address[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
