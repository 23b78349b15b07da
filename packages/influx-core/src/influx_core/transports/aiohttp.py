"""HTTP over aiohttp: the sockets of `http` and `https`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from importlib.metadata import version

from influx_core.errors import ConfigError
from influx_core.interfaces import Request, Response

try:
    import aiohttp
except ImportError as error:
    raise ConfigError("HTTP needs aiohttp: pip install 'influx-core[aiohttp]'") from error

from yarl import URL

__all__ = ["AiohttpTransport"]

_READ_SIZE = 1 << 16


class AiohttpTransport:
    """Carries requests with an aiohttp session.

    Answers are asked for uncompressed unless `headers` say otherwise: a server packs slower than
    a local network carries.

    Args:
        session: a session to use, which stays open; without it one is made at the first request,
            belongs to the event loop of that moment and is closed by `aclose`.
        headers: sent with every request.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._given = session
        self._own: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False
        self._headers = {
            "accept-encoding": "identity",
            "user-agent": f"influx-core/{version('influx-core')}",
            **{name.lower(): value for name, value in (headers or {}).items()},
        }

    def adopt(self, session: aiohttp.ClientSession) -> None:
        """Use somebody else's session from now on; it stays open when the client is closed."""
        self._given = session

    async def send(self, request: Request) -> Response:
        """Send one request over a pooled connection."""
        try:
            return _AiohttpResponse(
                await self._session().request(
                    request.method,
                    URL(request.url).with_query(request.params),
                    headers={**self._headers, **request.headers},
                    data=request.body,
                    timeout=aiohttp.ClientTimeout(total=request.timeout),
                    allow_redirects=False,
                )
            )
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise ConnectionError(str(error)) from error
        except aiohttp.InvalidURL as error:
            raise ConfigError(f"{request.base_url!r} is no URL: {error}") from error
        except aiohttp.ClientError as error:
            raise TimeoutError(f"{type(error).__name__}: {error}") from error
        except TimeoutError as error:
            raise TimeoutError(f"nothing came within {request.timeout} s") from error

    async def aclose(self) -> None:
        """Close the session, if it is our own."""
        self._closed = True
        if self._own is not None:
            own, self._own = self._own, None
            await own.close()

    def _session(self) -> aiohttp.ClientSession:
        if self._closed:
            raise ConfigError("the client is closed: make a new one")
        if self._given is not None:
            return self._given
        loop = asyncio.get_running_loop()
        if self._own is None:
            self._own = aiohttp.ClientSession(auto_decompress=True)
            self._loop = loop
        elif self._loop is not loop:
            raise ConfigError("the client belongs to another event loop: make one in each")
        return self._own


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
