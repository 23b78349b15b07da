"""Delivery: one request or several, and what is left after a failure."""

from __future__ import annotations

import asyncio

import pytest

from influx_core._batch.accounting import DeliveryTracker
from influx_core._batch.counters import Counters
from influx_core._batch.delivery import Delivery
from influx_core._batch.failure_handling.failure_policy import FailureAction
from influx_core._batch.queueing.chunk import EncodedChunk, PointBatch, body
from influx_core.errors import PartialWriteError, RequestTooLarge, ResponseLost, WriteError
from influx_core.interfaces import Target

TARGET = Target("db")


class Server:
    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.judge = lambda body: None

    async def send(self, body: bytes, target: Target) -> None:
        self.bodies.append(body)
        error = self.judge(body)
        if error is not None:
            raise error


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def letters():
    return []


@pytest.fixture
def delivery(server):
    return Delivery(server.send, DeliveryTracker(Counters(), None, lambda *facts: None))


def batch(*times: int) -> PointBatch:
    made = PointBatch(TARGET, 0.0)
    for time in times:
        made.add(EncodedChunk(b"m f=1 %d\n" % time, 1, (time, time)))
    return made


def keep(batch, chunks) -> None:
    batch.keep(chunks)


async def test_a_batch_is_one_request(delivery, server, letters):
    one = batch(1, 2)
    assert await delivery.deliver(one, keep, letters) is None
    assert server.bodies == [b"m f=1 1\nm f=1 2\n"]
    assert (one.chunks, one.attempts, delivery.tracker.counters.written) == ([], 1, 2)


async def test_bad_points_are_given_up_alone(delivery, server, letters):
    server.judge = lambda body: (
        PartialWriteError("partial write: bad", status=400) if b" 3\n" in body else None
    )
    assert await delivery.deliver(batch(1, 2, 3, 4), keep, letters) is None
    assert [letter.lines for letter in letters] == [b"m f=1 3\n"]
    assert not letters[0].uncertain
    assert delivery.tracker.counters.written == 3


async def test_what_is_settled_before_a_failure_is_not_sent_again(delivery, server, letters):
    server.judge = lambda body: (
        RequestTooLarge("large", status=413)
        if body.count(b"\n") > 1
        else ResponseLost("gone")
        if b" 2\n" in body
        else None
    )
    one = batch(1, 2)
    failure = await delivery.deliver(one, keep, letters)
    assert failure.action is FailureAction.RETRY_LATER
    assert body(one.chunks) == b"m f=1 2\n"
    assert one.uncertain


async def test_a_rejection_after_a_lost_response_is_uncertain(delivery, server, letters):
    server.judge = lambda body: ResponseLost("gone")
    one = batch(1)
    await delivery.deliver(one, keep, letters)
    server.judge = lambda body: WriteError("no", status=400)
    await delivery.deliver(one, keep, letters)
    assert [letter.uncertain for letter in letters] == [True]


async def test_a_limit_that_was_learnt_divides_the_next_batch(delivery, server, letters):
    server.judge = lambda body: RequestTooLarge("large", status=413) if len(body) > 20 else None
    await delivery.deliver(batch(1, 2, 3, 4), keep, letters)
    server.bodies.clear()
    await delivery.deliver(batch(5, 6, 7, 8), keep, letters)
    assert all(len(sent) <= 20 for sent in server.bodies)


async def test_a_batch_that_cannot_be_divided_is_given_up(delivery, server, letters):
    server.judge = lambda body: WriteError("bad", status=400)
    one = PointBatch(TARGET, 0.0)
    one.add(EncodedChunk(b"m f=1 1\n", 5))
    assert await delivery.deliver(one, keep, letters) is None
    assert letters[0].points == 5


async def test_a_cancellation_leaves_the_batch_uncertain(delivery, server, letters):
    started = asyncio.Event()

    async def send(body, target):
        started.set()
        await asyncio.sleep(10)

    one = batch(1)
    task = asyncio.create_task(Delivery(send, delivery.tracker).deliver(one, keep, letters))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert one.uncertain


@pytest.mark.parametrize("error", [asyncio.CancelledError(), GeneratorExit(), ValueError()])
async def test_whatever_a_transport_raises_is_a_failure(delivery, server, letters, error):
    server.judge = lambda body: error
    failure = await delivery.deliver(batch(1), keep, letters)
    assert (failure.action, failure.error) == (FailureAction.RETRY_BATCH, error)
