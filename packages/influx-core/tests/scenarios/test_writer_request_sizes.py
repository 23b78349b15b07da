"""A server that refuses large requests teaches the writer to send smaller ones."""

from __future__ import annotations

import pytest

from influx_core.errors import PointsUndelivered, RequestTooLarge
from influx_core.interfaces import SpooledBatch, Target


@pytest.fixture
def strict(bench):
    """A bench whose server takes 100 bytes a request, which is five points."""
    bench.server.judge = lambda sent: RequestTooLarge("", status=413) if len(sent) > 100 else None
    return bench


def refusals(bench) -> int:
    return sum(len(sent) > 100 for sent in bench.server.bodies)


async def test_after_a_request_that_was_too_large_the_next_ones_are_smaller(strict, point, caplog):
    async with strict.writer(batch_points=20) as writer:
        await (await writer.put_many([point(n) for n in range(1000, 1020)]))
        assert refusals(strict) == 2  # 400 and 200 bytes
        await (await writer.put_many([point(n) for n in range(1020, 1060)]))
        assert refusals(strict) == 2
    assert strict.server.stored == [b"m,t=a f=%d.0 %d" % (n, n) for n in range(1000, 1060)]
    assert [record.message for record in caplog.records] == [
        "400 bytes are too much for one request to db, the next ones are smaller"
    ]


async def test_only_the_place_that_refused_gets_smaller_requests(strict, point):
    async with strict.writer(batch_points=20) as writer:
        await (await writer.put_many([point(n) for n in range(1000, 1020)]))
        strict.server.judge = lambda sent: None
        strict.server.bodies.clear()
        await (await writer.put_many([point(n) for n in range(1020, 1040)], db="other"))
    assert [len(sent) for sent in strict.server.bodies] == [400]


async def test_what_comes_back_from_the_spool_is_cut_too(strict, point):
    lines = b"".join(b"m,t=a f=%d.0 %d\n" % (n, n) for n in range(1000, 1020))
    async with strict.writer(batch_points=20) as writer:
        await (await writer.put_many([point(n) for n in range(2000, 2020)]))
    strict.spool.rows = {n: SpooledBatch(n, Target("db"), lines, 20) for n in (1, 2)}
    before = refusals(strict)
    async with strict.writer(spool=strict.spool) as writer:
        await strict.until(lambda: not strict.spool.rows)
    assert writer.counters.written == 40
    assert refusals(strict) == before + 2  # of the first batch alone


async def test_a_single_point_that_is_too_large_is_given_up_and_holds_up_no_other(strict, point):
    async with strict.writer() as writer:
        lost = await writer.put(("m", {}, {"f": "x" * 200}, 1))
        await writer.put(point(2))
    with pytest.raises(PointsUndelivered):
        await lost
    assert strict.server.stored == [b"m,t=a f=2.0 2"]
