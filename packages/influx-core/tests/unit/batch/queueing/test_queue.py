"""BatchQueue: which chunks are a batch, and which batch is next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core._batch.queueing.chunk import EncodedChunk, body
from influx_core._batch.queueing.queue import BatchQueue, TargetIntake
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


class Times:
    """Takes times as points, each a line of 8 bytes."""

    def __init__(self) -> None:
        self.run: list[int] = []
        self.points = self.size = 0

    def take(self, time: int) -> Any:
        if self.points < 1 or self.size < 8:
            return None
        self.run.append(time)
        self.points -= 1
        self.size -= 8
        return time

    def allow(self, points: int, size: int) -> None:
        self.points, self.size = points, size

    def taken(self) -> tuple[int, int]:
        return len(self.run), 8 * len(self.run)

    def end_run(self, chunks: list[EncodedChunk]) -> tuple[int, int]:
        taken = self.taken()
        if self.run:
            chunks.append(chunk(*self.run))
        self.run = []
        return taken


def taking(points: int = 6, size: int = 1000, batch: int = 5) -> BatchQueue:
    """A queue that takes points for A."""
    return BatchQueue(Fullness(batch, 1000, 1.0), points, size, intake=TargetIntake(A, Times()))


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


def test_nothing_is_taken_before_it_is_allowed_or_without_a_batch():
    queue = taking()
    assert queue.take(1) is None
    queue.allow_taking(9)
    assert queue.take(1) is None
    queue.add(chunk(1), A, at(0.0))
    assert queue.take(2) is None
    queue.allow_taking(9)
    assert queue.take(2) == 2
    assert (queue.points, queue.size, queue.taken) == (2, 16, 1)
    queue.stop_taking()
    assert queue.take(3) is None


@pytest.mark.parametrize(
    ("limits", "most", "count"),
    [
        ({"points": 100, "batch": 5}, 50, 3),  # the next one fills the batch
        ({"points": 4, "batch": 50}, 50, 2),  # the next one fills the queue
        ({"size": 40, "batch": 50, "points": 100}, 50, 3),
        ({"points": 100, "batch": 50}, 7, 7),
    ],
)
def test_no_more_is_taken_than_the_batch_the_queue_and_the_caller_allow(limits, most, count):
    queue = taking(**limits)
    queue.add(chunk(0), A, at(0.0))
    queue.allow_taking(most)
    taken = [queue.take(time) for time in range(1, 20)]
    assert taken == [*range(1, count + 1), *[None] * (19 - count)]
    assert queue.points == count + 1


def test_points_are_taken_for_one_target_only():
    queue = taking(points=20, batch=9)
    queue.add(chunk(1), B, at(0.0))
    queue.allow_taking(9)
    assert queue.take(2) is None
    queue.add(chunk(3), A, at(0.0))
    queue.allow_taking(9)
    assert queue.take(4) == 4
    queue.add(chunk(5), B, at(0.0))
    queue.allow_taking(9)
    assert queue.take(6) is None
    queue.add(chunk(7), A, at(0.0))
    queue.allow_taking(9)
    assert queue.take(8) == 8
    batches = {batch.target: [one.span for one in batch.chunks] for batch in queue}
    assert batches == {A: [(3, 3), (4, 4), (7, 7), (8, 8)], B: [(1, 1), (5, 5)]}
    assert queue.points == 6


@pytest.mark.parametrize("enters", ["append", "add"])
def test_whatever_else_enters_ends_the_taking(enters):
    queue = taking()
    queue.add(chunk(1), A, at(0.0))
    queue.allow_taking(9)
    assert queue.take(2) == 2
    if enters == "append":
        assert queue.append(chunk(3), A)
    else:
        queue.add(chunk(3), A, at(0.0))
    assert queue.take(4) is None
    assert queue.points == 3


def test_a_batch_that_is_closed_takes_no_more_and_counts_what_it_took():
    queue = taking()
    queue.add(chunk(1), A, at(0.0))
    queue.allow_taking(9)
    assert [queue.take(2), queue.take(3)] == [2, 3]
    assert numbers(queue, 2.0) == [1]
    assert queue.take(4) is None
    (batch,) = queue
    assert (batch.points, batch.size) == (3, 24)
    assert [(one.points, one.span) for one in batch.chunks] == [(1, (1, 1)), (2, (2, 3))]
    queue.keep(batch, ())
    assert (queue.points, queue.size, queue.taken) == (0, 0, 2)


@given(
    st.lists(st.tuples(st.sampled_from([A, B]), st.integers(0, 3), st.integers(0, 9)), max_size=40)
)
def test_taking_gives_the_same_batches_as_adding(steps):
    quick = BatchQueue(Fullness(5, 90, 1.0), 12, 150, lambda: 10, TargetIntake(A, Times()))
    plain = BatchQueue(Fullness(5, 90, 1.0), 12, 150, lambda: 10)
    for target, points, settled in steps:
        taken = quick.take(7) if target is A and points == 0 else None
        one = chunk(*[7] * (points or 1))
        fits = plain.fits(one)
        assert fits or taken is None
        if fits:
            plain.add(one, target, at(0.0))
            if taken is None:
                assert quick.fits(one)
                quick.add(one, target, at(0.0))
                quick.allow_taking(3)
        for queue in (quick, plain):
            if settled == 0 and len(queue):
                queue.keep(queue.oldest_idle(untouched=False), ())
        assert (quick.points, quick.size) == (plain.points, plain.size)
        if settled < 5:  # else the run goes on
            assert [(b.number, body(b.chunks), b.points) for b in quick] == [
                (b.number, body(b.chunks), b.points) for b in plain
            ]
