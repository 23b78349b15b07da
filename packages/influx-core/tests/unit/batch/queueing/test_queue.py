"""BatchQueue: which chunks are a batch, and which batch is next."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core._batch.queueing.chunk import EncodedChunk
from influx_core._batch.queueing.queue import BatchQueue
from influx_core._points.batching import Fullness
from influx_core.interfaces import SpooledBatch, Target

A, B = Target("a"), Target("b")


@pytest.fixture
def queue():
    return BatchQueue(Fullness(3, 1000, 1.0), 6, 1000)


def chunk(*times: int) -> EncodedChunk:
    lines = b"".join(b"m f=1 %d\n" % time for time in times)
    return EncodedChunk(lines, len(times), (min(times), max(times)))


def at(time: float) -> Callable[[], float]:
    return lambda: time


def numbers(queue: BatchQueue, now: float) -> list[int]:
    return [batch.number for batch in queue.ready(now)]


def test_chunks_of_a_target_share_a_batch_until_it_is_full(queue):
    assert queue.add(chunk(1), A, at(0.0))  # begins one
    assert not queue.add(chunk(2), A, at(0.0))
    assert queue.add(chunk(3), A, at(0.0))  # fills it
    assert queue.add(chunk(4), B, at(0.0))
    assert [(batch.target, batch.points) for batch in queue] == [(A, 3), (B, 1)]


def test_a_chunk_that_does_not_fit_begins_the_next_batch(queue):
    queue.add(chunk(1, 2), A, at(0.0))
    queue.add(chunk(3, 4), A, at(0.0))
    assert [batch.points for batch in queue] == [2, 2]


@given(
    st.lists(st.tuples(st.sampled_from([A, B]), st.integers(1, 4), st.integers(0, 9)), max_size=40)
)
def test_appending_gives_the_same_batches_as_adding(steps):
    quick, plain = (BatchQueue(Fullness(5, 200, 1.0), 12, 400, lambda: 30) for _ in range(2))
    for target, points, settled in steps:
        one = EncodedChunk(b"x" * 17 * points, points)
        appended = quick.append(one, target)
        fits = plain.fits(one)
        assert appended <= fits
        if fits:
            at_event = plain.add(one, target, at(0.0))
            assert not (appended and at_event)
            assert appended or (quick.fits(one) and quick.add(one, target, at(0.0)) == at_event)
        for queue in (quick, plain):
            if settled == 0 and len(queue):
                queue.keep(queue.oldest_idle(untouched=False), ())
        assert (quick.points, quick.size) == (plain.points, plain.size)
        assert [(b.number, b.chunks) for b in quick] == [(b.number, b.chunks) for b in plain]
    assert quick.points == sum(batch.points for batch in quick)
    assert quick.size == sum(batch.size for batch in quick)


def test_a_batch_is_due_after_the_flush_interval(queue):
    queue.add(chunk(1), A, at(5.0))
    assert (numbers(queue, 5.9), queue.next_at(5.9)) == ([], 6.0)
    assert numbers(queue, 6.0) == [1]


def test_points_and_bytes_bound_the_queue(queue):
    queue.add(chunk(1, 2, 3), A, at(0.0))
    queue.add(chunk(4, 5), A, at(0.0))
    assert queue.fits(chunk(6))
    assert not queue.fits(chunk(6, 7))
    assert not queue.fits(EncodedChunk(b"x" * 2000, 1))


def test_an_empty_queue_has_room_for_any_chunk(queue):
    assert queue.fits(EncodedChunk(b"x" * 2000, 100))


def test_what_waits_elsewhere_takes_room():
    queue = BatchQueue(Fullness(3, 1000, 1.0), 6, 1000, lambda: 995)
    assert not queue.fits(chunk(1))


def test_a_batch_waits_for_an_older_one_with_the_same_point(queue):
    queue.add(chunk(1, 2, 3), A, at(0.0))
    queue.add(chunk(3, 4, 5), A, at(0.0))
    assert numbers(queue, 0.0) == [1]
    (older, _) = queue
    queue.keep(older, ())
    assert numbers(queue, 0.0) == [2]


def test_a_batch_that_waits_for_a_retry_or_is_worked_on_is_not_ready(queue):
    queue.add(chunk(1, 2, 3), A, at(0.0))
    (batch,) = queue
    batch.not_before = 9.0
    assert (numbers(queue, 8.0), queue.next_at(8.0)) == ([], 9.0)
    batch.busy = True
    assert numbers(queue, 9.0) == []


def test_what_is_settled_is_no_more_in_the_queue(queue):
    queue.add(chunk(1, 2, 3), A, at(0.0))
    (batch,) = queue
    queue.keep(batch, [chunk(3)])
    assert (queue.points, queue.size) == (1, len(chunk(3).lines))
    assert queue.holds_up_to(1)
    queue.keep(batch, ())
    assert (queue.points, queue.size, len(queue)) == (0, 0, 0)
    assert not queue.holds_up_to(1)


def test_flushing_closes_all_batches(queue):
    queue.add(chunk(1), A, at(0.0))
    queue.add(chunk(2), B, at(0.0))
    assert queue.close_all() == 2
    assert numbers(queue, 0.0) == [1, 2]


def test_the_oldest_batch_without_work_is_given_away(queue):
    queue.add(chunk(1, 2, 3), A, at(0.0))
    queue.add(chunk(4), B, at(0.0))
    first, second = queue
    first.uncertain = True
    assert queue.oldest_idle(untouched=False) is first
    assert queue.oldest_idle(untouched=True) is second
    first.busy = second.busy = True
    assert queue.oldest_idle(untouched=False) is None


def test_a_batch_of_the_spool_waits_for_older_ones_of_its_target_and_time(queue):
    queue.add(chunk(1, 2, 3), A, at(0.0))
    assert queue.holds_older(SpooledBatch(5, A, b"", 1, (3, 9)))
    assert not queue.holds_older(SpooledBatch(5, A, b"", 1, (4, 9)))
    assert not queue.holds_older(SpooledBatch(5, B, b"", 1, (3, 9)))
    assert not queue.holds_older(SpooledBatch(0, A, b"", 1, (3, 9)))
