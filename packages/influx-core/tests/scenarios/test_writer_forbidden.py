"""Who may not write to one database can still write to the others; wrong credentials stop all."""

from __future__ import annotations

import logging
from contextlib import contextmanager

import pytest

from influx_core import InfluxDBClient
from influx_core.errors import AuthorizationError, WriteError
from influx_core.interfaces import SpooledBatch, Target
from influx_testing import FakeInfluxDB, serve
from influx_testing.influxd import find_influxd, influxd

FORBIDDEN = AuthorizationError("no rights", status=403)


@pytest.fixture
def choosy(bench):
    """A bench whose server forbids the database `secret`, until `forbidden` is empty."""
    bench.forbidden = {"secret"}

    def judge(body: bytes) -> Exception | None:
        return FORBIDDEN if bench.server.targets[-1].db in bench.forbidden else None

    bench.server.judge = judge
    return bench


def asked(bench, db: str) -> int:
    return sum(target.db == db for target in bench.server.targets)


async def test_a_forbidden_database_waits_while_the_others_go_on(choosy, point, caplog):
    caplog.set_level(logging.INFO)
    async with choosy.writer(batch_points=1, in_flight=1, auth_retry_interval=30.0) as writer:
        kept = await writer.put_many([point(n) for n in range(5)], db="secret")
        await (await writer.put_many([point(n) for n in range(5)]))
        assert (asked(choosy, "secret"), writer.pending) == (1, 5)
        await choosy.clock.advance(29)
        assert asked(choosy, "secret") == 1
        await choosy.clock.advance(1)
        assert asked(choosy, "secret") == 2
        choosy.forbidden.clear()
        await choosy.clock.advance(30)
        await kept
    assert writer.counters.written == 10
    assert [record.message for record in caplog.records] == [
        (
            "the batch writer cannot write to secret, points for it are kept for 30 s "
            "until the next attempt: 403: no rights"
        ),
        "the batch writer delivers to secret again, after 60.0 s",
    ]


async def test_after_the_pause_one_request_alone_asks_again(choosy, point):
    async with choosy.writer(batch_points=1, in_flight=4, auth_retry_interval=30.0) as writer:
        await writer.put_many([point(n) for n in range(9)], db="secret")
        await choosy.clock.settle()
        before = asked(choosy, "secret")
        await choosy.clock.advance(30)
        assert asked(choosy, "secret") == before + 1
        choosy.forbidden.clear()
        await choosy.clock.advance(30)
        assert writer.counters.written == 9


async def test_with_a_spool_points_for_a_forbidden_database_go_there(choosy, point):
    async with choosy.writer(
        spool=choosy.spool, batch_points=1, auth_retry_interval=30.0
    ) as writer:
        await (await writer.put_many([point(n) for n in range(5)], db="secret"))
        await (await writer.put(point(7)))
        assert writer.counters.spooled >= 3
        assert writer.pending <= 2
        choosy.forbidden.clear()
        await choosy.clock.advance(30)
        await choosy.until(lambda: writer.counters.written == 6)


async def test_a_forbidden_database_does_not_hold_up_the_spool(choosy):
    line = b"m,t=a f=1.0 1\n"
    choosy.spool.rows = {
        n: SpooledBatch(n, Target(db), line, 1, (n, n))
        for n, db in enumerate(["secret", "secret", "db", "other"], 1)
    }
    async with choosy.writer(spool=choosy.spool) as writer:
        await choosy.until(lambda: set(choosy.spool.rows) == {1, 2})
        assert writer.counters.written == 2


async def test_a_spooled_batch_on_which_the_server_fails_does_not_hold_up_the_others(bench):
    bench.spool.rows = {
        n: SpooledBatch(n, Target("db"), b"m f=%d 1\n" % n, 1, (time, time))
        for n, time in enumerate([1, 1, 2, 3], 1)
    }
    bench.server.judge = lambda body: WriteError("", status=500) if b"f=1 " in body else None
    async with bench.writer(spool=bench.spool, backoff=10.0):
        # The second has the time of the first: it waits.
        await bench.until(lambda: set(bench.spool.rows) == {1, 2})
        bench.server.judge = lambda body: None
        await bench.clock.advance(10)
        await bench.until(lambda: not bench.spool.rows)
    assert bench.server.stored == [b"m f=3 1", b"m f=4 1", b"m f=1 1", b"m f=2 1"]


async def test_a_spooled_batch_on_which_the_server_fails_for_ever_is_given_up(bench):
    bench.spool.rows = {1: SpooledBatch(1, Target("db"), b"m f=1 1\n", 1, (1, 1))}
    bench.server.always = WriteError("", status=500)
    letters = []
    settings = {
        "backoff": 1.0,
        "max_retry_delay": 1.0,
        "max_attempts": 3,
        "dead_letter": letters.append,
    }
    async with bench.writer(spool=bench.spool, **settings) as writer:
        for tries in (1, 2, 3):
            await bench.until(lambda tries=tries: len(bench.server.bodies) == tries)
            await bench.clock.advance(1)
        await bench.until(lambda: not bench.spool.rows)
    assert (writer.counters.rejected, writer.counters.replayed, len(letters)) == (1, 1, 1)


# The same with users and privileges, on both servers


@contextmanager
def fake():
    with serve(fake=FakeInfluxDB(config={"http.auth-enabled": True})) as server:
        yield server.url


@contextmanager
def real():
    if find_influxd() is None:
        pytest.skip("influxd is not installed")
    with influxd({"http.auth-enabled": "true"}) as url:
        yield url


@pytest.fixture(params=[fake, real])
async def root(request):
    """The first user of a server that wants to know everybody; there is a database `mine`."""
    with request.param() as url:
        async with InfluxDBClient(url, username="root", password="pw") as client:
            await client.raw_query("CREATE USER root WITH PASSWORD 'pw' WITH ALL PRIVILEGES")
            await client.create_database("mine")
            yield client


def client_of(root: InfluxDBClient, user: str, password: str) -> InfluxDBClient:
    return InfluxDBClient(root.base_urls, username=user, password=password, db="mine")


async def test_privileges_decide_which_database_waits(root, point):
    await root.create_database("secret")
    await root.raw_query("CREATE USER u WITH PASSWORD 'pw'")
    await root.raw_query("GRANT WRITE ON mine TO u")
    async with (
        client_of(root, "u", "pw") as client,
        client.writer(flush_interval=0.0, auth_retry_interval=0.05) as writer,
    ):
        waiting = await writer.put(point(1), db="secret")
        await (await writer.put(point(1)))
        assert not waiting.done()
        await root.raw_query("GRANT WRITE ON secret TO u")
        await waiting
    assert (await root.raw_query("SELECT f FROM secret..m")).values[0][1] == 1.0


async def test_a_wrong_password_stops_all_and_loses_nothing(root, point, caplog, until):
    async with (
        client_of(root, "root", "new") as client,
        client.writer(flush_interval=0.0, auth_retry_interval=0.02) as writer,
    ):
        receipt = await writer.put(point(1))
        await until(lambda: bool(caplog.records))
        assert (receipt.done(), writer.pending) == (False, 1)
        await root.raw_query("SET PASSWORD FOR root = 'new'")
        await receipt
    assert "the batch writer is paused" in caplog.text
