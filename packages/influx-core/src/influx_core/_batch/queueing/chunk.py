"""Chunks and batches: points as they move through a writer, already encoded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from influx_core._batch.queueing.ordering import Keys, Span, joined, keys_of, overlap
from influx_core._batch.receipts import Receipt
from influx_core._lineprotocol.split import split_lines
from influx_core.interfaces import BatchSummary, Target

__all__ = ["Batch", "EncodedChunk", "body", "bytes_in", "halves", "points_in"]


class EncodedChunk(msgspec.Struct, frozen=True, gc=False):
    """Points that were put together, and share a receipt.

    Attributes:
        lines: the points as line protocol.
        points: the number of points.
        span: their earliest and latest time; None if unknown.
        receipt: told what becomes of them; None for those that come back from a spool.
    """

    lines: bytes
    points: int
    span: Span | None = None
    receipt: Receipt | None = None

    # gc=False: there may be a chunk for each point, and nothing it refers to leads back to it.


def body(chunks: Iterable[EncodedChunk]) -> bytes:
    """The lines of all chunks."""
    return b"".join([chunk.lines for chunk in chunks])


def points_in(chunks: Iterable[EncodedChunk]) -> int:
    """The number of points in all chunks."""
    return sum([chunk.points for chunk in chunks])


def bytes_in(chunks: Iterable[EncodedChunk]) -> int:
    """The size of all chunks."""
    return sum([len(chunk.lines) for chunk in chunks])


def halves(chunks: Sequence[EncodedChunk]) -> tuple[list[EncodedChunk], list[EncodedChunk]]:
    """Cut chunks of more than one point in two parts, in order, neither of them empty."""
    if len(chunks) > 1:
        middle = len(chunks) // 2
        return list(chunks[:middle]), list(chunks[middle:])
    (chunk,) = chunks
    lines = list(split_lines(chunk.lines, 1))
    middle = len(lines) // 2
    first = EncodedChunk(b"".join(lines[:middle]), middle, chunk.span, chunk.receipt)
    second = EncodedChunk(b"".join(lines[middle:]), len(lines) - middle, chunk.span, chunk.receipt)
    return [first], [second]


@dataclass(eq=False, slots=True)
class Batch:
    """Chunks for one target that travel in one request.

    Attributes:
        target: where they go.
        opened: when the first chunk was put.
        chunks: what is not settled yet, in the order it was put.
        points: how many those are.
        size: the size of the lines in bytes.
        span: their earliest and latest time; None if unknown.
        number: its place in the order of delivery; 0 while it still takes chunks.
        busy: whether somebody works on it.
        attempts: the number of requests for it.
        refusals: how often the server failed on it, and on nothing else.
        not_before: when it may be tried again.
        uncertain: whether points of it may have been stored although no answer said so.
    """

    target: Target
    opened: float
    chunks: list[EncodedChunk] = field(default_factory=list[EncodedChunk])
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

    def add(self, chunk: EncodedChunk) -> None:
        """Take one more chunk."""
        self.span = joined(self.span, chunk.span) if self.chunks else chunk.span
        self.chunks.append(chunk)
        self.points += chunk.points
        self.size += len(chunk.lines)

    def collides(self, other: Batch) -> bool:
        """Whether it matters which of two batches is stored first."""
        if self.target != other.target or not overlap(self.span, other.span):
            return False
        return not self.keys().isdisjoint(other.keys())

    def keys(self) -> Keys:
        """Series and time of every point."""
        if self._keys is None:
            self._keys = keys_of(body(self.chunks), self.points)
        return self._keys

    def summary(self, now: float) -> BatchSummary:
        """What a notice is told of it."""
        return BatchSummary(self.target, self.points, self.size, self.attempts, now - self.opened)
