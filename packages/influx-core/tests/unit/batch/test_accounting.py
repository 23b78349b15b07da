"""DeliveryTracker: counts, receipts, dead letters and notices agree."""

from __future__ import annotations

import pytest

from influx_core._batch.accounting import DeliveryTracker, Loss, outcome_of
from influx_core._batch.counters import Counters
from influx_core._batch.failure_handling.dead_letters import DeadLetter
from influx_core._batch.queueing.chunk import EncodedChunk
from influx_core._batch.receipts import CallReceipt
from influx_core.errors import PointsUndelivered
from influx_core.interfaces import BatchSummary, Target

TARGET = Target("db")


@pytest.fixture
def letters():
    return []


@pytest.fixture
def tracker(letters):
    return DeliveryTracker(Counters(), letters.append, lambda batch, outcome: None)


def chunk(points: int = 2) -> EncodedChunk:
    receipt = CallReceipt()
    receipt.expect(points)
    receipt.seal()
    return EncodedChunk(b"m f=1 1\n" * points, points, (1, 1), receipt)


@pytest.mark.parametrize("what", ["written", "spooled"])
async def test_delivered_points_settle_their_receipt(tracker, what):
    one = chunk()
    getattr(tracker, what)([one])
    await one.receipt
    assert getattr(tracker.counters, what) == 2


@pytest.mark.parametrize("loss", Loss)
async def test_points_that_are_given_up_are_told_to_receipt_and_handler(tracker, letters, loss):
    one = chunk()
    letter = tracker.given_up(loss, TARGET, [one], "no", uncertain=True)
    assert letters == [letter] == [DeadLetter(TARGET, one.lines, 2, "no", uncertain=True)]
    with pytest.raises(PointsUndelivered, match="no"):
        await one.receipt
    counted = {"rejected": tracker.counters.rejected, "dropped": tracker.counters.dropped}
    assert counted == {"rejected": 0, "dropped": 0, loss.name.lower(): 2}


def test_points_that_were_never_accepted_are_counted_nowhere(tracker, letters):
    receipt = CallReceipt()
    receipt.seal()
    tracker.refused(DeadLetter(TARGET, b"# x\n", 1, "no"), receipt)
    assert tracker.counters == Counters()
    assert receipt.done()
    assert len(letters) == 1


def test_only_the_first_loss_is_logged(tracker, caplog):
    for _ in range(3):
        tracker.given_up(Loss.DROPPED, TARGET, [chunk()], "no")
    assert len(caplog.records) == 1


def test_batches_are_counted_and_told():
    told = []
    tracker = DeliveryTracker(Counters(), None, lambda *facts: told.append(facts))
    summary = BatchSummary(TARGET, 2, 20, 1, 3.0)
    tracker.done(summary, "delivered")
    assert told == [(summary, "delivered")]
    assert (tracker.counters.batches, tracker.counters.seconds_queued) == (1, 3.0)


def test_an_outcome_is_a_word_or_the_error():
    assert outcome_of([]) == "delivered"
    assert isinstance(outcome_of([DeadLetter(TARGET, b"", 1, "no")]), PointsUndelivered)
