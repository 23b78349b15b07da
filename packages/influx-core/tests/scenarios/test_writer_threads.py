"""The batch writer from threads that are not its loop's, and from programs without a loop."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from influx_core import blocking
from influx_core.errors import PointsUndelivered, WriteError


async def test_several_threads_put_into_one_writer(bench, point):
    async with bench.writer(batch_points=10) as writer:
        threads = writer.from_thread()

        def work(number: int) -> None:
            threads.put(point(number), timeout=60)
            threads.put_many([point(number, tag="b")])

        with ThreadPoolExecutor(4) as pool:
            await asyncio.gather(
                *(asyncio.get_running_loop().run_in_executor(pool, work, n) for n in range(20))
            )
        await asyncio.to_thread(threads.flush, 60)
        assert len(bench.server.stored) == threads.counters.written == 40


async def test_a_receipt_tells_a_thread_what_became_of_its_points(bench, point):
    bench.server.always = WriteError("no", status=400)
    async with bench.writer(flush_interval=0.0) as writer:
        receipt = await asyncio.to_thread(writer.from_thread().put_many, [point(1), point(2)])
        with pytest.raises(PointsUndelivered):
            await asyncio.to_thread(receipt.result, 60)
        assert receipt.done()
        assert receipt.points == 2


async def test_a_thread_does_not_wait_longer_for_room_than_it_says(bench, point):
    bench.server.gate = asyncio.Event()
    async with bench.writer(batch_points=1, queue_points=1) as writer:
        await writer.put(point(1))
        with pytest.raises(TimeoutError):
            await asyncio.to_thread(writer.from_thread().put, point(2), 0.05)
        bench.server.gate.set()
    assert len(bench.server.stored) == 1


async def test_ready_lines_are_put_by_threads_too(bench):
    async with bench.writer(batch_points=2) as writer:
        parts = iter([b"m f=1 1\nm f=2 2\nm f=3 3\n", b"m f=4 4\n"])
        receipt = await asyncio.to_thread(writer.from_thread().put_lines, parts)
        assert receipt.points == 4
    assert len(bench.server.stored) == 4


def test_the_blocking_client_has_a_writer(fake_url):
    with blocking.InfluxDBClient(fake_url, db="blocking_writer") as client:
        client.create_database("blocking_writer")
        with client.writer() as writer:
            writer.put(("m", {}, {"f": 1}, 1))
            writer.flush(60)
            assert client.raw_query("SELECT f FROM m").values[0][1] == 1
            writer.put(("m", {}, {"f": 2}, 2))
        assert len(client.raw_query("SELECT f FROM m").values) == 2
