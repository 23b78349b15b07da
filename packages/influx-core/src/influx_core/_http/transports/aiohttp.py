"""HTTP over aiohttp: the sockets of `http`, `https` and `http+unix`."""

from __future__ import annotations

import asyncio
import io
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import unquote, urlsplit

from influx_core.errors import ConfigError
from influx_core.interfaces import Request, Response

try:
    import aiohttp
except ImportError as error:
    raise ConfigError("HTTP needs aiohttp: pip install 'influx-core[aiohttp]'") from error

from yarl import URL

__all__ = ["TLS", "AiohttpTransport"]

UNIX = "http+unix"
"""The scheme of a unix socket, whose path stands in place of the host: `http+unix://%2Frun%2Fx`."""

_READ_SIZE = 1 << 16
_LARGE = 1 << 20


@dataclass(frozen=True, slots=True)
class TLS:
    """How a server is known, and how it knows the client.

    Attributes:
        context: a ready context, instead of all else.
        verify: whether the server's certificate is checked.
        ca_file: certificates of those who may vouch for the server; the system's unless given.
        cert_file: the client's own certificate, in PEM.
        key_file: its key, where it is not in the same file.
    """

    context: ssl.SSLContext | None = None
    verify: bool = True
    ca_file: str | Path | None = None
    cert_file: str | Path | None = None
    key_file: str | Path | None = None

    def made(self) -> ssl.SSLContext:
        """The context of connections.

        Raises:
            ConfigError: a file is not there, or is no certificate.
        """
        if self.context is not None:
            return self.context
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
            if self.cert_file is not None:
                context.load_cert_chain(self.cert_file, self.key_file)
        except OSError as error:  # which ssl.SSLError is, too
            files = ", ".join(str(f) for f in (self.ca_file, self.cert_file, self.key_file) if f)
            raise ConfigError(f"TLS cannot be set up with {files}: {error}") from error
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


class AiohttpTransport:
    """Carries requests with aiohttp sessions.

    Answers are asked for uncompressed unless `headers` say otherwise: a server packs slower than
    a local network carries. A connection that was made is used again and again.

    Args:
        session: a session to use, which stays open; without it one is made at the first request,
            belongs to the event loop of that moment and is closed by `aclose`.
        headers: sent with every request.
        tls: how `https` is set up; aiohttp's own way unless given.
        proxy: the URL of an HTTP proxy.
        limit: connections at once; further requests wait for one.
        connect_timeout: seconds until a connection must be there; None for those of the request.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        tls: TLS | None = None,
        proxy: str | None = None,
        limit: int = 100,
        connect_timeout: float | None = 10.0,
    ) -> None:
        self._given = session
        self._own: dict[str, aiohttp.ClientSession] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False
        self._tls = None if tls is None else tls.made()
        self._proxy = proxy
        self._limit = limit
        self._connect_timeout = connect_timeout
        self._headers = {
            "accept-encoding": "identity",
            "user-agent": f"influx-core/{version('influx-core')}",
            **{name.lower(): value for name, value in (headers or {}).items()},
        }

    def adopt(self, session: aiohttp.ClientSession) -> None:
        """Use somebody else's session from now on; it stays open when the client is closed."""
        self._given = session

    async def send(self, request: Request) -> Response:
        """Send one request over a pooled connection.

        Errors of aiohttp that show URLs, which hold credentials, are not repeated.
        """
        socket, url = _dissected(request)
        try:
            return _AiohttpResponse(
                await self._session(socket).request(
                    request.method,
                    URL(url).with_query(request.params),
                    headers={**self._headers, **request.headers},
                    data=_payload(request.body),
                    timeout=self._timeout(request),
                    allow_redirects=False,
                    ssl=True if self._tls is None else self._tls,
                    proxy=self._proxy,
                )
            )
        except aiohttp.ClientConnectorError as error:
            raise ConnectionError(str(error)) from error
        except aiohttp.ConnectionTimeoutError:
            raise ConnectionError(f"no connection within {self._connect_timeout} s") from None
        except aiohttp.ClientHttpProxyError as error:
            raise ConnectionError(f"the proxy refused: {error.status} {error.message}") from None
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError):
            raise ConfigError(f"{request.base_url!r} is no URL") from None
        except aiohttp.ClientResponseError as error:
            raise TimeoutError(f"what came is no HTTP: {error.message}") from None
        except aiohttp.ClientError as error:
            raise TimeoutError(f"{type(error).__name__}: {error}") from error
        except TimeoutError as error:
            raise TimeoutError(f"nothing came within {request.timeout} s") from error

    async def aclose(self) -> None:
        """Close the sessions that are our own."""
        self._closed = True
        while self._own:
            _, session = self._own.popitem()
            await session.close()

    def _timeout(self, request: Request) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(request.timeout, sock_connect=self._connect_timeout)

    def _session(self, socket: str) -> aiohttp.ClientSession:
        if self._closed:
            raise ConfigError("the client is closed: make a new one")
        if self._given is not None:
            return self._given
        loop = asyncio.get_running_loop()
        if self._loop not in (None, loop):
            raise ConfigError("the client belongs to another event loop: make one in each")
        self._loop = loop
        if socket not in self._own:
            self._own[socket] = aiohttp.ClientSession(connector=self._connector(socket))
        return self._own[socket]

    def _connector(self, socket: str) -> aiohttp.BaseConnector:
        if socket:
            return aiohttp.UnixConnector(socket, limit=self._limit)
        return aiohttp.TCPConnector(limit=self._limit)


def _payload(body: bytes) -> bytes | io.BytesIO:
    """A large body as a file, which aiohttp sends in pieces so that the loop goes on meanwhile."""
    return io.BytesIO(body) if len(body) > _LARGE else body


def _dissected(request: Request) -> tuple[str, str]:
    """The unix socket of a request, if there is one, and the URL to ask."""
    parts = urlsplit(request.base_url)
    if parts.scheme != UNIX:
        return "", request.url
    return unquote(parts.netloc), f"http://localhost{parts.path}{request.path}"


class _AiohttpResponse:
    """An answer whose body is read from its connection."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.status = response.status
        self.headers: Mapping[str, str] = {
            name.lower(): value for name, value in response.headers.items()
        }

    async def chunks(self) -> AsyncIterator[bytes]:
        """Iterate over the body as it arrives."""
        try:
            async for chunk in self._response.content.iter_chunked(_READ_SIZE):
                yield chunk
        except (aiohttp.ClientError, TimeoutError) as error:
            self._response.close()
            if isinstance(error, TimeoutError):
                raise
            raise ConnectionError(f"{type(error).__name__}: {error}") from error

    async def aclose(self) -> None:
        """Give the connection back; close it if the body was not read to its end."""
        if self._response.content.at_eof():
            self._response.release()
        else:
            self._response.close()
