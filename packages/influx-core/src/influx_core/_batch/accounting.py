"""The tracker of a writer: what became of every point, told to all who want to know."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from influx_core._batch.counters import Counters
from influx_core._batch.failure_handling.dead_letters import DeadLetter, DeadLetterHandler
from influx_core._batch.queueing.chunk import EncodedChunk, body, bytes_in, points_in
from influx_core._batch.receipts import Receipt, undelivered
from influx_core.interfaces import BatchSummary, Target

__all__ = ["DeliveryTracker", "Finished", "outcome_of"]

logger = logging.getLogger(__name__)

Finished = Callable[[BatchSummary, object], None]


class DeliveryTracker:
    """Counts, resolves receipts, posts dead letters.

    Args:
        counters: what is counted in.
        letter_box: takes dead letters, if there is one.
        finished: told of every batch that is done.
    """

    def __init__(
        self, counters: Counters, letter_box: DeadLetterHandler | None, finished: Finished
    ) -> None:
        self.counters = counters
        self._letter_box = letter_box
        self._finished = finished
        self._told = False

    def accepted(self, chunk: EncodedChunk) -> None:
        """A chunk was taken."""
        self.counters.accepted += chunk.points
        if chunk.receipt is not None:
            chunk.receipt.expect(chunk.points)

    def written(self, chunks: Sequence[EncodedChunk]) -> None:
        """The server has stored chunks."""
        self.counters.written += points_in(chunks)
        self.counters.bytes += bytes_in(chunks)
        _settle(chunks)

    def spooled(self, chunks: Sequence[EncodedChunk]) -> None:
        """The spool has chunks."""
        self.counters.spooled += points_in(chunks)
        _settle(chunks)

    def rejected(self, target: Target, chunks: Sequence[EncodedChunk], reason: str) -> DeadLetter:
        """The server will never take chunks."""
        self.counters.rejected += points_in(chunks)
        return self._give_up(target, chunks, reason, uncertain=False)

    def dropped(
        self,
        target: Target,
        chunks: Sequence[EncodedChunk],
        reason: str,
        *,
        uncertain: bool = False,
    ) -> DeadLetter:
        """Chunks were given up; uncertain if they may have been stored."""
        self.counters.dropped += points_in(chunks)
        return self._give_up(target, chunks, reason, uncertain=uncertain)

    def refused(self, letter: DeadLetter, receipt: Receipt) -> None:
        """Points were not even taken."""
        receipt.refuse(letter)
        self._post(letter)

    def done(self, batch: BatchSummary, outcome: object) -> None:
        """A batch has come to its end."""
        self.counters.seconds_queued += batch.seconds
        self.counters.batches += 1
        self._finished(batch, outcome)

    def _give_up(
        self, target: Target, chunks: Sequence[EncodedChunk], reason: str, *, uncertain: bool
    ) -> DeadLetter:
        for chunk in chunks:
            if chunk.receipt is not None:
                chunk.receipt.fail(DeadLetter(target, chunk.lines, chunk.points, reason, uncertain))
        letter = DeadLetter(target, body(chunks), points_in(chunks), reason, uncertain)
        self._post(letter)
        return letter

    def _post(self, letter: DeadLetter) -> None:
        if not self._told:
            self._told = True
            logger.warning(
                "%d points for %s were given up (%s); what follows is counted, not logged",
                letter.points,
                letter.target.db,
                letter.reason,
            )
        if self._letter_box is None:
            return
        try:
            self._letter_box(letter)
        except Exception:
            logger.exception("the dead letter function raised; the lines were %r", letter.lines)


def _settle(chunks: Sequence[EncodedChunk]) -> None:
    for chunk in chunks:
        if chunk.receipt is not None:
            chunk.receipt.settle(chunk.points)


def outcome_of(letters: Sequence[DeadLetter]) -> object:
    """What a notice is told of a batch that ended with these letters."""
    return undelivered(tuple(letters)) if letters else "delivered"
