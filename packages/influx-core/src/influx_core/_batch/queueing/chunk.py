"""Lots and batches: points as they move through a writer, already encoded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from influx_core._batch.queueing.ordering import Keys, Span, joined, keys_of, overlap
from influx_core._batch.receipts import Receipt
from influx_core._lineprotocol.split import split_lines
from influx_core.interfaces import BatchSummary, Target

__all__ = ["Batch", "Lot", "body", "bytes_in", "halves", "points_in"]


class Lot(msgspec.Struct, frozen=True, gc=False):
    """Points that were put together, and share a receipt.

    Attributes:
        lines: the points as line protocol.
        points: how many.
        span: their earliest and latest time; None if unknown.
        receipt: told what becomes of them; None for those that come back from a spool.
    """

    lines: bytes
    points: int
    span: Span | None = None
    receipt: Receipt | None = None

    # gc=False: there may be a lot for each point, and nothing it refers to leads back to it.


def body(lots: Iterable[Lot]) -> bytes:
    """The lines of all lots."""
    return b"".join([lot.lines for lot in lots])


def points_in(lots: Iterable[Lot]) -> int:
    """The number of points in all lots."""
    return sum([lot.points for lot in lots])


def bytes_in(lots: Iterable[Lot]) -> int:
    """The size of all lots."""
    return sum([len(lot.lines) for lot in lots])


def halves(lots: Sequence[Lot]) -> tuple[list[Lot], list[Lot]]:
    """Cut lots of more than one point in two parts, in order, neither of them empty."""
    if len(lots) > 1:
        middle = len(lots) // 2
        return list(lots[:middle]), list(lots[middle:])
    (lot,) = lots
    lines = list(split_lines(lot.lines, 1))
    middle = len(lines) // 2
    first = Lot(b"".join(lines[:middle]), middle, lot.span, lot.receipt)
    second = Lot(b"".join(lines[middle:]), len(lines) - middle, lot.span, lot.receipt)
    return [first], [second]


@dataclass(eq=False, slots=True)
class Batch:
    """Lots for one target that travel in one request.

    Attributes:
        target: where they go.
        opened: when the first lot was put.
        lots: what is not settled yet, in the order it was put.
        points: how many those are.
        size: their bytes.
        span: their earliest and latest time; None if unknown.
        number: its place in the order of delivery; 0 while it still takes lots.
        busy: whether somebody works on it.
        attempts: how many requests were tried for it.
        refusals: how often the server failed on it, and on nothing else.
        not_before: when it may be tried again.
        uncertain: whether points of it may have been stored although no answer said so.
    """

    target: Target
    opened: float
    lots: list[Lot] = field(default_factory=list[Lot])
    points: int = 0
    size: int = 0
    span: Span | None = None
    number: int = 0
    busy: bool = False
    attempts: int = 0
    refusals: int = 0
    not_before: float = 0.0
    uncertain: bool = False
    _keys: Keys | None = None

    def add(self, lot: Lot) -> None:
        """Take one more lot."""
        self.span = joined(self.span, lot.span) if self.lots else lot.span
        self.lots.append(lot)
        self.points += lot.points
        self.size += len(lot.lines)

    def collides(self, other: Batch) -> bool:
        """Whether it matters which of two batches is stored first."""
        if self.target != other.target or not overlap(self.span, other.span):
            return False
        return not self.keys().isdisjoint(other.keys())

    def keys(self) -> Keys:
        """Series and time of every point."""
        if self._keys is None:
            self._keys = keys_of(body(self.lots), self.points)
        return self._keys

    def summary(self, now: float) -> BatchSummary:
        """What a notice is told of it."""
        return BatchSummary(self.target, self.points, self.size, self.attempts, now - self.opened)
