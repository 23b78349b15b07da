"""Entering and leaving a batch writer: cancellations, timeouts, programs that never close it."""

from __future__ import annotations

import asyncio
import gc
import logging
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import pytest

from influx_core import ConfigError, InfluxDBClient
from influx_core.errors import PointsUndelivered, ServerUnreachable, SpoolInUse
from influx_testing import serve

DOWN = ServerUnreachable("connection refused")


def writer_tasks() -> list[asyncio.Task]:
    return [task for task in asyncio.all_tasks() if task.get_name() == "influx batch writer"]


def slow(bench, method: str) -> threading.Event:
    """Make a method of the spool wait."""
    ready, original = threading.Event(), getattr(bench.spool, method)

    def wait(*arguments):
        ready.wait(60)
        return original(*arguments)

    setattr(bench.spool, method, wait)
    return ready


@asynccontextmanager
async def timeout_before(ready: threading.Event) -> AsyncIterator[None]:
    """A time limit that is over before the spool goes on, however slow the machine is."""
    async with asyncio.timeout(0.01) as limit:
        asyncio.get_running_loop().call_at(limit.when() + 0.05, ready.set)
        yield


async def test_a_timeout_while_entering_is_a_timeout_and_leaves_nothing_behind(bench):
    ready = slow(bench, "open")
    with pytest.raises(TimeoutError):
        async with timeout_before(ready), bench.writer(spool=bench.spool):
            pytest.fail("entered")
    assert not bench.spool.is_open
    assert writer_tasks() == []
    async with bench.writer(spool=bench.spool):
        pass


async def test_a_cancellation_while_entering_leaves_nothing_behind(bench):
    ready = slow(bench, "open")

    async def work() -> None:
        async with bench.writer(spool=bench.spool):
            pytest.fail("entered")

    task = asyncio.create_task(work())
    await bench.clock.settle()
    task.cancel()
    ready.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not bench.spool.is_open
    assert writer_tasks() == []


@pytest.mark.parametrize("method", ["append", "close"])
async def test_a_timeout_while_closing_is_a_timeout_and_closes(bench, point, method):
    bench.server.always = DOWN
    ready = slow(bench, method)
    writer = bench.writer(spool=bench.spool, close_timeout=0.0)
    await writer.__aenter__()
    receipt = await writer.put(point(1))
    with pytest.raises(TimeoutError):
        async with timeout_before(ready):
            await writer.aclose()
    assert not bench.spool.is_open
    assert writer_tasks() == []
    await receipt
    assert len(bench.spool.rows) == 1


async def test_a_timeout_around_the_block_is_a_timeout_and_delivers(bench, point):
    async def work() -> None:
        async with asyncio.timeout(None) as limit, bench.writer() as writer:
            await writer.put(point(1))
            limit.reschedule(asyncio.get_running_loop().time() + 0.05)
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await work()
    assert len(bench.server.stored) == 1


async def test_two_tasks_may_close_a_writer_at_once(bench, point):
    writer = bench.writer(spool=bench.spool)
    await writer.__aenter__()
    await writer.put(point(1))
    await asyncio.gather(writer.aclose(), writer.aclose())
    assert len(bench.server.stored) == 1


async def test_a_spool_in_use_is_told_and_the_writer_cannot_be_entered(bench):
    def refuse():
        raise SpoolInUse("somebody has it")

    bench.spool.open = refuse
    with pytest.raises(SpoolInUse):
        async with bench.writer(spool=bench.spool):
            pytest.fail("entered")


async def test_a_request_that_ignores_its_cancellation_does_not_keep_a_writer_open(
    bench, point, monkeypatch
):
    from influx_core._batch import dispatcher

    monkeypatch.setattr(dispatcher, "_GRACE", 0.05)
    stop = asyncio.Event()

    async def stubborn(body, target):
        while not stop.is_set():
            with suppress(asyncio.CancelledError):
                await stop.wait()

    bench.server.send = stubborn
    letters = []
    async with bench.writer(
        flush_interval=0.0, close_timeout=0.0, dead_letter=letters.append
    ) as writer:
        await writer.put(point(1))
        await bench.clock.settle()
    assert [letter.uncertain for letter in letters] == [False]
    stop.set()
    await bench.clock.settle()


def test_a_loop_that_is_closed_before_its_writer_is_told(bench, point, caplog):
    loop = asyncio.new_event_loop()

    async def enter():
        writer = bench.writer()
        await writer.__aenter__()
        await writer.put(point(1))
        return writer

    writer = loop.run_until_complete(enter())
    task = writer._task
    task._log_destroy_pending = False
    loop.close()
    with pytest.warns(ResourceWarning, match="not closed; 1 points are not delivered"):  # noqa: PT031
        del writer
        gc.collect()
    assert "the event loop was closed before its writer" in caplog.text
    task.get_coro().close()


PROGRAM = """
import sys
from influx_core import blocking
client = blocking.InfluxDBClient(sys.argv[1], db="exits")
writer = client.writer(flush_interval=1000, close_timeout=float(sys.argv[2]))
writer.__enter__()
writer.put(("m", {}, {"f": 1}, 1))
"""


def run(url: str, more: str = "", *, close_timeout: int = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM + more, url, str(close_timeout)],
        capture_output=True,
        text=True,
        timeout=300,  # shorter than the interval of a flush
        check=False,
    )


@pytest.mark.slow
def test_a_program_that_forgets_to_close_its_writer_delivers(fake_url):
    from influx_core import blocking

    with blocking.InfluxDBClient(fake_url, db="exits") as client:
        client.create_database("exits")
        assert run(fake_url).returncode == 0
        assert len(client.execute("SELECT f FROM m").series[0]) == 1


@pytest.mark.slow
def test_a_program_that_cannot_deliver_at_its_end_says_how_many_points():
    done = run("http://127.0.0.1:1", close_timeout=1)
    assert "1 points were not delivered" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("more", ["import atexit; atexit.register(writer.close)"])
def test_a_writer_may_be_closed_by_atexit(fake_url, more):
    from influx_core import blocking

    with blocking.InfluxDBClient(fake_url, db="exits") as client:
        client.drop_database("exits")
        client.create_database("exits")
        done = run(fake_url, more)
        assert (done.returncode, done.stderr) == (0, "")
        assert len(client.execute("SELECT f FROM m").series[0]) == 1


def test_the_cancellation_of_all_tasks_closes_a_writer_within_its_time_limit():
    """At the end of `asyncio.run` the block and the task of the writer are cancelled together."""

    def stop() -> None:
        raise SystemExit

    async def main() -> None:
        async with (
            InfluxDBClient(server.url, db=server.database) as client,
            client.writer(flush_interval=100) as writer,
        ):
            await writer.put(("m", {}, {"f": 1}, 1))
            asyncio.get_running_loop().call_soon(stop)
            await asyncio.Event().wait()

    with serve() as server:
        with pytest.raises(SystemExit):
            asyncio.run(main())
        assert len(server.points("m")) == 1


async def test_the_error_of_the_block_is_the_one_that_is_seen(bench, point, caplog):
    caplog.set_level(logging.ERROR)
    bench.server.always = DOWN

    async def work() -> None:
        async with bench.writer(close_timeout=0.0) as writer:
            await writer.put(point(1))
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        await work()
    assert "m,t=a f=1.0 1" in caplog.text


async def test_the_writer_keeps_the_time_of_its_event_loop(bench, point, monkeypatch):
    """As under freezegun, which stops `time.monotonic` and not the clock of the loop."""
    from influx_core._batch.clock import LoopClock

    monotonic = time.monotonic
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "time", lambda: monotonic())
    monkeypatch.setattr(time, "monotonic", lambda: 0.0)
    bench.clock = LoopClock()
    async with asyncio.timeout(60), bench.writer(flush_interval=0.01) as writer:
        await (await writer.put(point(1)))


@pytest.mark.parametrize("library", ["freezegun", "time_machine"])
async def test_a_batch_is_sent_in_time_while_the_clock_stands_still(server_url, library):
    module = pytest.importorskip(library, reason=f"{library} is not installed")
    moment = datetime(2020, 1, 2, tzinfo=UTC)
    if library == "freezegun":
        stopped = module.freeze_time(moment, real_asyncio=True)
    else:
        stopped = module.travel(moment, tick=False)
    name = f"stopped_{uuid.uuid4().hex}"
    async with asyncio.timeout(120), InfluxDBClient(server_url, db=name) as client:
        await client.create_database(name)
        with stopped:
            async with client.writer(flush_interval=0.01) as writer:
                receipt = await writer.put(("m", {}, {"f": 1.0}, 1))
                await receipt
                assert writer.counters.written == 1
        assert (await client.execute("SELECT f FROM m")).scalar() == 1.0
        await client.drop_database(name)


async def test_a_receipt_that_nobody_delivers_raises_when_the_writer_is_closed(bench, point):
    bench.server.always = DOWN
    writer = bench.writer(close_timeout=0.0)
    await writer.__aenter__()
    receipt = await writer.put(point(1))
    with pytest.raises(PointsUndelivered):
        await writer.aclose()
    with pytest.raises(PointsUndelivered):
        await receipt


async def test_a_writer_of_a_client_that_cannot_send_is_refused_when_it_is_entered():
    async def write(client: InfluxDBClient) -> None:
        async with client.writer() as writer:
            await asyncio.wait_for(await writer.put(("m", {}, {"f": 1.0}, 1)), 60)

    with serve() as server:
        async with InfluxDBClient(server.url, db="x") as client:
            await client.ping()
            with pytest.raises(ConfigError, match="another event loop: create one client"):
                await asyncio.to_thread(asyncio.run, write(client))
        with pytest.raises(ConfigError, match="the client is closed: make a new one"):
            await write(client)
