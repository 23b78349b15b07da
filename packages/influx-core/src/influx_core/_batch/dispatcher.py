"""Dispatcher: the task of a batch writer that sends batches, and spools those that must wait.

The queue selects the batch to send, the retry schedule limits the number of requests, the delivery
returns what is left of a batch, and the spool queue manages spooled batches.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import replace
from typing import Any

from influx_core._batch.accounting import DeliveryTracker, Loss, outcome_of
from influx_core._batch.clock import Clock
from influx_core._batch.delivery import Delivery, DeliveryFailure, Keep, Send
from influx_core._batch.failure_handling.dead_letters import DeadLetter
from influx_core._batch.failure_handling.retry_schedule import RetrySchedule
from influx_core._batch.isolation import describe
from influx_core._batch.queueing.chunk import EncodedChunk, PointBatch
from influx_core._batch.queueing.queue import BatchQueue
from influx_core._batch.settings import WriterSettings
from influx_core._batch.spool_queue import SpoolQueue
from influx_core._batch.waiters import Progress
from influx_core.interfaces import SpooledBatch, Target

__all__ = ["Dispatcher"]

logger = logging.getLogger(__name__)

_GRACE = 5.0
"""Seconds that a cancelled request may take to end, before its batch is given up."""

_FORKED = "the process was forked: only the parent process delivers the points it holds"


class Dispatcher:
    """Moves batches from the queue to the server or to the spool, and records their outcome.

    Args:
        settings: the settings of the writer.
        queue: the queue of batches.
        send: sends a request.
        tracker: records the outcome of the points.
        spool_queue: the batches in the spool; None without a spool.
        clock: the clock.
        progress: wakes the dispatcher, and the tasks that wait for room or for a batch.
        draw: returns random numbers from 0 to 1.

    Attributes:
        closing: whether the writer is being closed and accepts no more points.
    """

    def __init__(
        self,
        settings: WriterSettings,
        queue: BatchQueue,
        send: Send,
        tracker: DeliveryTracker,
        spool_queue: SpoolQueue | None,
        clock: Clock,
        progress: Progress,
        draw: Callable[[], float],
    ) -> None:
        self.closing = False
        self._settings = settings
        self._queue = queue
        self._tracker = tracker
        self._delivery = Delivery(send, tracker)
        self._spool_queue = spool_queue
        self._clock = clock
        self._progress = progress
        self._schedule = RetrySchedule(settings, draw)
        self._deadline: float | None = None
        self._sending: set[asyncio.Task[None]] = set()
        self._spooling: set[asyncio.Task[None]] = set()
        self._replay: PointBatch | None = None
        self._replaying = False
        self._fresh_was_last = False
        self._left: list[DeadLetter] = []
        self._abandoned = False

    def left_over(self) -> tuple[DeadLetter, ...]:
        """Return the dead letters of the points that were given up at the end, and forget them."""
        left, self._left = tuple(self._left), []
        return left

    def dropped(self, target: Target, chunks: list[EncodedChunk], reason: str) -> None:
        """Record accepted chunks that were given up because the queue was full."""
        self._tracker.given_up(Loss.DROPPED, target, chunks, reason)

    def batch_waits(self) -> None:
        """Wake the dispatcher to look for batches that may be sent."""
        self._progress.work.set()

    def room_wanted(self) -> None:
        """Start to move the oldest batch that is not in flight to the spool, if there is one."""
        if self._can_spool(self._clock.now()):
            oldest = self._queue.oldest_idle(untouched=False)
            if oldest is not None:
                self._spool_soon(oldest)

    def close(self, seconds: float) -> None:
        """Stop when all points are settled, or after a number of seconds."""
        deadline = self._clock.now() + seconds
        self._deadline = deadline if self._deadline is None else min(deadline, self._deadline)
        self.closing = True
        self._queue.close_all()
        self._progress.made()

    def abandon(self) -> None:
        """Stop in a forked process: all points are left to the parent, and receipts here fail."""
        self._abandoned = self.closing = True
        for task in self._sending | self._spooling:
            task.cancel()
        for batch in self._queue:
            for chunk in batch.chunks:
                if chunk.receipt is not None:
                    letter = DeadLetter(
                        batch.target, chunk.lines, chunk.points, _FORKED, uncertain=True
                    )
                    chunk.receipt.fail(chunk.first, letter)
        self._progress.made()

    async def run(self) -> None:
        """Dispatch batches until the writer is closed; then spool the rest, or give it up.

        The first cancellation closes the writer within `close_timeout`, a second one at once.
        """
        try:
            await self._work()
        except GeneratorExit:  # the event loop was closed, so nothing can be awaited any more
            self._abandoned = True
            raise
        finally:
            self.closing = True
            if not self._abandoned:
                await self._leave()
                self._progress.made()

    async def _work(self) -> None:
        work, limit = self._progress.work, self._settings.close_timeout
        # One look at the clock for each turn: what is due between two looks would be missed.
        while not self._abandoned and not self._finished(now := self._clock.now()):
            try:
                work.clear()
                self._dispatch(now)
                await self._clock.wait(work, self._next_at(now))
            except asyncio.CancelledError:
                # The first one may be that of all tasks, which has also cancelled the block.
                self.close(limit)
                limit = 0.0

    def _finished(self, now: float) -> bool:
        if self._deadline is None:
            return False
        return len(self._queue) == 0 or now >= self._deadline

    def _next_at(self, now: float) -> float | None:
        times = [self._queue.next_at(now), self._schedule.next_at(now), self._deadline]
        if self._spool_queue is not None:
            times.append(self._spool_queue.next_at(now))
        return min((at for at in times if at is not None and at > now), default=None)

    def _dispatch(self, now: float) -> None:
        breaker = self._schedule.breaker
        if not breaker.closed and self._can_spool(now):
            for waiting in self._queue.ready(now):
                self._spool_soon(waiting)
        free = breaker.slots(now, self._settings.in_flight) - len(self._sending)
        if free <= 0:
            return
        replay = self._next_replay(now)
        reserved = int(
            replay is not None and (self._settings.in_flight > 1 or self._fresh_was_last)
        )
        fresh = self._sendable(now)
        while free > reserved and (batch := next(fresh, None)) is not None:
            self._begin(self._deliver(batch, self._queue.keep), self._sending, batch)
            self._fresh_was_last = True
            free -= 1
        if replay is not None and free > 0 and self._schedule.targets.allows(replay.target, now):
            self._replaying = True
            self._begin(self._deliver_spooled(replay), self._sending, replay)
            self._fresh_was_last = False

    def _sendable(self, now: float) -> Iterator[PointBatch]:
        """Yield the batches that may be sent; move those that have to wait to the spool."""
        for batch in self._queue.ready(now):
            if self._may_send(batch, now):
                yield batch
            elif self._can_spool(now):
                self._spool_soon(batch)

    def _may_send(self, batch: PointBatch, now: float) -> bool:
        if not self._schedule.targets.allows(batch.target, now):
            return False
        return self._spool_queue is None or not self._spool_queue.overlaps(batch)

    def _next_replay(self, now: float) -> SpooledBatch | None:
        """Return the next batch of the spool if one may be sent now."""
        if self._spool_queue is None or self._replaying or self.closing:
            return None
        return self._spool_queue.next(now, lambda batch: self._may_replay(batch, now))

    def _may_replay(self, batch: SpooledBatch, now: float) -> bool:
        allowed = self._schedule.targets.allows(batch.target, now)
        return allowed and not self._queue.holds_older(batch)

    def _can_spool(self, now: float) -> bool:
        return self._spool_queue is not None and self._spool_queue.usable_at <= now

    def _spool_soon(self, batch: PointBatch) -> None:
        self._begin(self._spool(batch), self._spooling, batch)

    def _begin(
        self,
        work: Coroutine[Any, Any, None],
        tasks: set[asyncio.Task[None]],
        batch: PointBatch | SpooledBatch,
    ) -> None:
        """Start a task that works on a batch."""
        task = asyncio.create_task(work)
        tasks.add(task)
        if tasks is self._sending:
            self._schedule.targets.request_started(batch.target)
        if isinstance(batch, PointBatch):
            batch.busy = True
        task.add_done_callback(lambda task: self._ended(task, tasks, batch))

    def _ended(
        self,
        task: asyncio.Task[None],
        tasks: set[asyncio.Task[None]],
        batch: PointBatch | SpooledBatch,
    ) -> None:
        tasks.discard(task)
        if tasks is self._sending:
            self._schedule.targets.request_ended(batch.target)
        if isinstance(batch, PointBatch):
            batch.busy = False
        else:
            self._replaying = False
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("a batch writer failed at its work", exc_info=error)
            if isinstance(batch, PointBatch):  # wait: it may fail again in the same way
                batch.not_before = self._clock.now() + self._settings.max_retry_delay
        self._progress.made()

    async def _deliver_spooled(self, spooled: SpooledBatch) -> None:
        """Deliver a batch of the spool; it stays there until all of its points are settled."""
        assert self._spool_queue is not None
        if self._spool_queue.was_delivered(spooled.number):
            await self._spool_queue.remove(spooled.number, self._clock.now())
            return
        batch = self._replay  # some points of the batch that was tried last may be settled
        if batch is None or batch.number != spooled.number:
            batch = await self._spool_queue.read(spooled.number, self._clock.now())
            self._replay = batch
        if batch is None:
            return
        await self._deliver(batch, self._keep_spooled)
        if batch.chunks:
            self._spool_queue.remember(batch)
        else:
            self._replay = None
            await self._spool_queue.remove(batch.number, self._clock.now())

    def _keep_spooled(self, batch: PointBatch, chunks: Sequence[EncodedChunk]) -> None:
        """Keep only those chunks of a spooled batch that are not settled."""
        points = batch.points
        batch.keep(chunks)
        self._tracker.counters.replayed += points - batch.points

    async def _deliver(self, batch: PointBatch, keep: Keep) -> None:
        """Deliver a batch; after a failure schedule a retry, or give the batch up."""
        letters: list[DeadLetter] = []
        facts = batch.summary(self._clock.now())

        def kept(batch: PointBatch, chunks: Sequence[EncodedChunk]) -> None:
            keep(batch, chunks)
            self._progress.made()

        failure = await self._delivery.deliver(batch, kept, letters)
        now = self._clock.now()
        if failure is None:
            self._schedule.succeeded(batch.target, now)
        elif self._schedule_retry(batch, failure, now):
            return
        else:
            reason = describe(failure.error)
            letters.append(
                self._tracker.given_up(
                    Loss.REJECTED, batch.target, batch.chunks, reason, uncertain=batch.unanswered
                )
            )
            kept(batch, ())
        facts = replace(facts, attempts=batch.attempts, seconds=now - batch.opened)
        self._tracker.done(facts, outcome_of(letters))

    def _schedule_retry(self, batch: PointBatch, failure: DeliveryFailure, now: float) -> bool:
        """Decide when a batch is sent again; return False if it is given up instead."""
        self._tracker.counters.retried += 1
        return self._schedule.failed(batch, failure.action, failure.error, now)

    async def _spool(self, batch: PointBatch) -> None:
        assert self._spool_queue is not None
        if await self._spool_queue.append(batch, self._clock.now()):
            facts = batch.summary(self._clock.now())
            self._tracker.spooled(batch.chunks)
            self._queue.keep(batch, ())
            self._tracker.done(facts, "spooled")

    async def _leave(self) -> None:
        """Spool the points that are not settled; give them up if that is not possible."""
        await self._cancel_tasks()
        self._queue.close_all()
        for batch in list(self._queue):
            try:
                if self._spool_queue is not None:
                    await self._spool(batch)
            except asyncio.CancelledError:
                pass  # the append has ended; a batch that is not spooled is given up below
            if batch.chunks:
                self._give_up(batch)

    async def _cancel_tasks(self) -> None:
        for task in self._sending:
            task.cancel()
        end = asyncio.get_running_loop().time() + _GRACE
        while tasks := self._sending | self._spooling:
            left = end - asyncio.get_running_loop().time()
            if left <= 0 and not self._spooling:
                logger.error("%d requests do not end although they were cancelled", len(tasks))
                return
            try:
                await asyncio.wait(tasks, timeout=None if self._spooling else left)
                await asyncio.sleep(0)  # for their callbacks
            except asyncio.CancelledError:
                continue  # the tasks are cancelled already: keep waiting for their end

    def _give_up(self, batch: PointBatch) -> None:
        why = self._schedule.last_error
        facts = batch.summary(self._clock.now())
        letter = self._tracker.given_up(
            Loss.DROPPED,
            batch.target,
            batch.chunks,
            "the writer was closed before they could be delivered"
            + (f"; the last error: {why}" if why else ""),
            uncertain=batch.uncertain,
        )
        self._left.append(letter)
        self._queue.keep(batch, ())
        self._tracker.done(facts, outcome_of([letter]))
