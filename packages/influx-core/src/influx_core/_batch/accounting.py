"""The books of a writer: what became of every point, told to all who want to know."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from influx_core._batch.counters import Counters
from influx_core._batch.failures.dead_letters import DeadLetter, LetterBox
from influx_core._batch.queueing.chunk import Lot, body, bytes_in, points_in
from influx_core._batch.receipts import Receipt, undelivered
from influx_core.interfaces import BatchSummary, Target

__all__ = ["Books", "Finished", "outcome_of"]

logger = logging.getLogger(__name__)

Finished = Callable[[BatchSummary, object], None]


class Books:
    """Counts, resolves receipts, posts dead letters.

    Args:
        counters: what is counted in.
        letter_box: takes dead letters, if there is one.
        finished: told of every batch that is done.
    """

    def __init__(
        self, counters: Counters, letter_box: LetterBox | None, finished: Finished
    ) -> None:
        self.counters = counters
        self._letter_box = letter_box
        self._finished = finished
        self._told = False

    def accepted(self, lot: Lot) -> None:
        """A lot was taken."""
        self.counters.accepted += lot.points
        if lot.receipt is not None:
            lot.receipt.expect(lot.points)

    def written(self, lots: Sequence[Lot]) -> None:
        """The server has stored lots."""
        self.counters.written += points_in(lots)
        self.counters.bytes += bytes_in(lots)
        _settle(lots)

    def spooled(self, lots: Sequence[Lot]) -> None:
        """The spool has lots."""
        self.counters.spooled += points_in(lots)
        _settle(lots)

    def rejected(self, target: Target, lots: Sequence[Lot], reason: str) -> DeadLetter:
        """The server will never take lots."""
        self.counters.rejected += points_in(lots)
        return self._give_up(target, lots, reason, uncertain=False)

    def dropped(
        self, target: Target, lots: Sequence[Lot], reason: str, *, uncertain: bool = False
    ) -> DeadLetter:
        """Lots were given up; uncertain if they may have been stored."""
        self.counters.dropped += points_in(lots)
        return self._give_up(target, lots, reason, uncertain=uncertain)

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
        self, target: Target, lots: Sequence[Lot], reason: str, *, uncertain: bool
    ) -> DeadLetter:
        for lot in lots:
            if lot.receipt is not None:
                lot.receipt.fail(DeadLetter(target, lot.lines, lot.points, reason, uncertain))
        letter = DeadLetter(target, body(lots), points_in(lots), reason, uncertain)
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


def _settle(lots: Sequence[Lot]) -> None:
    for lot in lots:
        if lot.receipt is not None:
            lot.receipt.settle(lot.points)


def outcome_of(letters: Sequence[DeadLetter]) -> object:
    """What a notice is told of a batch that ended with these letters."""
    return undelivered(tuple(letters)) if letters else "delivered"
