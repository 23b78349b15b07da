"""BatchQueue: the bounded queue of a writer, in which chunks become batches.

It decides which chunks form a batch, and which batch may be sent next. It has no clock and never
waits: `now` is in seconds of a monotonic clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from influx_core._batch.queueing.chunk import EncodedChunk, PointBatch
from influx_core._batch.queueing.ordering import overlap
from influx_core._batch.receipts import Receipt
from influx_core._points.batching import Fullness
from influx_core.interfaces import PointIntake, SpooledBatch, Target

__all__ = ["BatchQueue", "TargetIntake"]


@dataclass(frozen=True, slots=True)
class TargetIntake:
    """What takes single points for batches.

    Attributes:
        target: the target of the points.
        points: encodes them, and makes chunks of them.
    """

    target: Target
    points: PointIntake[EncodedChunk, Receipt]


class BatchQueue:
    """All points that were accepted and are not settled yet, in batches by target.

    Args:
        fullness: the limits at which a batch is full.
        points: the most points in the queue.
        size: the most bytes of line protocol in the queue.
        aside: returns the bytes that count against `size` although they have left the queue; None
            if there are never any.
        intake: takes single points for batches of its target; None if nothing does.

    Attributes:
        last_number: the number of the batch that was closed last.
        take: takes a point for the latest batch, and returns its receipt; None if it cannot. See
            `allow_taking`.
        takes: whether `take` ever takes points.
    """

    def __init__(
        self,
        fullness: Fullness,
        points: int,
        size: int,
        aside: Callable[[], int] | None = None,
        intake: TargetIntake | None = None,
    ) -> None:
        self.last_number = 0
        self._points = self._size = 0  # of all batches but the latest
        self._fullness = fullness
        self._most_points = points
        self._most_size = size
        self._aside = aside
        self._latest: PointBatch | None = None
        self._quick_points = self._quick_size = 0
        self._taken = 0  # without those of the run that has not ended
        self._intake = intake
        self.takes = intake is not None
        self.take: Callable[[Any], Receipt | None]
        self.take = _take_nothing if intake is None else intake.points.take
        self._open: dict[Target, PointBatch] = {}
        self._closed: dict[int, PointBatch] = {}

    def __len__(self) -> int:
        return len(self._open) + len(self._closed)

    def __iter__(self) -> Iterator[PointBatch]:
        """The batches, the oldest first."""
        self.end_run()
        yield from [*self._closed.values(), *self._open.values()]

    @property
    def points(self) -> int:
        """The number of points in the queue."""
        points = self._points if self._latest is None else self._points + self._latest.points
        return points + self._in_run()[0]

    @property
    def size(self) -> int:
        """The number of bytes of the points in the queue."""
        size = self._size if self._latest is None else self._size + self._latest.size
        return size + self._in_run()[1]

    @property
    def taken(self) -> int:
        """The number of points that `take` has taken."""
        return self._taken + self._in_run()[0]

    def append(self, chunk: EncodedChunk, target: Target) -> bool:
        """Add a chunk to the latest batch if nothing else comes of it; return whether it was added.

        This is what happens to most points of a program that puts them one at a time.

        Returns:
            False, and nothing has changed, if the target is another one, the batch would be full,
            or there might be no room: `fits` and `add` decide then.
        """
        batch = self._latest
        if batch is None or batch.target is not target:
            return False
        if self.takes:
            self.stop_taking()
        points, size = batch.points + chunk.points, batch.size + len(chunk.lines)
        if points >= self._quick_points or size >= self._quick_size:
            return False
        batch.chunks.append(chunk)
        batch.points, batch.size = points, size
        return True

    def allow_taking(self, most: int) -> None:
        """Let `take` put so many points into the latest batch, until anything else enters it."""
        intake, batch = self._intake, self._latest
        if intake is None or batch is None or batch.target is not intake.target:
            return
        points, size = self._quick_points - batch.points - 1, self._quick_size - batch.size - 1
        intake.points.allow(min(points, most), size)

    def stop_taking(self) -> None:
        """Let `take` refuse points until `allow_taking` is called again."""
        if self._intake is not None:
            self._intake.points.allow(0, 0)
            self.end_run()

    def end_run(self) -> None:
        """Put the points that `take` took into their batch."""
        if self._intake is not None and self._latest is not None:
            batch = self._latest
            points, size = self._intake.points.end_run(batch.chunks)
            batch.points += points
            batch.size += size
            self._taken += points

    def _in_run(self) -> tuple[int, int]:
        """Return how many points and bytes `take` took that are not in their batch yet.

        Other threads may ask for numbers, so nothing changes here.
        """
        return (0, 0) if self._intake is None else self._intake.points.taken()

    def fits(self, chunk: EncodedChunk) -> bool:
        """Return whether there is room; an empty queue has room for any chunk."""
        size = self.size if self._aside is None else self.size + self._aside()
        return (
            self.points + chunk.points <= self._most_points
            and size + len(chunk.lines) <= self._most_size
        ) or size == 0

    def add(self, chunk: EncodedChunk, target: Target, now: Callable[[], float]) -> bool:
        """Add a chunk; return whether it filled a batch or started a new one.

        Args:
            chunk: the chunk.
            target: the target of its points.
            now: returns the time; called if the chunk starts a batch.
        """
        self.stop_taking()
        batch = self._latest
        if batch is None or batch.target is not target:  # `is` is faster than comparing targets
            batch = self._open.get(target)
        if batch is not None and self._fullness.exceeded(
            batch.points + chunk.points, batch.size + len(chunk.lines)
        ):
            self._close(batch)
            batch = None
        began = batch is None
        if batch is None:
            batch = self._open[target] = PointBatch(target, now())
        self._turn_to(batch)
        batch.add(chunk)
        if self._fullness.full(batch.points, batch.size):
            self._close(batch)
            return True
        self._allow_appending()
        return began

    def close_all(self) -> int:
        """Close every batch that still accepts chunks; return the number of the last batch."""
        for batch in list(self._open.values()):
            self._close(batch)
        return self.last_number

    def ready(self, now: float) -> Iterator[PointBatch]:
        """Close the batches that are due, and yield those that may be sent now, oldest first."""
        self.end_run()
        for batch in [*self._closed.values(), *self._due(now)]:
            if batch.busy or batch.not_before > now or self._waits_for_older(batch):
                continue
            if batch.number == 0:
                self._close(batch)
            yield batch

    def next_at(self, now: float) -> float | None:
        """Return the next time at which a batch is due or may be retried; None if there is none."""
        times = [self._fullness.due_at(batch.opened) for batch in self._open.values()]
        times += [batch.not_before for batch in self._closed.values()]
        return min((at for at in times if at > now), default=None)

    def holds_up_to(self, number: int) -> bool:
        """Return whether a batch of this number, or an older one, is not settled yet."""
        return next(iter(self._closed), number + 1) <= number  # their numbers ascend

    def collides(self, batch: PointBatch) -> bool:
        """Return whether an older batch in the queue must be stored before this one."""
        return any(
            older.number < batch.number and older.collides(batch) for older in self._closed.values()
        )

    def holds_older(self, batch: SpooledBatch) -> bool:
        """Return whether a batch here may have to be stored before one of the spool."""
        return any(
            older.number < batch.number
            and older.target == batch.target
            and overlap(older.span, batch.span)
            for older in self._closed.values()
        )

    def oldest_idle(self, *, untouched: bool) -> PointBatch | None:
        """Close and return the oldest batch that no task works on; None if there is none.

        Args:
            untouched: only return a batch of which the server cannot have stored points.
        """
        for batch in self:
            if not batch.busy and not (untouched and batch.uncertain):
                if batch.number == 0:
                    self._close(batch)
                return batch
        return None

    def keep(self, batch: PointBatch, chunks: Sequence[EncodedChunk]) -> None:
        """Keep only those chunks of a batch that are not settled; without any it is removed."""
        points, size = batch.points, batch.size
        batch.keep(chunks)
        self._points += batch.points - points
        self._size += batch.size - size
        if not chunks:
            self._closed.pop(batch.number, None)

    def _turn_to(self, batch: PointBatch | None) -> None:
        """Make a batch the latest one, which counts its points itself; the sums have the others."""
        if self._latest is not None:
            self.stop_taking()
            self._points += self._latest.points
            self._size += self._latest.size
        self._latest = batch
        if batch is not None:
            self._points -= batch.points
            self._size -= batch.size

    def _allow_appending(self) -> None:
        """Set how far the latest batch may grow without being full, and with room in the queue.

        Room that others free later is not used, and what is set aside later has left the queue.
        """
        aside = 0 if self._aside is None else self._aside()
        self._quick_points = min(self._fullness.points, self._most_points - self._points)
        self._quick_size = min(self._fullness.size, self._most_size - self._size - aside)

    def _due(self, now: float) -> list[PointBatch]:
        due_at = self._fullness.due_at
        return [batch for batch in self._open.values() if due_at(batch.opened) <= now]

    def _waits_for_older(self, batch: PointBatch) -> bool:
        if batch.number:
            return self.collides(batch)
        return any(older.collides(batch) for older in self._closed.values())

    def _close(self, batch: PointBatch) -> None:
        del self._open[batch.target]
        self._turn_to(None)
        self.last_number += 1
        batch.number = self.last_number
        self._closed[batch.number] = batch


def _take_nothing(_point: Any) -> None:
    """Take no point: this is `take` where no batch may be added to."""
    return
