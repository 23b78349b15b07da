"""Sends requests with aiohttp to `http`, `https` and `http+unix` URLs."""

from __future__ import annotations

import asyncio
import gzip
import io
import os
from collections.abc import AsyncIterator, Mapping
from functools import cache
from importlib.metadata import version
from typing import Any
from urllib.parse import unquote, urlsplit

from influx_core.errors import ConfigError
from influx_core.interfaces import Request, Response

try:
    import aiohttp
except ImportError as error:
    raise ConfigError("HTTP needs aiohttp: pip install 'influx-core[aiohttp]'") from error

from yarl import URL

from influx_core._http.transports.aiohttp_errors import (
    TRANSLATED,
    translated,
    translated_body_error,
)
from influx_core._http.transports.proxies import checked_proxy, environment_proxy
from influx_core._http.transports.tls import TLS
from influx_core._http.wire_text import checked_headers
from influx_core._runtime.fork import watch_forks

__all__ = ["TLS", "AiohttpTransport"]

UNIX = "http+unix"
"""The scheme of a Unix socket, with its path in place of the host: `http+unix://%2Frun%2Fx`."""

_READ_SIZE = 1 << 16
_LARGE = 1 << 20
_GZIP_LEVEL = 1
"""Line protocol is repetitive: the fastest level compresses almost as well as the best."""


class AiohttpTransport:
    """Sends requests with aiohttp.

    Responses are requested uncompressed unless `headers` says otherwise: a server compresses more
    slowly than a local network transmits. Connections are reused. A session created here keeps no
    cookies, so that the cookie of one server is never sent to another.

    Args:
        session: a session to use, which is not closed. Without it the first request creates a
            session, which belongs to the event loop of that moment and is closed by `aclose`.
        headers: sent with every request.
        tls: certificates for `https`; aiohttp's defaults without it.
        proxy: the URL of an HTTP proxy.
        trust_env: whether environment variables (`HTTPS_PROXY`, `NO_PROXY`...) select the proxy if
            `proxy` is not given.
        gzip: whether the bodies of writes are sent compressed.
        limit: the largest number of connections; further requests wait for a free one.
        connect_timeout: the time limit in seconds to connect; that of the request if None.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        tls: TLS | None = None,
        proxy: str | None = None,
        trust_env: bool = False,
        gzip: bool = False,
        limit: int = 100,
        connect_timeout: float | None = 10.0,
    ) -> None:
        self._given = session
        self._own: dict[str, aiohttp.ClientSession] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False
        self._inherited = False
        self._tls = None if tls is None else tls.made()
        self._proxy = None if proxy is None else checked_proxy(proxy)
        self._trust_env = trust_env
        self._gzip = gzip
        self._limit = limit
        self._connect_timeout = connect_timeout
        self._headers = {
            "accept-encoding": "identity",
            "user-agent": _user_agent(),
            **_lower(headers),
        }

    def adopt(self, session: aiohttp.ClientSession) -> None:
        """Use another session from now on; it is not closed with the client."""
        self._given = session

    async def send(self, request: Request) -> Response:
        """Send one request over a pooled connection."""
        socket, url = _socket_and_url(request)
        session = self._session(socket)
        proxy = environment_proxy(url) if self._trust_env and not self._proxy else self._proxy
        headers, body = await self._packed(request)
        failure: BaseException
        try:
            async with asyncio.timeout(request.timeout):
                response = await session.request(
                    request.method,
                    URL(url).with_query(request.params),
                    headers={**self._headers, **headers},
                    data=body,
                    timeout=aiohttp.ClientTimeout(None, sock_connect=self._connect_timeout),
                    allow_redirects=False,
                    ssl=True if self._tls is None else self._tls,
                    proxy=proxy,
                )
            return _AiohttpResponse(response, request.timeout)
        except aiohttp.ConnectionTimeoutError:
            failure = ConnectionError(f"no connection within {self._connect_timeout} s")
        except TimeoutError:
            failure = TimeoutError(f"nothing came within {request.timeout} s")
        except TRANSLATED as error:
            failure = translated(error, proxy)
        raise failure

    async def aclose(self) -> None:
        """Close the sessions created by this transport."""
        self._closed = True
        while self._own:
            _, session = self._own.popitem()
            await session.close()

    def forked(self) -> None:
        """Disable the transport in this process; the parent process uses its connections."""
        self._inherited = True
        while self._own:
            _, session = self._own.popitem()
            session.detach()

    async def _packed(self, request: Request) -> tuple[Mapping[str, str], bytes | io.BytesIO]:
        """Return the headers and the body to send, compressed if `gzip` is set."""
        if not self._gzip or request.operation != "write":
            return request.headers, _payload(request.body)
        packed = await asyncio.to_thread(gzip.compress, request.body, _GZIP_LEVEL)
        return {**request.headers, "content-encoding": "gzip"}, _payload(packed)

    def check_usable(self) -> None:
        """Check that requests can be sent in this event loop.

        Raises:
            ConfigError: the transport is closed, or was used in another event loop or process.
        """
        if self._closed:
            raise ConfigError("the client is closed: make a new one")
        if self._inherited:
            raise ConfigError(
                "the client was used in the process from which this one was forked: its "
                "connections belong there; make a new client in the child process"
            )
        if self._given is None and self._loop not in (None, asyncio.get_running_loop()):
            raise ConfigError(
                "the client belongs to another event loop: create one client for each loop"
            )

    def _session(self, socket: str) -> aiohttp.ClientSession:
        self.check_usable()
        if self._given is not None:
            return self._given
        self._loop = asyncio.get_running_loop()
        if not self._own:
            watch_forks(self)
        if socket not in self._own:
            self._own[socket] = aiohttp.ClientSession(
                connector=self._connector(socket), cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._own[socket]

    def _connector(self, socket: str) -> aiohttp.BaseConnector:
        if socket:
            return _UnixConnector(socket, limit=self._limit)
        return _TCPConnector(limit=self._limit)


class _OfOneProcess(aiohttp.BaseConnector):
    """A connector that a forked process does not close when it is garbage there.

    To close its connections would end the parent's TLS, and remove them from the epoll object that
    both processes share.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._process = os.getpid()
        super().__init__(*arguments, **options)

    def __del__(self, *arguments: Any) -> None:
        if os.getpid() == self._process:
            super().__del__(*arguments)


class _TCPConnector(_OfOneProcess, aiohttp.TCPConnector):
    """Connects to hosts."""


class _UnixConnector(_OfOneProcess, aiohttp.UnixConnector):
    """Connects to a Unix socket."""


def _payload(body: bytes) -> bytes | io.BytesIO:
    """Return a large body as a file, which aiohttp sends in pieces without blocking the loop."""
    return io.BytesIO(body) if len(body) > _LARGE else body


def _socket_and_url(request: Request) -> tuple[str, str]:
    """Return the Unix socket of a request, or an empty text, and its URL."""
    parts = urlsplit(request.base_url)
    if parts.scheme != UNIX:
        return "", request.url
    return unquote(parts.netloc), f"http://localhost{parts.path}{request.path}"


@cache
def _user_agent() -> str:
    return f"influx-core/{version('influx-core')}"


def _lower(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {} if headers is None else {k.lower(): v for k, v in checked_headers(headers).items()}


class _AiohttpResponse:
    """A response whose body is read from its connection."""

    def __init__(self, response: aiohttp.ClientResponse, timeout: float | None) -> None:
        self._response = response
        self._timeout = timeout
        self._process = os.getpid()
        self.status = response.status
        self.headers: Mapping[str, str] = {
            name.lower(): value for name, value in response.headers.items()
        }

    async def chunks(self) -> AsyncIterator[bytes]:
        """Iterate over the body as it arrives."""
        pieces = self._response.content.iter_chunked(_READ_SIZE)
        while True:
            failure: BaseException
            try:
                async with asyncio.timeout(self._timeout):
                    piece = await anext(pieces, None)
            except TimeoutError:
                failure = TimeoutError(f"nothing came for {self._timeout} s")
            except TRANSLATED as error:
                failure = translated_body_error(error)
            else:
                if piece is None:
                    return
                yield piece
                continue
            self._response.close()
            raise failure

    async def aclose(self) -> None:
        """Return the connection to the pool; close it if the body was not read to its end."""
        if os.getpid() != self._process:  # the parent process reads from the connection
            return
        if self._response.content.at_eof():
            self._response.release()
        else:
            self._response.close()
