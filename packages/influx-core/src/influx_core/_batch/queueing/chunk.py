"""EncodedChunk and PointBatch: the points in a writer, as line protocol."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from influx_core._batch.queueing.ordering import Keys, Span, keys_of, overlap, span_of
from influx_core._batch.receipts import CallReceipt, RunOutcome
from influx_core._lineprotocol.split import point_lines
from influx_core.interfaces import BatchSummary, Target

__all__ = ["EncodedChunk", "PointBatch", "body", "bytes_in", "halves", "points_in"]


class EncodedChunk(msgspec.Struct, frozen=True, gc=False):
    """Encoded points of one call, or of a run of calls that put one point each.

    Attributes:
        lines: the points as line protocol; each line ends with a newline.
        points: the number of points.
        span: their earliest and latest time; None if unknown.
        receipt: records the outcome of the points; None for points that were read from a spool.
        first: the index of the first point in the run.
    """

    lines: bytes
    points: int
    span: Span | None = None
    receipt: CallReceipt | RunOutcome | None = None
    first: int = 0

    # gc=False: there may be a chunk for each point, and a chunk is never part of a cycle.


def body(chunks: Iterable[EncodedChunk]) -> bytes:
    """Return the lines of all chunks."""
    return b"".join([chunk.lines for chunk in chunks])


def points_in(chunks: Iterable[EncodedChunk]) -> int:
    """Return the number of points in all chunks."""
    return sum([chunk.points for chunk in chunks])


def bytes_in(chunks: Iterable[EncodedChunk]) -> int:
    """Return the number of bytes in all chunks."""
    return sum([len(chunk.lines) for chunk in chunks])


def halves(chunks: Sequence[EncodedChunk]) -> tuple[list[EncodedChunk], list[EncodedChunk]]:
    """Divide chunks in two parts, in order; the first is empty if they cannot be divided."""
    if len(chunks) > 1:
        middle = len(chunks) // 2
        return list(chunks[:middle]), list(chunks[middle:])
    (chunk,) = chunks
    lines = [line + b"\n" for line in point_lines(chunk.lines)]
    if len(lines) < 2:
        return [], [chunk]
    middle = len(lines) // 2
    span, receipt, index = chunk.span, chunk.receipt, chunk.first
    first = EncodedChunk(b"".join(lines[:middle]), middle, span, receipt, index)
    rest = chunk.points - middle  # not a count of lines: the sum must be what the receipt expects
    second = EncodedChunk(b"".join(lines[middle:]), rest, span, receipt, index + middle)
    return [first], [second]


@dataclass(eq=False, slots=True)
class PointBatch:
    """Chunks for one target that are sent in one request.

    Attributes:
        target: the target of the points.
        opened: the time at which the first chunk was put.
        chunks: the chunks that are not settled yet, in the order in which they were put.
        points: the number of points.
        size: the number of bytes.
        number: its position in the order of delivery; 0 while the batch accepts chunks.
        busy: whether a task works on it.
        attempts: the number of requests for it.
        failures: the number of attempts that failed because of this batch alone.
        not_before: the time from which it may be sent again.
        uncertain: whether points of it may have been stored without a response that says so.
        unanswered: whether a request with all the remaining points had no response that says
            whether they were stored.
    """

    target: Target
    opened: float
    chunks: list[EncodedChunk] = field(default_factory=list[EncodedChunk])
    points: int = 0
    size: int = 0
    number: int = 0
    busy: bool = False
    attempts: int = 0
    failures: int = 0
    not_before: float = 0.0
    uncertain: bool = False
    unanswered: bool = False
    _keys: set[bytes] = field(default_factory=set[bytes])
    _keyed: int = 0
    _span: Span | None = None
    _spanned: int = 0

    @property
    def span(self) -> Span | None:
        """The earliest and the latest time of its points; None if unknown."""
        if self._spanned < len(self.chunks):
            spans = [chunk.span for chunk in self.chunks[self._spanned :]]
            self._span = span_of([self._span, *spans] if self._spanned else spans)
            self._spanned = len(self.chunks)
        return self._span

    def add(self, chunk: EncodedChunk) -> None:
        """Add a chunk."""
        self.chunks.append(chunk)
        self.points += chunk.points
        self.size += len(chunk.lines)

    def keep(self, chunks: Sequence[EncodedChunk]) -> None:
        """Keep only those chunks that are not settled."""
        self.chunks = list(chunks)
        self.points, self.size = points_in(chunks), bytes_in(chunks)
        self._keys, self._keyed = set(), 0
        self._span, self._spanned = None, 0

    def collides(self, other: PointBatch) -> bool:
        """Return whether two batches may share a series and a time, so that their order matters."""
        if self.target != other.target or not overlap(self.span, other.span):
            return False
        return not self.keys().isdisjoint(other.keys())

    def keys(self) -> Keys:
        """Return the key of every point, which stands for its series and time."""
        if self._keyed < len(self.chunks):
            added = self.chunks[self._keyed :]
            self._keys |= keys_of(body(added), points_in(added))
            self._keyed = len(self.chunks)
        return self._keys

    def summary(self, now: float) -> BatchSummary:
        """Return the summary of the batch that hooks receive."""
        return BatchSummary(self.target, self.points, self.size, self.attempts, now - self.opened)
