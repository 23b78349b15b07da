"""The contract of a transport: requests arrive unchanged, failures raise the right exception."""

from __future__ import annotations

import asyncio
import gzip
import os
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qsl, unquote

import pytest

from influx_core.interfaces import Request, Response, Transport
from influx_testing.conformance.loopback_server import LoopbackServer, closed_port

__all__ = ["TransportSuite"]

OK = b"HTTP/1.1 200 OK\r\nX-Influxdb-Version: 1.6\r\nContent-Length: 4\r\n\r\nfine"
NO_CONTENT = b"HTTP/1.1 204 No Content\r\nX-Influxdb-Version: 1.6\r\n\r\n"
REFUSED = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno"
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"
COOKIE = b"HTTP/1.1 204 No Content\r\nSet-Cookie: session=s3cret\r\nConnection: close\r\n\r\n"
REDIRECT = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
CUT = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\nbegin"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegin\r\n"
CUT_CHUNK = CHUNKED + b"9\r\nmid"
BINARY = bytes(range(256)) * 8
SECONDS = 60.0  # only a transport that hangs takes so long, however busy the machine is
SOON = 0.2

PARAMS = (
    ("q", "SELECT \"a b\" FROM m WHERE t = 'x&y=z+1' AND s =~ /[%#?;]/\n"),
    ("db", "d\u00e9j\u00e0 vu/\N{SNOWMAN}"),
    ("empty", ""),
    ("twice", "1"),
    ("twice", "2"),
)
BODIES = {
    "lines": b"m f=1 1\nm f=2 2\n",
    "line ends": b'\n\r\nm s="a\nb\r\n" 1\r\n\n',
    "bytes": BINARY,
    "gzip": gzip.compress(b"m f=1 1\n"),
    "large": b"m f=1 1\n" * 100_000,
}


class TransportSuite:
    """Tests for any HTTP transport, with a loopback server; a subclass creates it in `make`."""

    def make(self) -> Transport:
        """Return a new transport."""
        raise NotImplementedError("make() must return the transport")

    def base_url(self, url: str) -> str:
        """The transport's base URL for the server at `url` (`http://...`)."""
        return url

    @pytest.mark.parametrize("method", ["GET", "POST"])
    async def test_a_request_has_its_method_and_path(self, method: str) -> None:
        server, _ = await self._exchanged(OK, Request(method, "/api/v2/write"))
        (request,) = server.requests
        assert (request.method, request.target) == (method, "/api/v2/write")

    async def test_the_prefix_of_the_base_url_comes_before_the_path(self) -> None:
        server, _ = await self._exchanged(OK, Request("GET", "/ping"), prefix="/influx")
        assert server.requests[0].target == "/influx/ping"

    async def test_parameters_arrive_as_they_are_and_in_order(self) -> None:
        server, _ = await self._exchanged(OK, Request("POST", "/query", PARAMS))
        path, _, query = server.requests[0].target.partition("?")
        assert unquote(path) == "/query"
        assert tuple(parse_qsl(query, keep_blank_values=True, strict_parsing=True)) == PARAMS

    async def test_headers_arrive(self) -> None:
        headers = {
            "accept": "application/csv",
            "authorization": "Token s3cret==",
            "content-encoding": "gzip",
            "content-type": "text/plain; charset=utf-8",
            "x-request-id": "a b",
        }
        body = BODIES["gzip"]
        server, _ = await self._exchanged(OK, Request("POST", "/write", (), headers, body))
        arrived = server.requests[0].headers
        assert {name: arrived.get(name) for name in headers} == headers

    @pytest.mark.parametrize("name", BODIES)
    async def test_a_body_arrives_byte_by_byte(self, name: str) -> None:
        sent = BODIES[name]
        server, _ = await self._exchanged(OK, Request("POST", "/write", (), {}, sent))
        arrived = server.requests[0].body
        unchanged = arrived == sent  # pytest takes hours to show the difference of large bodies
        assert unchanged, f"{len(sent)} bytes were sent, {len(arrived)} arrived: {arrived[:60]!r}"

    async def test_a_request_is_sent_once(self) -> None:
        server, _ = await self._exchanged(BUSY, Request("POST", "/write", (), {}, b"m f=1"))
        assert len(server.requests) == 1

    async def test_a_response_has_its_status_headers_and_body(self) -> None:
        async with self._asked(OK) as response:
            assert response.status == 200
            assert response.headers["x-influxdb-version"] == "1.6"
            assert await _body(response) == b"fine"

    async def test_names_of_headers_are_in_lower_case(self) -> None:
        async with self._asked(OK) as response:
            assert [name for name in response.headers if name != name.lower()] == []

    async def test_a_body_of_any_bytes_is_read_as_it_is(self) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(BINARY)}\r\n\r\n".encode()
        async with self._asked(head + BINARY) as response:
            assert await _body(response) == BINARY

    async def test_a_response_without_a_body_has_no_chunks(self) -> None:
        async with self._asked(NO_CONTENT) as response:
            assert (response.status, await _body(response)) == (204, b"")

    @pytest.mark.parametrize(("answer", "expected"), [(REFUSED, (400, b"no")), (BUSY, (503, b""))])
    async def test_an_error_status_is_a_response_like_any_other(
        self, answer: bytes, expected: tuple[int, bytes]
    ) -> None:
        async with self._asked(answer) as response:
            assert (response.status, await _body(response)) == expected

    async def test_a_redirect_is_not_followed(self) -> None:
        async with self._asked(REDIRECT) as response:
            assert response.status == 302

    async def test_a_cookie_of_a_response_is_not_sent(self) -> None:
        """One transport sends the requests of all base URLs."""
        async with LoopbackServer(COOKIE) as server, _closing(self.make()) as transport:
            for _ in range(2):
                response = await transport.send(self._request(server.url, SECONDS))
                await _body(response)
                await response.aclose()
        assert [request.headers.get("cookie") for request in server.requests] == [None, None]

    async def test_a_body_is_read_while_it_arrives(self) -> None:
        """A response can be larger than the memory, or never end."""
        async with self._asked(CHUNKED, SECONDS, stall=True) as response:
            first = await asyncio.wait_for(anext(aiter(response.chunks())), SECONDS)
            assert first == b"begin"

    async def test_requests_at_the_same_time_do_not_mix(self) -> None:
        async with LoopbackServer(None) as server, _closing(self.make()) as transport:

            async def ask(number: int) -> bytes:
                request = self._request(server.url, SECONDS, f"/{number}")
                response = await transport.send(request)
                try:
                    return await _body(response)
                finally:
                    await response.aclose()

            bodies = await asyncio.gather(*map(ask, range(8)))
        assert bodies == [f"/{number}".encode() for number in range(8)]

    async def test_a_request_that_was_not_sent_is_a_connection_error(self) -> None:
        async with _closing(self.make()) as transport:
            with closed_port() as url, pytest.raises(ConnectionError):
                await transport.send(self._request(url, SECONDS))

    async def test_no_response_in_time_is_a_timeout(self) -> None:
        async with asyncio.timeout(SECONDS):
            with pytest.raises(TimeoutError):
                async with self._asked(b"", SOON, stall=True):
                    raise AssertionError("there was a response")

    async def test_without_a_timeout_a_late_response_is_waited_for(self) -> None:
        async with self._asked(OK, None, pause=SOON) as response:
            assert await _body(response) == b"fine"

    async def test_a_connection_lost_before_the_response_is_not_a_connection_error(self) -> None:
        """A ConnectionError would say that nothing was applied."""
        with pytest.raises(TimeoutError):
            async with self._asked(b""):
                raise AssertionError("there was a response")

    @pytest.mark.parametrize("answer", [CUT, CUT_CHUNK], ids=["length", "chunk"])
    async def test_a_cut_body_is_a_connection_error(self, answer: bytes) -> None:
        async with self._asked(answer) as response:
            with pytest.raises(ConnectionError):
                await _body(response)

    async def test_a_body_that_stalls_is_a_timeout(self) -> None:
        """On a busy machine the head may come too late; then a longer limit is tried."""
        async with asyncio.timeout(2 * SECONDS):
            for within in (SOON, 10 * SOON, SECONDS):
                try:
                    async with self._asked(CUT, within, stall=True) as response:
                        with pytest.raises(TimeoutError):
                            await _body(response)
                except TimeoutError:
                    if within == SECONDS:
                        raise
                else:
                    return

    async def test_a_cancelled_request_is_cancelled_and_the_transport_goes_on(self) -> None:
        async with _closing(self.make()) as transport:
            async with LoopbackServer(b"", stall=True) as silent:
                task = asyncio.ensure_future(transport.send(self._request(silent.url, SECONDS)))
                await asyncio.wait_for(silent.asked.wait(), SECONDS)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            async with LoopbackServer(OK) as server:
                response = await transport.send(self._request(server.url, SECONDS))
                assert await _body(response) == b"fine"
                await response.aclose()

    async def test_closing_twice_does_no_harm(self) -> None:
        transport = self.make()
        await transport.aclose()
        await transport.aclose()

    async def test_closing_a_response_twice_or_unread_does_no_harm(self) -> None:
        async with self._asked(OK) as response:
            await response.aclose()
            await response.aclose()

    async def test_nothing_is_left_after_closing(self) -> None:
        """No connection, task, thread or process."""
        tasks, threads, processes = asyncio.all_tasks(), set(threading.enumerate()), _children()
        async with LoopbackServer(OK, stall=True) as server:
            transport = self.make()
            response = await transport.send(self._request(server.url, SECONDS))
            await response.aclose()
            await transport.aclose()
            await asyncio.wait_for(server.hung_up.wait(), SECONDS)
            for _ in range(round(SECONDS * 100)):
                ended = asyncio.all_tasks() <= tasks | server.tasks
                if ended and set(threading.enumerate()) <= threads:
                    break
                await asyncio.sleep(0.01)
            assert asyncio.all_tasks() - tasks - server.tasks == set()
            assert set(threading.enumerate()) - threads == set()
            assert _children() - processes == set()

    async def _exchanged(
        self, answer: bytes, request: Request, prefix: str = ""
    ) -> tuple[LoopbackServer, Response]:
        """Send a request and read the response; returns the server, which knows what came."""
        async with LoopbackServer(answer) as server, _closing(self.make()) as transport:
            sent = Request(
                request.method,
                request.path,
                request.params,
                request.headers,
                request.body,
                self.base_url(server.url) + prefix,
                SECONDS,
            )
            response = await transport.send(sent)
            await _body(response)
            await response.aclose()
            return server, response

    @asynccontextmanager
    async def _asked(
        self,
        answer: bytes,
        within: float | None = SECONDS,
        *,
        stall: bool = False,
        pause: float = 0,
    ) -> AsyncGenerator[Response]:
        async with LoopbackServer(answer, stall=stall, pause=pause) as server:
            transport = self.make()
            try:
                response = await transport.send(self._request(server.url, within))
                yield response
                await response.aclose()
                await response.aclose()
            finally:
                await transport.aclose()

    def _request(self, url: str, within: float | None, path: str = "/write") -> Request:
        return Request("POST", path, body=b"m f=1", base_url=self.base_url(url), timeout=within)


async def _body(response: Response) -> bytes:
    return b"".join([chunk async for chunk in response.chunks()])


@asynccontextmanager
async def _closing(transport: Transport) -> AsyncGenerator[Transport]:
    try:
        yield transport
    finally:
        await transport.aclose()


def _children() -> set[str]:
    """The processes that this one has started, where the system tells."""
    lists = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {number for path in lists for number in path.read_text().split()}
