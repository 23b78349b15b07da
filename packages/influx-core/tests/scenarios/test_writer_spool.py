"""A batch writer with a spool: what goes there, when it comes back, and in which order."""

from __future__ import annotations

import asyncio

from influx_core import InfluxDBClient, Plugins, hookimpl
from influx_core.errors import ServerUnreachable, WriteError
from influx_core.interfaces import SpooledBatch, Target

DOWN = ServerUnreachable("connection refused")


def row(number: int, time: int = 1, value: float = 1.0) -> SpooledBatch:
    lines = b"m,t=a f=%.1f %d\n" % (value, time)
    return SpooledBatch(number, Target("db"), lines, 1, (time, time))


async def test_while_the_server_is_down_points_go_to_the_spool_and_count_as_delivered(bench, point):
    bench.server.always = DOWN
    async with bench.writer(spool=bench.spool, batch_points=1) as writer:
        await (await writer.put_many([point(n) for n in range(5)]))
        assert sorted(bench.spool.rows) == [1, 2, 3, 4, 5]
        assert (writer.counters.spooled, writer.pending) == (5, 0)
    assert not bench.spool.is_open


async def test_they_come_back_in_order_when_the_server_does(bench, point):
    bench.server.always = DOWN
    async with bench.writer(spool=bench.spool, batch_points=1) as writer:
        await (await writer.put_many([point(1, n) for n in range(5)]))
        bench.server.always = None
        await bench.clock.advance(40)
        await bench.until(lambda: not bench.spool.rows)
        await bench.until(lambda: writer.counters.replayed == 5)
    assert bench.server.stored == [b"m,t=a f=%d.0 1" % n for n in range(5)]


async def test_what_an_earlier_process_left_is_delivered(bench):
    bench.spool.rows = {7: row(7), 9: row(9)}
    async with bench.writer(spool=bench.spool) as writer:
        await bench.until(lambda: writer.counters.written == 2)
    assert bench.finished[0][1] == "delivered"


async def test_fresh_points_do_not_wait_for_the_spool(bench, point):
    bench.spool.rows = {n: row(n) for n in range(1, 50)}
    async with bench.writer(spool=bench.spool, batch_points=1, in_flight=1) as writer:
        await (await writer.put(point(1000)))
        assert len(bench.spool.rows) > 40


async def test_fresh_points_do_not_overtake_older_values_in_the_spool(bench, point):
    bench.spool.rows = {1: row(1, time=1, value=1.0)}
    bench.server.gate = asyncio.Event()
    async with bench.writer(spool=bench.spool, batch_points=1) as writer:
        await (await writer.put(point(1, 2)))
        assert sorted(bench.spool.rows) == [1, 2]
        bench.server.gate.set()
        await bench.until(lambda: writer.counters.written == 2)
    assert bench.server.stored == [b"m,t=a f=1.0 1", b"m,t=a f=2.0 1"]


async def test_a_full_spool_leaves_points_in_memory(bench, point):
    bench.server.always = DOWN
    bench.spool.room = 20
    async with bench.writer(spool=bench.spool, batch_points=1, dead_letter=print) as writer:
        await writer.put_many([point(n) for n in range(3)])
        await bench.until(lambda: len(bench.spool.rows) == 1)
        await bench.clock.settle()
        assert writer.pending == 2
        bench.server.always = None
        await bench.clock.advance(40)
        await bench.until(lambda: writer.counters.written == 3)


async def test_without_room_the_oldest_batch_moves_to_the_spool(bench, point):
    bench.server.gate = asyncio.Event()
    settings = {"batch_points": 1, "queue_points": 2, "in_flight": 1, "on_full": "spool"}
    async with bench.writer(spool=bench.spool, **settings) as writer:
        for number in range(5):
            await asyncio.wait_for(writer.put(point(number)), 60)
        assert sorted(bench.spool.rows) == [2, 3, 4]
        bench.server.gate.set()
        await bench.until(lambda: writer.counters.written == 5)


async def test_leaving_spools_what_is_left(bench, point):
    bench.server.gate = asyncio.Event()
    async with bench.writer(spool=bench.spool, close_timeout=0.0, flush_interval=0.0) as writer:
        receipt = await writer.put(point(1))
        await bench.clock.settle()
    await receipt
    assert sorted(bench.spool.rows) == [1]


async def test_a_damaged_batch_of_the_spool_holds_up_no_other(bench, caplog):
    bench.spool.rows = {1: row(1), 2: row(2)}
    bench.spool.damaged = {1}
    async with bench.writer(spool=bench.spool) as writer:
        await bench.until(lambda: writer.counters.written == 1)
    assert "1 points are damaged, and stay in the spool" in caplog.text
    assert set(bench.spool.rows) == {1}


async def test_a_batch_that_cannot_be_read_for_a_while_is_not_overtaken(bench, point, caplog):
    bench.spool.rows = {1: row(1, value=1.0)}
    read, failures = bench.spool.read, [OSError("no disk")] * 4

    def fail(number: int) -> SpooledBatch:
        if failures:
            raise failures.pop()
        return read(number)

    bench.spool.read = fail
    async with bench.writer(spool=bench.spool, batch_points=1) as writer:
        await bench.until(lambda: len(failures) == 3)
        await (await writer.put(point(1, 2)))
        assert sorted(bench.spool.rows) == [1, 2]
        while writer.counters.written < 2:
            await bench.clock.advance(10)
            await asyncio.sleep(0.001)
    assert bench.server.stored == [b"m,t=a f=1.0 1", b"m,t=a f=2.0 1"]
    assert caplog.text.count("cannot be read, it is tried again: no disk") == 1


async def test_a_delivered_batch_that_cannot_be_removed_is_not_overtaken(bench, point):
    bench.spool.rows = {1: row(1, value=1.0)}
    remove, failures = bench.spool.remove, [OSError("no disk")] * 2

    def fail(number: int) -> None:
        if failures:
            raise failures.pop()
        remove(number)

    bench.spool.remove = fail
    async with bench.writer(spool=bench.spool, batch_points=1) as writer:
        await bench.until(lambda: len(failures) == 1)
        await (await writer.put(point(1, 2)))
        assert writer.backlog == 2
        while writer.backlog:
            await bench.clock.advance(10)
            await asyncio.sleep(0.001)
    assert bench.server.stored == [b"m,t=a f=1.0 1", b"m,t=a f=2.0 1"]
    assert bench.spool.rows == {}


async def test_a_spooled_batch_the_server_refuses_is_given_up(bench):
    bench.spool.rows = {1: row(1), 2: row(2, time=2)}
    bench.server.judge = lambda body: (
        WriteError("no", status=400) if body.endswith(b" 1\n") else None
    )
    letters = []
    async with bench.writer(spool=bench.spool, dead_letter=letters.append) as writer:
        await bench.until(lambda: not bench.spool.rows)
    assert [letter.reason for letter in letters] == ["no"]
    assert writer.counters.written == 1


async def test_a_plugin_offers_spools_and_is_told_of_batches(bench):
    told = []

    class Plugin:
        @hookimpl
        def influx_spools(self):
            return {"list": lambda: bench.spool}

        @hookimpl
        def influx_batch_finished(self, client, batch, outcome):
            told.append((client, batch.points, outcome))

    plugins = Plugins([Plugin()], discover=True)
    async with InfluxDBClient("memory://", db="db", plugins=plugins) as client:
        await client.create_database("db")
        async with client.writer(spool="list") as writer:
            await writer.put(("m", {}, {"f": 1}, 1))
    assert told == [(client, 1, "delivered")]
