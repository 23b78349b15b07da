"""Admission: applies the setting `on_full` when the queue has no room for points."""

from __future__ import annotations

import asyncio
from typing import Protocol

from influx_core._batch.clock import Clock
from influx_core._batch.counters import Counters
from influx_core._batch.queueing.chunk import EncodedChunk
from influx_core._batch.queueing.queue import BatchQueue
from influx_core._batch.settings import OnFull
from influx_core._batch.waiters import Progress
from influx_core.errors import QueueFull, WriterClosed
from influx_core.interfaces import Target

__all__ = ["Admission", "AdmissionEvents"]

_TURN = 500
"""The number of points after which the event loop may run other tasks."""

_FULL = "the queue was full"

_NOT_ENTERED = "the batch writer was not entered: use `async with`"


class AdmissionEvents(Protocol):
    """Receives the events of an `Admission`."""

    def dropped(self, target: Target, chunks: list[EncodedChunk], reason: str) -> None:
        """Accepted chunks were given up."""
        ...

    def batch_waits(self) -> None:
        """A batch is full, or has begun to wait for more points."""
        ...

    def room_wanted(self) -> None:
        """A call of `put` waits for room: the oldest batch may be moved to the spool."""
        ...


class Admission:
    """Decides whether a chunk enters the queue, is dropped, is refused, or waits for room.

    Chunks enter in the order of the calls. There is no `await` between the decision and the queue,
    so a call that is cancelled has not added its chunk.

    Args:
        queue: the queue.
        on_full: what to do if the queue is full.
        events: receives the events.
        progress: wakes the calls that wait for room.
        clock: the clock.
        counters: the counters of the writer, of which it counts `accepted`.

    Attributes:
        turn_is_over: whether the caller should call `yield_turn`, so that other tasks can run.
    """

    def __init__(
        self,
        queue: BatchQueue,
        on_full: OnFull,
        events: AdmissionEvents,
        progress: Progress,
        clock: Clock,
        counters: Counters,
    ) -> None:
        self._queue = queue
        self._on_full = on_full
        self._events = events
        self._progress = progress
        self._now = clock.now
        self._counters = counters
        self._counted = 0  # of the points that the queue took by itself
        self._turn_end = _TURN
        self.turn_is_over = False
        self._turnstile = asyncio.Lock()
        self._waiting = 0  # calls in front of the turnstile or in it
        self._closed_because: str | None = _NOT_ENTERED

    def open(self) -> None:
        """Accept chunks from now on."""
        self._closed_because = None

    def close(self, reason: str) -> None:
        """Accept no more chunks; calls that wait for room raise WriterClosed with this reason."""
        self._closed_because = reason
        self._queue.stop_taking()
        self._progress.made()

    async def yield_turn(self) -> None:
        """Let other tasks run."""
        self._count_taken()
        self._turn_end = self._counters.accepted + _TURN
        self.turn_is_over = False
        await asyncio.sleep(0)

    def admit_now(self, chunk: EncodedChunk, target: Target, *, yields: bool = True) -> bool:
        """Add a chunk to the queue, or drop it; return False if it has to wait for room.

        Args:
            chunk: the chunk.
            target: the target of its points.
            yields: whether the caller calls `yield_turn` when its turn is over.

        Raises:
            QueueFull: the queue is full, with `on_full="raise"`.
            WriterClosed: the writer accepts no points.
        """
        if self._closed_because is not None:
            raise WriterClosed(self._closed_because)
        if not self._waiting and self._queue.append(chunk, target):
            counters = self._counters  # as in _count, without a call for each point
            counters.accepted = accepted = counters.accepted + chunk.points
            if accepted >= self._turn_end:
                self.turn_is_over = True
            admitted = True
        else:
            admitted = self._admit(chunk, target)
        if self._queue.takes and admitted and not self._waiting:
            self._let_take(yields)
        return admitted

    @property
    def accepted(self) -> int:
        """The number of points that were accepted; other threads may ask."""
        return self._counters.accepted + self._queue.taken - self._counted

    def _count_taken(self) -> None:
        """Count the points that the queue took by itself since the last call."""
        if not self._queue.takes:
            return
        taken = self._queue.taken
        points, self._counted = taken - self._counted, taken
        self._count(points)

    def _let_take(self, yields: bool) -> None:
        """Let the queue take points by itself, but not for longer than a turn."""
        self._count_taken()
        if yields and self.turn_is_over:
            return
        left = self._turn_end - self._counters.accepted
        self._queue.allow_taking(left - 1 if left > 0 else _TURN)

    def _admit(self, chunk: EncodedChunk, target: Target) -> bool:
        if not self._waiting and self._queue.fits(chunk):
            self._enter(chunk, target)
            return True
        match self._on_full:
            case "raise":
                raise self.queue_full()
            case "drop_oldest" if self._drop_until_fits(chunk):
                self._enter(chunk, target)
            case "drop_new" | "drop_oldest":
                self._count(chunk.points)
                self._events.dropped(target, [chunk], _FULL)
            case _:
                return False
        return True

    async def admit_later(self, chunk: EncodedChunk, target: Target) -> None:
        """Wait for room, and add a chunk to the queue.

        Raises:
            WriterClosed: the writer was closed meanwhile.
        """
        self._queue.stop_taking()
        self._waiting += 1
        try:
            async with self._turnstile:
                await self._room_for(chunk)
                self._enter(chunk, target)
        finally:
            self._waiting -= 1

    async def _room_for(self, chunk: EncodedChunk) -> None:
        while self._closed_because is None and not self._queue.fits(chunk):
            if self._on_full == "spool":
                self._events.room_wanted()
            await self._progress.wait()
        if self._closed_because is not None:
            raise WriterClosed(self._closed_because)

    def queue_full(self) -> QueueFull:
        """Return the error that says that there is no room."""
        return QueueFull(f"{self._queue.points} points wait already: the queue is full")

    def _enter(self, chunk: EncodedChunk, target: Target) -> None:
        self._count(chunk.points)
        if self._queue.add(chunk, target, self._now):
            self._events.batch_waits()
            self.turn_is_over = True

    def _count(self, points: int) -> None:
        self._counters.accepted += points
        if self._counters.accepted >= self._turn_end:
            self.turn_is_over = True

    def _drop_until_fits(self, chunk: EncodedChunk) -> bool:
        """Drop the oldest batches until a chunk fits; return whether it does.

        A batch that is in flight, or that the server may have stored, is not dropped.
        """
        while not self._queue.fits(chunk):
            batch = self._queue.oldest_idle(untouched=True)
            if batch is None:
                return False
            self._events.dropped(batch.target, batch.chunks, _FULL)
            self._queue.keep(batch, ())
        return True
