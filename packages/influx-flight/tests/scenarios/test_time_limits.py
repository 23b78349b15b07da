"""Silence, deadlines and cancellation: `timeout` bounds the silence of the server, as over HTTP."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress

import pyarrow as pa
import pyarrow.flight as fl
import pytest

from influx_core import InfluxDBClient, InfluxDBError, ResponseLost, ServerUnreachable

BATCH = pa.record_batch({"n": [1, 2, 3]})
SOON = 0.2
LONG = 120.0
LIMITS = (SOON, 10 * SOON, 50 * SOON)
"""A slow machine may not keep the first one: silence of the server is what it looks like."""


@pytest.fixture
def silence():
    """An event that ends the silence of the server."""
    event = threading.Event()
    yield event
    event.set()


def connect(server, **options) -> InfluxDBClient:
    return InfluxDBClient(
        server.url, **{"db": "d", "api": "v3", "transport": "flight", "timeout": SOON, **options}
    )


def silent_at(place: str, silence: threading.Event):
    """A stream that is silent before its schema, before its rows, or after its first rows."""

    def batches():
        if place == "schema":
            silence.wait(LONG)
        yield BATCH
        silence.wait(LONG)

    def answer():
        if place == "nothing":
            silence.wait(LONG)
        return fl.GeneratorStream(BATCH.schema, batches())

    return answer


@pytest.mark.parametrize("place", ["nothing", "schema", "rows"])
async def test_silence_ends_in_time_wherever_it_begins(flight_server, silence, place):
    query = flight_server.answer(f"silent after {place}", silent_at(place, silence))
    async with connect(flight_server) as client:
        began = time.monotonic()
        with pytest.raises(ResponseLost, match=r"nothing came (within|for) 0\.2 s"):
            await client.query_sql(query)
        assert time.monotonic() - began < LONG / 2


@pytest.mark.parametrize("place", ["nothing", "rows"])
async def test_a_limit_of_the_whole_call_ends_it(flight_server, silence, place):
    query = flight_server.answer(f"late after {place}", silent_at(place, silence))
    async with connect(flight_server, timeout={"attempt": LONG, "total": SOON}) as client:
        with pytest.raises(ResponseLost):
            await client.query_sql(query)


async def in_time(work: Callable[[float], Awaitable[None]]) -> None:
    """Do work that must keep a limit of silence, with the shortest one that this machine keeps."""
    for limit in LIMITS[:-1]:
        with suppress(ResponseLost, ServerUnreachable):
            return await work(limit)
    return await work(LIMITS[-1])


async def test_a_stream_may_take_longer_than_the_silence(flight_server):
    async def work(limit: float) -> None:
        def batches():
            for _ in range(6):
                time.sleep(limit / 4)
                yield BATCH

        query = flight_server.answer("long", lambda: fl.GeneratorStream(BATCH.schema, batches()))
        async with connect(flight_server, timeout=limit) as client:
            assert len(await client.query_sql(query)) == 18

    await in_time(work)


async def test_the_time_of_the_reader_does_not_count(flight_server):
    query = flight_server.answer(
        "slow reader", lambda: fl.GeneratorStream(BATCH.schema, iter([BATCH] * 3))
    )

    async def work(limit: float) -> None:
        client = connect(flight_server, timeout=limit)
        async with client, aclosing(client.stream_sql(query)) as pieces:
            assert len(await anext(pieces)) == 3
            await asyncio.sleep(limit * 2)
            assert sum([len(piece) async for piece in pieces]) == 6

    await in_time(work)


@pytest.mark.parametrize("place", ["nothing", "schema", "rows"])
async def test_a_cancelled_query_ends_and_the_client_goes_on(flight_server, silence, place):
    query = flight_server.answer(f"cancelled after {place}", silent_at(place, silence))
    after = flight_server.answer("after", lambda: pa.table({"n": [1]}))
    async with connect(flight_server, timeout=LONG) as client:
        task = asyncio.ensure_future(client.query_sql(query))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, LONG / 2)
        assert len(await client.query_sql(after)) == 1


async def test_a_stream_that_is_left_ends_its_call(flight_server):
    """The thread ends, although the server would send more for ever."""

    def batches():
        while True:
            yield BATCH

    query = flight_server.answer("endless", lambda: fl.GeneratorStream(BATCH.schema, batches()))
    before = set(threading.enumerate())
    async with connect(flight_server, timeout=LONG) as client:
        pieces = client.stream_sql(query)
        for _ in range(5):
            await anext(pieces)
        await pieces.aclose()
    await ended(before)


async def test_closing_the_client_ends_its_streams(flight_server, silence):
    query = flight_server.answer("open at close", silent_at("rows", silence))
    before = set(threading.enumerate())
    client = connect(flight_server, timeout=LONG)
    pieces = client.stream_sql(query)
    await anext(pieces)
    await client.aclose()
    await ended(before)
    await pieces.aclose()


async def ended(before: set[threading.Thread]) -> None:
    """Wait until no thread of a transport is left."""
    for _ in range(6_000):
        left = [t for t in threading.enumerate() if t not in before and t.name == "influx-flight"]
        if not left:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(left)


async def test_queries_beyond_the_limit_wait_and_are_not_sent(flight_server, silence):
    query = flight_server.answer("the only thread", silent_at("rows", silence))
    short = flight_server.answer("short", lambda: pa.table({"n": [1]}))

    async def work(limit: float) -> None:
        transport = {"type": "flight", "limit": 1}
        async with connect(flight_server, transport=transport, timeout=limit) as client:
            async with aclosing(client.stream_sql(query)) as pieces:
                await anext(pieces)
                with pytest.raises(ConnectionError, match="all 1 threads for queries over Flight"):
                    await client.query_sql(short)
            assert len(await client.query_sql(short)) == 1

    await in_time(work)


async def test_a_reader_that_is_slow_holds_the_server_back(flight_server):
    """Only a few batches are in memory, however many the server has."""
    sent = []
    large = pa.record_batch({"n": pa.array(range(100_000))})

    def batches():
        for i in range(200):
            sent.append(i)
            yield large

    query = flight_server.answer("large", lambda: fl.GeneratorStream(large.schema, batches()))
    async with connect(flight_server, timeout=LONG) as client:
        pieces = client.stream_sql(query)
        await anext(pieces)
        await asyncio.sleep(0.3)
        assert len(sent) < 50
        await pieces.aclose()


async def test_the_rows_of_a_client_that_is_closed_are_not_taken_for_all(flight_server):
    def batches():
        while True:
            yield BATCH

    query = flight_server.answer("closed", lambda: fl.GeneratorStream(BATCH.schema, batches()))
    client = connect(flight_server, timeout=LONG)
    pieces = client.stream_sql(query)
    assert len(await anext(pieces)) == 3
    await client.aclose()
    with pytest.raises(InfluxDBError):
        async for _ in pieces:
            pass
