"""The fake server behind a loopback socket, on a thread and an event loop of its own.

So that tests of any kind, synchronous or not, can talk to it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import parse_qsl, quote

from aiohttp import web
from aiohttp.http import SERVER_SOFTWARE

from influx_core.interfaces import LocalResponse, Request
from influx_testing.clock import TravelClock
from influx_testing.fakes import FakeServer
from influx_testing.server import FakeInfluxDB
from influx_testing.sockets import respond_roughly
from influx_testing.verbatim import VerbatimResponse, is_sendable
from influx_testing.wire import Handle, Reply, RoughResponse

__all__ = ["Listener", "ServedFake", "serve"]

_T = TypeVar("_T")


def serve(
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    fake: FakeInfluxDB | None = None,
    unix_socket: str | Path | None = None,
    udp: int | None = None,
) -> ServedFake:
    """Serve a fake until it is closed.

    Args:
        host: where to listen; loopback unless you know better, there is no protection.
        port: the port; 0 takes a free one.
        fake: what to serve; a new one without.
        unix_socket: listen on this path instead of on a port.
        udp: take datagrams of line protocol on this port, too; 0 takes a free one. The settings
            `udp.database`, `udp.retention-policy` and `udp.precision` say what becomes of them.

    Raises:
        OSError: it is not possible to listen there.
    """
    served = ServedFake(
        fake or FakeInfluxDB(clock=TravelClock()), Listener.on(host, port, unix_socket)
    )
    if udp is not None:
        try:
            served.take_datagrams(host, udp)
        except BaseException:
            served.close()
            raise
    return served


class Listener:
    """A socket, with a thread and an event loop of its own.

    Attributes:
        handle: answers each request; another one can be put in its place at any time.
        url: where it listens.
        datagram_urls: where it takes datagrams.
    """

    def __init__(self, make_site: Callable[[web.AppRunner], web.BaseSite], url: str = "") -> None:
        self.handle: Handle = _nobody
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="influx-testing", daemon=True
        )
        self._thread.start()
        self._closed = False
        self.datagram_urls: list[str] = []
        self._datagrams: list[asyncio.DatagramTransport] = []
        application = _application(lambda request: self.handle(request))
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
        try:
            self._run(self._start(make_site))
        except BaseException:
            self.close()
            raise
        self.url = url or _url(self._runner)

    @classmethod
    def on(
        cls, host: str = "127.0.0.1", port: int = 0, unix_socket: str | Path | None = None
    ) -> Listener:
        """Listen on a port, or on the path of a unix socket; port 0 takes a free one."""
        if unix_socket is None:
            return cls(lambda runner: web.TCPSite(runner, host, port))
        path = str(unix_socket)
        return cls(lambda runner: web.UnixSite(runner, path), f"http+unix://{quote(path, safe='')}")

    def close(self) -> None:
        """Stop listening and end the thread; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def take_datagrams(self, host: str, port: int, receive: Callable[[bytes], None]) -> str:
        """Listen for datagrams, too; returns the URL of the port that was taken."""
        url = self._run(self._listen(host, port, receive))
        self.datagram_urls.append(url)
        return url

    async def _listen(self, host: str, port: int, receive: Callable[[bytes], None]) -> str:
        transport, _ = await self._loop.create_datagram_endpoint(
            lambda: _Datagrams(receive), local_addr=(host, port)
        )
        self._datagrams.append(transport)
        return _address("udp", transport.get_extra_info("sockname"))

    async def _stop(self) -> None:
        for transport in self._datagrams:
            transport.close()
        await self._runner.cleanup()

    async def _start(self, make_site: Callable[[web.AppRunner], web.BaseSite]) -> None:
        await self._runner.setup()
        await make_site(self._runner).start()

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


class _Datagrams(asyncio.DatagramProtocol):
    """Passes on what comes in datagrams."""

    def __init__(self, receive: Callable[[bytes], None]) -> None:
        self._receive = receive

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._receive(data)


class ServedFake(FakeServer):
    """A fake that is being served; a context manager that closes it.

    Attributes:
        udp_url: where it takes datagrams; empty unless it was asked to.
    """

    def __init__(self, fake: FakeInfluxDB, listener: Listener) -> None:
        super().__init__(fake, url=listener.url)
        self._listener = listener
        listener.handle = self.front.handle
        self.udp_url = ""

    def take_datagrams(self, host: str, port: int) -> None:
        """Listen for datagrams of line protocol; port 0 takes a free one."""
        self.udp_url = self._listener.take_datagrams(host, port, self.fake.receive)

    def close(self) -> None:
        """Stop listening and end the thread; safe to call twice."""
        self._listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _nobody(request: Request) -> LocalResponse:
    return LocalResponse(503, {"content-type": "text/plain"}, (b"nobody is here\n",))


def _url(runner: web.AppRunner) -> str:
    """The address with the port that was really taken."""
    return _address("http", runner.addresses[0])


def _address(scheme: str, address: Any) -> str:
    host, port = address[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _application(answer: Handle) -> web.Application:
    async def handle(request: web.Request) -> web.StreamResponse:
        return await _respond(request, answer(await _request(request)))

    application = web.Application(client_max_size=0, handler_args={"auto_decompress": False})
    application.on_response_prepare.append(_without_server)
    application.router.add_route("*", "/{path:.*}", handle)
    return application


async def _request(request: web.Request) -> Request:
    return Request(
        method=request.method,
        path=request.rel_url.raw_path,
        params=_parameters(request.raw_path),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await request.read(),
    )


def _parameters(target: str) -> tuple[tuple[str, str], ...]:
    """The parameters of a URL. Go takes no pair in which a semicolon stands unescaped."""
    pairs = [pair for pair in target.partition("?")[2].split("&") if ";" not in pair]
    return tuple(parse_qsl("&".join(pairs), keep_blank_values=True))


async def _without_server(request: web.Request, response: web.StreamResponse) -> None:
    """Leave out the header in which aiohttp names itself."""
    if response.headers.get("Server") == SERVER_SOFTWARE:
        del response.headers["Server"]


async def _respond(request: web.Request, local: Reply) -> web.StreamResponse:
    if isinstance(local, RoughResponse):
        return await respond_roughly(request, local)
    pieces = local.pieces
    headers = {name.title(): value for name, value in local.headers.items()}
    if not is_sendable(headers):
        return VerbatimResponse(local.status, headers, b"".join(pieces))
    if isinstance(pieces, tuple):
        return web.Response(status=local.status, headers=headers, body=b"".join(pieces))
    response = web.StreamResponse(status=local.status, headers=headers)
    await response.prepare(request)
    with suppress(ConnectionResetError):  # the client has heard enough
        for piece in pieces:
            await response.write(piece)
        await response.write_eof()
    return response
