"""The contract of a transport: whole answers, and the truth about what may have been applied."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from influx_core.interfaces import Request, Response, Transport

__all__ = ["TransportSuite"]

OK = b"HTTP/1.1 200 OK\r\nX-Influxdb-Version: 1.6\r\nContent-Length: 4\r\n\r\nfine"
REFUSED = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno"
REDIRECT = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
CUT = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\nbegin"
SECONDS = 5.0
SOON = 0.2


class TransportSuite:
    """Inherit it, and say how the transport is made; the tests talk to a loopback server."""

    def make(self) -> Transport:
        """Make the transport."""
        raise NotImplementedError("say how the transport is made")

    def base_url(self, url: str) -> str:
        """The base URL under which the transport reaches a server at `url` (`http://...`)."""
        return url

    async def test_an_answer_has_its_status_headers_and_body(self) -> None:
        async with self._asked(OK) as response:
            assert response.status == 200
            assert response.headers["x-influxdb-version"] == "1.6"
            assert await _body(response) == b"fine"

    async def test_an_error_status_is_an_answer_like_any_other(self) -> None:
        async with self._asked(REFUSED) as response:
            assert (response.status, await _body(response)) == (400, b"no")

    async def test_a_redirect_is_not_followed(self) -> None:
        async with self._asked(REDIRECT) as response:
            assert response.status == 302

    async def test_a_request_that_was_not_sent_is_a_connection_error(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        with pytest.raises(ConnectionError):
            await self._send(f"http://127.0.0.1:{port}", SECONDS)

    async def test_no_answer_in_time_is_a_timeout(self) -> None:
        with pytest.raises(TimeoutError):
            async with self._asked(b"", SOON, stall=True):
                raise AssertionError("there was an answer")

    async def test_a_connection_lost_before_the_answer_is_no_connection_error(self) -> None:
        """Since that would say that nothing was applied."""
        with pytest.raises(TimeoutError):
            async with self._asked(b""):
                raise AssertionError("there was an answer")

    async def test_a_cut_body_is_a_connection_error(self) -> None:
        async with self._asked(CUT) as response:
            with pytest.raises(ConnectionError):
                await _body(response)

    async def test_a_body_that_stalls_is_a_timeout(self) -> None:
        async with self._asked(CUT, SOON, stall=True) as response:
            with pytest.raises(TimeoutError):
                await _body(response)

    async def test_closing_twice_does_no_harm(self) -> None:
        transport = self.make()
        await transport.aclose()
        await transport.aclose()

    @asynccontextmanager
    async def _asked(
        self, answer: bytes, within: float = SECONDS, *, stall: bool = False
    ) -> AsyncGenerator[Response]:
        async with _server(answer, stall=stall) as url:
            transport = self.make()
            try:
                response = await transport.send(self._request(url, within))
                yield response
                await response.aclose()
                await response.aclose()
            finally:
                await transport.aclose()

    async def _send(self, url: str, within: float) -> None:
        transport = self.make()
        try:
            await transport.send(self._request(url, within))
        finally:
            await transport.aclose()

    def _request(self, url: str, within: float) -> Request:
        return Request("POST", "/write", body=b"m f=1", base_url=self.base_url(url), timeout=within)


async def _body(response: Response) -> bytes:
    return b"".join([chunk async for chunk in response.chunks()])


@asynccontextmanager
async def _server(answer: bytes, *, stall: bool) -> AsyncGenerator[str]:
    """Answer every request with the same bytes, then hang up, or wait for the other side to."""
    connections: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(asyncio.current_task())
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()
            if stall:
                await reader.read()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await asyncio.gather(*filter(None, connections))
