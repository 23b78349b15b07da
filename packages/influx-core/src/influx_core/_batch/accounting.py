"""DeliveryTracker: records the outcome of every point in receipts, counters and hooks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum

from influx_core._batch.counters import Counters
from influx_core._batch.failure_handling.dead_letters import DeadLetter, DeadLetterHandler
from influx_core._batch.isolation import call_isolated
from influx_core._batch.queueing.chunk import EncodedChunk, body, bytes_in, points_in
from influx_core._batch.receipts import CallReceipt, undelivered
from influx_core.interfaces import BatchSummary, Target

__all__ = ["DeliveryTracker", "Finished", "Loss", "outcome_of"]

logger = logging.getLogger(__name__)

Finished = Callable[[BatchSummary, object], None]
"""Called with the summary and the outcome of each settled batch."""


class Loss(Enum):
    """Who gave points up."""

    REJECTED = "the server refused them"
    DROPPED = "the writer had no room, or was closed"


class DeliveryTracker:
    """Counts points, settles receipts, and reports dead letters.

    Args:
        counters: the counters of the writer.
        dead_letter: receives dead letters; None for no receiver.
        finished: called for every settled batch.
    """

    def __init__(
        self, counters: Counters, dead_letter: DeadLetterHandler | None, finished: Finished
    ) -> None:
        self.counters = counters
        self._dead_letter = dead_letter
        self._finished = finished
        self._warned = False

    def written(self, chunks: Sequence[EncodedChunk]) -> None:
        """Record chunks that the server has stored."""
        self.counters.written += points_in(chunks)
        self.counters.bytes += bytes_in(chunks)
        _settle(chunks)

    def spooled(self, chunks: Sequence[EncodedChunk]) -> None:
        """Record chunks that are durable in the spool."""
        self.counters.spooled += points_in(chunks)
        _settle(chunks)

    def given_up(
        self,
        loss: Loss,
        target: Target,
        chunks: Sequence[EncodedChunk],
        reason: str,
        *,
        uncertain: bool = False,
    ) -> DeadLetter:
        """Record chunks that will not be delivered; return their dead letter.

        Args:
            loss: whether the server or the writer gave them up.
            target: the target of the points.
            chunks: the chunks that were accepted and will not be delivered.
            reason: the reason, for the dead letter.
            uncertain: whether the server may have stored them, because a request had no response.
        """
        letter = DeadLetter(target, body(chunks), points_in(chunks), reason, uncertain)
        if loss is Loss.REJECTED:
            self.counters.rejected += letter.points
        else:
            self.counters.dropped += letter.points
        for chunk in chunks:
            if chunk.receipt is not None:
                own = replace(letter, lines=chunk.lines, points=chunk.points)
                chunk.receipt.fail(chunk.first, own)
        self._report(letter)
        return letter

    def refused(self, letter: DeadLetter, receipt: CallReceipt) -> None:
        """Record points that could not be encoded, and were never accepted."""
        receipt.refuse(letter)
        self._report(letter)

    def done(self, batch: BatchSummary, outcome: object) -> None:
        """Record the end of a batch."""
        self.counters.seconds_queued += batch.seconds
        self.counters.batches += 1
        call_isolated("the notice of a finished batch", self._finished, batch, outcome)

    def _report(self, letter: DeadLetter) -> None:
        if not self._warned:
            self._warned = True
            logger.warning(
                "%d points for %s were given up (%s); further ones are counted, not logged",
                letter.points,
                letter.target.db,
                letter.reason,
            )
        if self._dead_letter is None:
            return
        if not call_isolated("the dead_letter function", self._dead_letter, letter):
            logger.error("the lines of that dead letter were %r", letter.lines)


def _settle(chunks: Sequence[EncodedChunk]) -> None:
    for chunk in chunks:
        receipt = chunk.receipt
        if receipt is not None:
            receipt.settle(chunk.first, chunk.points)


def outcome_of(letters: Sequence[DeadLetter]) -> object:
    """Return the outcome that hooks receive for a batch that ended with these dead letters."""
    return undelivered(letters) if letters else "delivered"
