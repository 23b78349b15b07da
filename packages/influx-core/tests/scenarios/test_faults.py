"""What a network can do to a request, through a proxy of ours: the right exception, in time."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import random
import socket
import struct
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from influx_core import (
    DecodeError,
    InfluxDBClient,
    QueryError,
    ResponseLost,
    Series,
    ServerUnreachable,
)
from influx_testing.conformance.loopback_server import closed_port

Fault = Callable[[asyncio.StreamReader, asyncio.StreamWriter, str], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SOON = {"type": "backoff", "base": 0.01}
SECONDS = 0.5
GENEROUS = 60.0
"""A limit that only a call reaches that hangs, however slow the machine is."""
JUNK = 100_000_000


async def head(reader: asyncio.StreamReader) -> bytes:
    return await reader.readuntil(b"\r\n\r\n")


def reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST instead of FIN."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def reset_before_the_request(reader, writer, url):
    reset(writer)


async def reset_after_the_request(reader, writer, url):
    await head(reader)
    reset(writer)


async def stall(reader, writer, url):
    await reader.read()


async def stall_in_the_answer(reader, writer, url):
    await head(reader)
    writer.write(OK + b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"res')
    await reader.read()


async def cut_in_a_chunk(reader, writer, url):
    """Pass on two chunks of what the server says, and a part of the third."""
    upstream_reader, upstream = await asyncio.open_connection(
        *url.removeprefix("http://").split(":")
    )
    upstream.write((await head(reader)).replace(b"keep-alive", b"close"))
    answer = b""
    while answer.count(b"\n\r\n") < 4:  # one ends the head
        answer += await upstream_reader.read(1 << 16)
    writer.write(answer[: len(answer) - 40])
    await writer.drain()
    upstream.close()
    await upstream.wait_closed()


async def too_short(reader, writer, url):
    await head(reader)
    writer.write(OK + b"Content-Length: 500\r\n\r\n{}\n")


async def broken_gzip(reader, writer, url):
    await head(reader)
    body = gzip.compress(b'{"results":[{"statement_id":0}]}\n' * 1000)[:60] + b"\0" * 60
    writer.write(OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


async def no_http(reader, writer, url):
    await head(reader)
    writer.write(b"SSH-2.0-OpenSSH_9\r\n\r\n")


def junk(status: bytes, piece: bytes) -> Fault:
    async def send(reader, writer, url):
        await head(reader)
        writer.write(b"HTTP/1.1 %s\r\nContent-Type: application/json\r\n\r\n" % status)
        with contextlib.suppress(ConnectionError):
            for _ in range(JUNK // len(piece)):
                writer.write(piece)
                await writer.drain()

    return send


@contextlib.asynccontextmanager
async def proxy(fault: Fault, url: str = "") -> AsyncIterator[str]:
    """Do to every connection what a fault does; wait for all of them in the end."""
    connections: set[asyncio.Task] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(asyncio.current_task())
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await fault(reader, writer, url)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await asyncio.wait_for(asyncio.gather(*connections), GENEROUS)


async def ask(url: str, *, within: float = GENEROUS, **options: object) -> None:
    async with InfluxDBClient(url, db="x", timeout=within, **options) as client:
        await client.raw_query("SHOW DATABASES")


async def note_lengths(pieces: AsyncIterator[Series], seen: list[int]) -> None:
    async for piece in pieces:
        seen.append(len(piece))  # noqa: PERF401 - what came before an exception is kept


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (reset_before_the_request, ResponseLost, "may have been applied"),
        (reset_after_the_request, ResponseLost, "may have been applied"),
        (too_short, ResponseLost, "was cut"),
        (broken_gzip, (ResponseLost, DecodeError), "was cut|not a JSON response"),
        (no_http, ResponseLost, "may have been applied"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_the_exception_says_what_is_known(fault, error, words):
    async with proxy(fault) as url:
        with pytest.raises(error, match=words):
            await ask(url)


async def test_a_server_that_does_not_answer_is_left_when_the_time_is_over():
    async with proxy(stall) as url, asyncio.timeout(GENEROUS):
        with pytest.raises(ResponseLost, match=r"within 0\.5 s"):
            await ask(url, within=SECONDS)


async def test_an_answer_that_stalls_is_cut_when_the_time_is_over():
    async with proxy(stall_in_the_answer) as url, asyncio.timeout(2 * GENEROUS):
        for seconds in (SECONDS, 10 * SECONDS, GENEROUS):  # enough for the head of the answer
            with pytest.raises(ResponseLost) as raised:
                await ask(url, within=seconds)
            if "within" not in str(raised.value):
                break
    assert "was cut" in str(raised.value)


async def test_nobody_listening_is_unreachable():
    with closed_port() as url, pytest.raises(ServerUnreachable, match="Connect"):
        await ask(url)


async def test_rows_before_the_cut_are_given_and_then_the_cut_is_told(influxd_url: str):
    async with InfluxDBClient(influxd_url, db="cut") as direct:
        await direct.create_database("cut")
        await direct.write_many([("m", {}, {"f": i}, i) for i in range(2_000)])
        async with (
            proxy(cut_in_a_chunk, influxd_url) as url,
            InfluxDBClient(url, db="cut", timeout=GENEROUS) as client,
        ):
            seen: list[int] = []
            with pytest.raises((ResponseLost, DecodeError)):
                await note_lengths(client.stream("SELECT f FROM m", chunk_size=100), seen)
            with pytest.raises((ResponseLost, DecodeError)):
                await client.raw_query("SELECT f FROM m", chunk_size=100)
        await direct.drop_database("cut")
    assert 0 < sum(seen) < 2_000


@pytest.mark.parametrize(
    ("status", "piece", "error"),
    [
        (b"200 OK", random.Random(1).randbytes(1 << 16).replace(b"\n", b" "), DecodeError),
        (b"200 OK", b"<html>\n" * 9_000, DecodeError),
        (b"500 Oops", b"x" * (1 << 16), QueryError),
    ],
    ids=["no lines", "lines", "an error"],
)
@pytest.mark.parametrize("deserializer", ["json", "csv", "msgpack", "jsonl"])
async def test_junk_is_refused_before_it_fills_the_memory(status, piece, error, deserializer):
    async with proxy(junk(status, piece)) as url:
        tracemalloc.start()
        with pytest.raises(error):
            await ask(url, deserializer=deserializer, api="v3" if deserializer == "jsonl" else "v1")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 20_000_000


async def test_a_lost_query_is_asked_again_if_that_was_chosen():
    asked: list[bytes] = []

    async def first_reset(reader, writer, url):
        asked.append(await head(reader))
        if len(asked) == 1:
            reset(writer)
        else:
            writer.write(OK + b"Content-Length: 15\r\n\r\n" + b'{"results":[]}\n')

    async with proxy(first_reset) as url:
        await ask(url, retry=SOON)
    assert len(asked) == 2


async def test_a_lost_statement_that_changes_something_is_never_repeated():
    asked: list[bytes] = []

    async def always_reset(reader, writer, url):
        asked.append(await head(reader))
        reset(writer)

    async with proxy(always_reset) as url, InfluxDBClient(url, retry=SOON) as client:
        with pytest.raises(ResponseLost):
            await client.drop_database("x")
        with pytest.raises(ResponseLost):
            await client.write("m", {}, {"f": 1}, db="x")  # the server would take its own time
    assert len(asked) == 2


async def test_a_write_of_timed_points_is_repeated():
    asked: list[bytes] = []

    async def first_reset(reader, writer, url):
        asked.append(await head(reader))
        if len(asked) < 3:
            reset(writer)
        else:
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")

    async with proxy(first_reset) as url, InfluxDBClient(url, retry=SOON) as client:
        await client.write("m", {}, {"f": 1}, 5, db="x")
    assert len(asked) == 3


async def test_credentials_do_not_follow_a_redirect():
    elsewhere: list[bytes] = []

    async def note(reader, writer, url):
        elsewhere.append(await head(reader))

    async with proxy(note) as other:

        async def redirect(reader, writer, url):
            await head(reader)
            writer.write(
                b"HTTP/1.1 307 Temporary Redirect\r\nContent-Length: 0\r\n"
                b"Location: %s/query\r\n\r\n" % other.encode()
            )

        async with proxy(redirect) as url:
            with pytest.raises(QueryError, match="which is not followed") as caught:
                await ask(url, username="root", password="s3cret")
    assert elsewhere == []
    assert "s3cret" not in str(caught.value)
