"""SpoolQueue: what is in the spool, in which order it may be sent, and a spool that fails."""

from __future__ import annotations

import pytest

from influx_core._batch.blocking_executor import BlockingExecutor
from influx_core._batch.queueing.chunk import EncodedChunk, PointBatch
from influx_core._batch.spool_queue import REST, SpoolQueue
from influx_core.errors import SpoolDamaged, SpoolError
from influx_core.interfaces import SpooledBatch, Target

A, B = Target("a"), Target("b")


class Spool:
    """A spool in memory whose methods may fail."""

    def __init__(self) -> None:
        self.rows: dict[int, SpooledBatch] = {}
        self.error: Exception | None = None

    def _check(self) -> None:
        if self.error is not None:
            raise self.error

    def open(self):
        return [self.rows[number] for number in sorted(self.rows)]

    def append(self, batch):
        self._check()
        self.rows[batch.number] = batch

    def read(self, number):
        self._check()
        return self.rows[number]

    def remove(self, number):
        self._check()
        del self.rows[number]

    def close(self):
        self._check()


@pytest.fixture
def spool():
    return Spool()


@pytest.fixture
async def queue(spool):
    executor = BlockingExecutor()
    yield SpoolQueue(spool, executor)
    await executor.aclose()


def batch(number: int, *times: int, target: Target = A) -> PointBatch:
    made = PointBatch(target, 0.0, number=number)
    for time in times:
        made.add(EncodedChunk(b"m f=1 %d\n" % time, 1, (time, time)))
    return made


def anything(batch: SpooledBatch) -> bool:
    return True


async def test_opening_tells_the_highest_number(queue, spool):
    assert await queue.open() == 0
    spool.rows = {n: SpooledBatch(n, A, b"", 1, (n, n)) for n in (3, 7)}
    assert await queue.open() == 7
    assert len(queue) == 2


async def test_batches_come_in_order_and_a_target_that_waits_delays_no_other(queue):
    for number, target in ((1, A), (2, B), (3, A)):
        assert await queue.append(batch(number, number, target=target), 0.0)
    assert queue.next(0.0, anything).number == 1
    assert queue.next(0.0, lambda one: one.target == B).number == 2


async def test_a_batch_waits_for_an_older_one_of_its_time(queue):
    await queue.append(batch(1, 5), 0.0)
    await queue.append(batch(2, 5), 0.0)
    await queue.append(batch(3, 6), 0.0)
    waiting = batch(1)
    waiting.not_before = 9.0
    queue.remember(waiting)
    assert queue.next(0.0, anything).number == 3
    assert queue.next_at(0.0) == 9.0


async def test_a_newer_batch_of_its_time_overlaps(queue):
    await queue.append(batch(1, 5, 9), 0.0)
    assert queue.overlaps(batch(2, 7))
    assert queue.overlaps(batch(0, 9))
    assert not queue.overlaps(batch(2, 10))
    assert not queue.overlaps(batch(2, 7, target=B))


@pytest.mark.parametrize("error", [SpoolError("full"), OSError("no disk"), RuntimeError("odd")])
async def test_a_spool_that_takes_nothing_is_left_alone_for_a_while(queue, spool, caplog, error):
    spool.error = error
    assert not await queue.append(batch(1, 1), 5.0)
    assert not await queue.append(batch(2, 2), 5.0)
    assert (len(queue), queue.usable_at) == (0, 5.0 + REST)
    assert len(caplog.records) == 1


async def test_a_batch_that_was_sent_without_a_response_stays_uncertain_in_the_spool(queue):
    tried = batch(1, 1)
    tried.attempts, tried.unanswered = 1, True
    await queue.append(tried, 0.0)
    assert (await queue.read(1, 3.0)).unanswered


async def test_what_an_earlier_writer_left_may_have_been_sent_by_it(queue, spool):
    spool.rows = {1: SpooledBatch(1, A, b"m f=1 1\n", 1, (1, 1))}
    await queue.open()
    assert (await queue.read(1, 3.0)).unanswered


async def test_a_batch_is_read_as_it_fared_before(queue):
    await queue.append(batch(1, 1), 0.0)
    tried = batch(1)
    tried.attempts, tried.failures, tried.unanswered = 4, 2, True
    queue.remember(tried)
    found = await queue.read(1, 3.0)
    assert (found.attempts, found.failures, found.unanswered) == (4, 2, True)
    assert (found.points, found.opened) == (1, 3.0)


async def test_a_damaged_batch_is_told_and_left(queue, spool, caplog):
    await queue.append(batch(1, 1), 0.0)
    spool.error = SpoolDamaged("checksum")
    assert await queue.read(1, 0.0) is None
    assert (len(queue), list(spool.rows)) == (0, [1])
    assert "1 points are damaged, and stay in the spool: checksum" in caplog.text


async def test_a_batch_that_cannot_be_read_now_keeps_its_place(queue, spool, caplog):
    await queue.append(batch(1, 1), 0.0)
    spool.error = OSError("no disk")
    for now in (0.0, REST):
        assert await queue.read(1, now) is None
    assert queue.next(REST, anything) is None
    assert queue.overlaps(batch(2, 1))
    assert len(caplog.records) == 1
    spool.error = None
    assert (await queue.read(1, 2 * REST)).points == 1


async def test_a_delivered_batch_keeps_its_place_until_it_is_removed(queue, spool, caplog):
    await queue.append(batch(1, 1), 0.0)
    spool.error = OSError("no disk")
    await queue.remove(1, 0.0)
    assert queue.was_delivered(1)
    assert queue.overlaps(batch(2, 1))
    spool.error = None
    await queue.remove(1, REST)
    assert (len(queue), spool.rows, queue.was_delivered(1)) == (0, {}, False)


async def test_batches_that_cannot_be_removed_delay_no_others(queue, spool, caplog):
    for number in range(1, 41):
        await queue.append(batch(number, number), 0.0)
    for number in range(1, 40):
        found = queue.next(0.0, anything)
        assert found.number == number
        spool.error = SpoolError("the disk is full")
        await queue.remove(number, 0.0)
    assert queue.next(0.0, anything).number == 40
    await queue.append(batch(41, 39), 0.0)
    assert queue.next(0.0, lambda found: found.number != 40) is None  # 41 waits for 39
    assert queue.next_at(0.0) == REST
    assert queue.next(REST, anything).number == 1
    await queue.remove(1, REST)
    assert queue.next(REST, anything).number == 40  # one attempt tells for all
    spool.error = None
    for number in range(1, 40):
        assert queue.next(2 * REST, anything).number == number
        await queue.remove(number, 2 * REST)
    assert len(queue) == 1


async def test_batches_that_cannot_be_read_now_delay_no_others(queue, spool):
    for number in range(1, 41):
        await queue.append(batch(number, number), 0.0)
    spool.error = OSError("a bad sector")
    for number in range(1, 40):
        assert queue.next(0.0, anything).number == number
        assert await queue.read(number, 0.0) is None
    assert queue.next(0.0, anything).number == 40


async def test_closing_removes_what_was_delivered_and_never_raises(queue, spool, caplog):
    await queue.append(batch(1, 1), 0.0)
    spool.error = OSError("no disk")
    await queue.remove(1, 0.0)
    await queue.close()
    assert "the spool could not be closed: no disk" in caplog.text
    spool.error = None
    await queue.close()
    assert spool.rows == {}
