from __future__ import annotations

import asyncio
import contextlib
import gzip
import re
import traceback
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest

from influx_core import ConfigError
from influx_core._http.transports.aiohttp import AiohttpTransport
from influx_core.interfaces import Request
from influx_testing.conformance.loopback_server import closed_port

WHO = (("u", "root"), ("p", "s3cret"))
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nX-Influxdb-Version: 1.6\r\n\r\nfine"
CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfine\r\n"


@contextlib.asynccontextmanager
async def server(answer: bytes | None, *, stall: bool = False) -> AsyncIterator[tuple[str, list]]:
    """A loopback server that reads the head of a request and answers with given bytes."""
    heads: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
            writer.write(answer or b"")
            await writer.drain()
            if stall:
                await reader.read()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}", heads


@pytest.fixture
async def transport() -> AsyncIterator[AiohttpTransport]:
    made = AiohttpTransport(headers={"X-Mine": "yes"})
    yield made
    await made.aclose()


def ask(url: str, timeout: float = 60, **more) -> Request:
    return Request("GET", "/query", base_url=url, timeout=timeout, **more)


async def sent_in_time(transport, url: str):
    """A response whose head came within the shortest limit that this machine can keep."""
    for limit in (0.3, 3):
        with contextlib.suppress(TimeoutError):
            return await transport.send(ask(url, timeout=limit))
    return await transport.send(ask(url, timeout=30))


async def body(response) -> bytes:
    return b"".join([chunk async for chunk in response.chunks()])


async def test_a_request_goes_out_as_it_is_and_uncompressed_answers_are_asked_for(transport):
    async with server(OK) as (url, heads):
        hostile = (("q", "a+b &c=%22é"), ("db", "x y"))
        response = await transport.send(ask(url + "/prefix", params=hostile))
        assert await body(response) == b"fine"
    assert heads[0].startswith("GET /prefix/query?q=a%2Bb+%26c%3D%2522%C3%A9&db=x+y HTTP/1.1")
    assert "accept-encoding: identity" in heads[0].lower()
    assert "x-mine: yes" in heads[0].lower()
    assert response.headers["x-influxdb-version"] == "1.6"


async def test_a_refused_connection_was_not_sent(transport):
    with closed_port() as url, pytest.raises(ConnectionError):
        await transport.send(ask(url))


async def test_the_error_of_an_http_url_says_nothing_of_tls(transport):
    with closed_port() as url, pytest.raises(ConnectionError) as caught:
        await transport.send(ask(url))
    assert str(caught.value) == "cannot connect to 127.0.0.1: Connection refused"
    assert "ssl" not in "".join(traceback.format_exception_only(caught.value)).lower()


async def test_no_answer_in_time_may_have_been_applied(transport):
    async with server(b"", stall=True) as (url, _):
        with pytest.raises(TimeoutError, match=r"within 0\.2 s"):
            await transport.send(ask(url, timeout=0.2))


async def test_a_connection_lost_before_the_answer_may_have_been_applied(transport):
    async with server(None) as (url, _):
        with pytest.raises(TimeoutError, match="disconnected before"):
            await transport.send(Request("POST", "/write", base_url=url, body=b"m f=1"))


@pytest.mark.parametrize("cut", [OK[:-2], CHUNKS])
async def test_a_body_that_is_cut_is_an_error(transport, cut):
    async with server(cut) as (url, _):
        response = await transport.send(ask(url))
        with pytest.raises(ConnectionError):
            await body(response)


async def test_a_body_that_stalls_runs_out_of_time(transport):
    async with server(CHUNKS, stall=True) as (url, _):
        response = await sent_in_time(transport, url)
        with pytest.raises(TimeoutError, match="nothing came for"):
            await body(response)
        await response.aclose()


async def test_a_redirect_is_not_followed(transport):
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\nContent-Length: 0\r\n\r\n"
    async with server(moved) as (url, _):
        response = await transport.send(ask(url))
        assert response.status == 302
        await response.aclose()


async def test_a_closed_transport_says_so(transport):
    await transport.aclose()
    with pytest.raises(ConfigError, match="closed"):
        await transport.send(ask("http://127.0.0.1:1"))


async def test_a_given_session_is_used_and_stays_open():
    async with server(OK) as (url, _), aiohttp.ClientSession() as session:
        transport = AiohttpTransport(session)
        await body(await transport.send(ask(url)))
        await transport.aclose()
        assert not session.closed


def test_a_session_belongs_to_its_loop():
    transport = AiohttpTransport()

    async def use(then: Callable[[], object] = lambda: None) -> None:
        async with server(OK) as (url, _):
            await body(await transport.send(ask(url)))

    with asyncio.Runner() as first, asyncio.Runner() as second:
        first.run(use())
        with pytest.raises(ConfigError, match="another event loop"):
            second.run(use())
        first.run(transport.aclose())


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH\r\n", OK.replace(b"fine", b"x" * 9_000)])
async def test_what_is_no_http_is_told_without_the_credentials_of_the_url(transport, answer):
    answer = answer.replace(b"X-Influxdb-Version: 1.6", b"X: " + b"y" * 20_000)
    async with server(answer) as (url, _):
        with pytest.raises(TimeoutError, match="is not HTTP") as caught:
            await transport.send(ask(url, params=WHO))
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("encoding", ["br", "gzip"])
async def test_a_body_in_an_encoding_that_cannot_be_read_is_told(transport, encoding):
    answer = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: 5\r\n\r\nabcde"
    async with server(answer.encode()) as (url, _):
        with pytest.raises(
            (TimeoutError, ConnectionError), match="none was asked for; does a proxy"
        ):
            await body(await transport.send(ask(url)))


async def test_a_proxy_that_refuses_sent_nothing_and_its_password_is_not_shown():
    async with server(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n") as (url, _):
        proxied = AiohttpTransport(proxy=url.replace("://", "://user:s3cret@"))
        with pytest.raises(ConnectionError, match="the proxy refused: 407") as caught:
            await proxied.send(ask("https://db.example:8086"))
        await proxied.aclose()
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


@contextlib.asynccontextmanager
async def recording(answer: bytes) -> AsyncIterator[tuple[str, list[tuple[str, bytes]]]]:
    """A loopback server that keeps the heads and bodies of requests."""
    kept: list[tuple[str, bytes]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = re.search(r"content-length: (\d+)", head)
            kept.append((head, await reader.readexactly(int(length[1]) if length else 0)))
            writer.write(answer.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            await writer.drain()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", kept


async def test_the_body_of_a_write_is_compressed_if_wanted():
    lines = b"m f=1 1\n" * 1_000
    async with recording(OK) as (url, kept):
        packing = AiohttpTransport(gzip=True)
        for operation in ("write", "query"):
            request = Request("POST", "/x", base_url=url, body=lines, operation=operation)
            await body(await packing.send(request))
        await packing.aclose()
    (write, packed), (query, plain) = kept
    assert "content-encoding: gzip" in write
    assert gzip.decompress(packed) == lines
    assert "content-encoding" not in query
    assert plain == lines


async def test_the_proxy_of_the_environment_is_used_only_if_asked_for(monkeypatch):
    async with recording(OK) as (proxy, kept):
        monkeypatch.setenv("http_proxy", proxy)
        monkeypatch.setenv("no_proxy", "")
        for trust_env in (True, False):
            transport = AiohttpTransport(trust_env=trust_env)
            with contextlib.suppress(ConnectionError):
                await body(await transport.send(ask("http://db.invalid:8086")))
            await transport.aclose()
    assert len(kept) == 1
    assert kept[0][0].startswith("get http://db.invalid:8086/query")


async def test_cookies_of_a_server_are_not_kept():
    answer = OK.replace(b"\r\n\r\n", b"\r\nSet-Cookie: a=b; Path=/\r\n\r\n")
    async with recording(answer) as (url, kept):
        transport = AiohttpTransport()
        for _ in range(2):
            await body(await transport.send(ask(url)))
        await transport.aclose()
    assert not any("cookie" in head for head, _ in kept)
