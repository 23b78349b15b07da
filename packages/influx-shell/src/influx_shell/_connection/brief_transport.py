"""Sends a few requests over plain HTTP, and is imported in a fraction of the time of aiohttp.

A command that asks one question is over sooner with it; commands that send many requests, and all
that need TLS, use the transports of the client, which keep their connections.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from socket import gaierror
from urllib.parse import quote, urlencode, urlsplit

import h11

from influx_core import ConfigError
from influx_core.interfaces import Request, Response
from influx_shell._connection.chunked_body import ChunkedBody

__all__ = ["BriefTransport"]

_CONNECT_SECONDS = 10.0
_READ_SIZE = 1 << 18
_WITHOUT_BODY = (204, 304)
"""Statuses of responses that have no body, whatever their headers say."""
_PATH_CHARACTERS = "/%:@!$&'()*+,;=~"


class BriefTransport:
    """Opens a connection for each request to `http` URLs."""

    def __init__(self) -> None:
        self._open: set[_Exchange] = set()

    async def send(self, request: Request) -> Response:
        """Send one request over a connection of its own."""
        exchange = await _Exchange.connected(request)
        self._open = {each for each in self._open if not each.closed} | {exchange}
        try:
            async with asyncio.timeout(request.timeout):
                await exchange.ask(request)
        except TimeoutError:
            failure: Exception = TimeoutError(f"nothing came within {request.timeout} s")
        except OSError as error:
            failure = TimeoutError(f"the connection broke: {_reason(error)}")
        except h11.RemoteProtocolError:
            failure = TimeoutError("the connection closed, or the response is not HTTP")
        except h11.LocalProtocolError as error:
            failure = ConfigError(f"the request cannot be sent by HTTP: {error}")
        else:
            return exchange
        finally:
            if not exchange.status:
                await exchange.aclose()
        raise failure

    async def aclose(self) -> None:
        """Close all connections."""
        while self._open:
            await self._open.pop().aclose()


class _Exchange:
    """A request and its response, on one connection."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, timeout: float | None
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._timeout = timeout
        self._http = h11.Connection(h11.CLIENT)
        self._chunked: ChunkedBody | None = None
        self._unread = b""
        self._ended = False
        self.closed = False
        self.status = 0
        self.headers: Mapping[str, str] = {}

    @classmethod
    async def connected(cls, request: Request) -> _Exchange:
        """Open the connection for a request.

        Raises:
            ConnectionError: there is none in 10 seconds.
        """
        parts = urlsplit(request.base_url)
        host = parts.hostname or ""
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                reader, writer = await asyncio.open_connection(
                    host, parts.port or 80, limit=_READ_SIZE
                )
        except TimeoutError:
            failure: Exception = ConnectionError(f"no connection within {_CONNECT_SECONDS:g} s")
        except OSError as error:
            failure = ConnectionError(f"cannot connect to {host}: {_reason(error)}")
        except UnicodeError:
            failure = ConnectionError(f"{host!r} is not the name of a host")
        else:
            return cls(reader, writer, request.timeout)
        raise failure

    async def ask(self, request: Request) -> None:
        """Send the request, and read the status and the headers of the response."""
        await self._send(request)
        while True:
            event = await self._next_event()
            if isinstance(event, h11.Response):
                self.status = event.status_code
                self.headers = {
                    name.decode("latin-1"): value.decode("latin-1") for name, value in event.headers
                }
                if "transfer-encoding" in self.headers and self._has_body(request):
                    self._chunked = ChunkedBody()  # h11 refuses other encodings
                    self._unread, _ = self._http.trailing_data
                return
            if not isinstance(event, h11.InformationalResponse):
                raise h11.RemoteProtocolError("there is no response")

    async def chunks(self) -> AsyncIterator[bytes]:
        """Iterate over the body as it arrives."""
        while True:
            try:
                async with asyncio.timeout(self._timeout):
                    data = await self._next_data(self._chunked)
            except TimeoutError:
                failure: Exception = TimeoutError(f"nothing came for {self._timeout} s")
            except h11.RemoteProtocolError:
                failure = ConnectionError("the connection closed before the end of the body")
            except OSError as error:
                failure = ConnectionError(f"the connection broke: {_reason(error)}")
            else:
                if not data:
                    break
                yield data
                continue
            await self.aclose()
            raise failure
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connection."""
        if self.closed:
            return  # waiting twice fails if the first one who waited was cancelled
        self.closed = True
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()

    async def _send(self, request: Request) -> None:
        """Send the request; a server may respond, and close the connection, before its end."""
        parts = urlsplit(request.base_url)
        headers = {
            "host": parts.netloc.rpartition("@")[2],
            "accept-encoding": "identity",
            "connection": "close",
            **{name.lower(): value for name, value in request.headers.items()},
        }
        if request.body or request.method != "GET":
            headers["content-length"] = str(len(request.body))
        events = [
            h11.Request(
                method=request.method, target=_target(request), headers=list(headers.items())
            ),
            *([h11.Data(data=request.body)] if request.body else []),
            h11.EndOfMessage(),
        ]
        for event in events:
            self._writer.write(self._http.send(event) or b"")
        with suppress(ConnectionError):
            await self._writer.drain()

    def _has_body(self, request: Request) -> bool:
        return request.method != "HEAD" and self.status not in _WITHOUT_BODY

    async def _next_data(self, chunked: ChunkedBody | None) -> bytes:
        """The next bytes of the body, as many as have come; empty at its end."""
        if chunked is not None:
            data = b""
            while not data and not chunked.ended:
                data = chunked.feed(await self._next_bytes())
            return data
        pieces: list[bytes] = []
        while not pieces and not self._ended:
            event = await self._next_event()
            while isinstance(event, h11.Data):
                pieces.append(event.data)
                event = self._event_at_hand()
            self._ended = event is not h11.NEED_DATA
        return b"".join(pieces)

    async def _next_bytes(self) -> bytes:
        """The next bytes of the connection, of which h11 has read the head of the response."""
        data, self._unread = self._unread, b""
        data = data or await self._reader.read(_READ_SIZE)
        if not data:
            raise h11.RemoteProtocolError("the connection closed")
        return data

    def _event_at_hand(self) -> type[h11.NEED_DATA | h11.PAUSED] | h11.Event:
        """The next event, if it has come; an error is raised when it is waited for."""
        try:
            return self._http.next_event()
        except h11.RemoteProtocolError:
            return h11.NEED_DATA

    async def _next_event(self) -> type[h11.NEED_DATA | h11.PAUSED] | h11.Event:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._reader.read(_READ_SIZE))
        return event


def _target(request: Request) -> str:
    path = quote(urlsplit(request.url).path or "/", safe=_PATH_CHARACTERS)
    return f"{path}?{urlencode(request.params)}" if request.params else path


def _reason(error: OSError) -> str:
    """The words of the system: asyncio repeats the address, or those of several addresses."""
    if isinstance(error, gaierror):
        return "the name cannot be resolved"
    return os.strerror(error.errno) if error.errno else str(error)
