"""The task behind a batch writer: sends what is due, spools what cannot be sent, and ends in time.

It decides nothing itself: the queue says which batch may go, the gate how many, the delivery what
is left of one, the backlog what the spool holds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from influx_core._batch.accounting import DeliveryTracker, outcome_of
from influx_core._batch.clock import Clock
from influx_core._batch.delivery import Delivery, DeliveryFailure, Send
from influx_core._batch.failure_handling.circuit_breaker import CircuitBreaker
from influx_core._batch.failure_handling.dead_letters import DeadLetter
from influx_core._batch.failure_handling.failure_policy import FailureAction
from influx_core._batch.failure_handling.target_breakers import TargetBreakers
from influx_core._batch.queueing.chunk import Batch, EncodedChunk, bytes_in, points_in
from influx_core._batch.queueing.queue import Queue
from influx_core._batch.settings import WriterSettings
from influx_core._batch.spool_queue import SpoolQueue
from influx_core.errors import ResponseError
from influx_core.interfaces import SpooledBatch, Target

__all__ = ["Dispatcher"]

logger = logging.getLogger(__name__)

_BARRED = "the batch writer may not write to %s, points for it are kept: %s"


class Dispatcher:
    """Moves batches from the queue to the server.

    Args:
        settings: how.
        queue: where they come from.
        send: sends a request.
        tracker: told what becomes of them.
        backlog: the spool, if there is one.
        clock: the time.
        draw: gives random numbers from 0 to 1.
    """

    def __init__(
        self,
        settings: WriterSettings,
        queue: Queue,
        send: Send,
        tracker: DeliveryTracker,
        backlog: SpoolQueue | None,
        clock: Clock,
        draw: Callable[[], float],
    ) -> None:
        self._left: list[DeadLetter] = []
        self.closing = False
        self._settings = settings
        self._queue = queue
        self._tracker = tracker
        self._delivery = Delivery(send, tracker)
        self._backlog = backlog
        self._clock = clock
        self._draw = draw
        self._gate = CircuitBreaker()
        self._barred = TargetBreakers()
        self._wake = asyncio.Event()
        self._deadline: float | None = None
        self._sending: set[asyncio.Task[None]] = set()
        self._stowing: set[asyncio.Task[None]] = set()
        self._replay: Batch | None = None
        self._replaying = False
        self._fresh_was_last = False
        self._waiters: list[asyncio.Future[None]] = []
        self._because = ""

    def left_over(self) -> tuple[DeadLetter, ...]:
        """What was given up at the end; told once."""
        left, self._left = tuple(self._left), []
        return left

    def wake(self) -> None:
        """Look again what there is to do."""
        self._wake.set()

    def close(self, seconds: float) -> None:
        """End as soon as everything is settled, or in so many seconds."""
        deadline = self._clock.now() + seconds
        self._deadline = deadline if self._deadline is None else min(deadline, self._deadline)
        self.closing = True
        self._queue.close_all()
        self.progress()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds, which may be so whenever a batch moved on."""
        while not holds():
            await self._next_progress()

    async def _next_progress(self) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        await waiter

    async def room_for(self, chunk: EncodedChunk, *, spooling: bool) -> None:
        """Wait until there is room for a chunk, or none ever will be.

        Args:
            chunk: what wants to get in.
            spooling: whether room is made by moving the oldest batch to the spool.
        """
        while not self.closing and not self._queue.fits(chunk):
            if spooling and self._spoolable(self._clock.now()):
                oldest = self._queue.evict(untouched=False)
                if oldest is not None:
                    self._stow_soon(oldest)
            await self._next_progress()

    def _stow_soon(self, batch: Batch) -> None:
        self._begin(self._spool_batch(batch), self._stowing, batch)

    async def run(self) -> None:
        """Work until told to close; what is left then is spooled or given up.

        Whoever cancels it only tells it to close, and the second time to close at once.
        """
        try:
            await self._work()
        finally:
            self.closing = True
            await self._leave()
            self.progress()

    async def _work(self) -> None:
        while not self._finished():
            try:
                self._wake.clear()
                self._dispatch(self._clock.now())
                await self._clock.wait(self._wake, self._next_at(self._clock.now()))
            except asyncio.CancelledError:
                self.close(0.0 if self.closing else self._settings.close_timeout)

    def _finished(self) -> bool:
        if self._deadline is None:
            return False
        return len(self._queue) == 0 or self._clock.now() >= self._deadline

    def _next_at(self, now: float) -> float | None:
        times = [self._queue.next_at(now), self._gate.opens_at, self._deadline]
        times.append(self._barred.next_at(now))
        if self._backlog is not None:
            times.append(self._backlog.next_at(now))
        return min((at for at in times if at is not None and at > now), default=None)

    def _dispatch(self, now: float) -> None:
        if self._gate.state != "open" and self._spoolable(now):
            for waiting in self._queue.ready(now):
                self._stow_soon(waiting)
        free = self._gate.slots(now, self._settings.in_flight) - len(self._sending)
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
        if replay is not None and free > 0 and self._barred.lets(replay.target, now):
            self._replaying = True
            self._begin(self._deliver_spooled(replay), self._sending, replay)
            self._fresh_was_last = False

    def _sendable(self, now: float) -> Iterator[Batch]:
        """Batches that may be sent; those that have to wait go into the spool."""
        for batch in self._queue.ready(now):
            if self._may_leave(batch, now):
                yield batch
            elif self._spoolable(now):
                self._stow_soon(batch)

    def _may_leave(self, batch: Batch, now: float) -> bool:
        if not self._barred.lets(batch.target, now):
            return False
        return self._backlog is None or not self._backlog.overlaps(batch)

    def _next_replay(self, now: float) -> SpooledBatch | None:
        """The batch of the spool that may be sent now."""
        if self._backlog is None or self._replaying or self.closing:
            return None
        return self._backlog.next(now, lambda batch: self._may_come_back(batch, now))

    def _may_come_back(self, batch: SpooledBatch, now: float) -> bool:
        return self._barred.lets(batch.target, now) and not self._queue.holds_older(batch)

    def _spoolable(self, now: float) -> bool:
        return self._backlog is not None and self._backlog.usable_at <= now

    def _begin(
        self,
        work: Coroutine[Any, Any, None],
        tasks: set[asyncio.Task[None]],
        batch: Batch | SpooledBatch,
    ) -> None:
        """Start a task that works on a batch."""
        task = asyncio.create_task(work)
        tasks.add(task)
        if tasks is self._sending:
            self._barred.leaves(batch.target)
        if isinstance(batch, Batch):
            batch.busy = True

        def ended(task: asyncio.Task[None]) -> None:
            tasks.discard(task)
            if tasks is self._sending:
                self._barred.is_back(batch.target)
            if isinstance(batch, Batch):
                batch.busy = False
            else:
                self._replaying = False
            self.progress()
            if not task.cancelled() and (error := task.exception()) is not None:
                logger.error("a batch writer failed at its work", exc_info=error)

        task.add_done_callback(ended)

    def progress(self) -> None:
        """Tell all who wait for room or for an end, and look again what there is to do."""
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._wake.set()

    async def _deliver_spooled(self, spooled: SpooledBatch) -> None:
        """Deliver a batch of the spool; its row stays until all of it is settled."""
        assert self._backlog is not None
        batch = self._replay  # the one that was tried last may be settled in part
        if batch is None or batch.number != spooled.number:
            batch = self._replay = await self._backlog.read(spooled.number, self._clock.now())
        if batch is None:
            return
        await self._deliver(batch, self._shrink)
        if batch.chunks:
            self._backlog.remember(batch)
        else:
            self._replay = None
            await self._backlog.remove(batch.number)

    def _shrink(self, batch: Batch, chunks: Sequence[EncodedChunk]) -> None:
        """Let a batch of the spool shrink."""
        points = points_in(chunks)
        self._tracker.counters.replayed += batch.points - points
        batch.chunks, batch.points, batch.size = list(chunks), points, bytes_in(chunks)

    async def _deliver(
        self, batch: Batch, keep: Callable[[Batch, Sequence[EncodedChunk]], None]
    ) -> None:
        """Deliver a batch, and draw the consequences."""
        letters: list[DeadLetter] = []
        facts = batch.summary(self._clock.now())

        def kept(batch: Batch, chunks: Sequence[EncodedChunk]) -> None:
            keep(batch, chunks)
            self.progress()

        failure = await self._delivery.deliver(batch, kept, letters)
        now = self._clock.now()
        if failure is None:
            self._server_answers(batch.target, now)
        elif self._schedule_retry(batch, failure, now):
            return
        else:
            letters.append(self._tracker.rejected(batch.target, batch.chunks, str(failure.error)))
            kept(batch, ())
        facts = replace(facts, attempts=batch.attempts, seconds=now - batch.opened)
        self._tracker.done(facts, outcome_of(letters))

    def _schedule_retry(self, batch: Batch, failure: DeliveryFailure, now: float) -> bool:
        """Say when a batch is tried again; whether it is."""
        error = failure.error
        self._because = f"; the last try: {error}"
        asked = error.retry_after if isinstance(error, ResponseError) else None
        self._tracker.counters.retried += 1
        match failure.verdict:
            case FailureAction.RETRY_BATCH:
                batch.refusals += 1
                batch.not_before = now + self._seconds(batch.refusals, asked)
                return batch.refusals < self._settings.max_attempts
            case FailureAction.PAUSE_TARGET:
                if self._barred.shut(batch.target, now, self._settings.auth_retry_interval):
                    logger.warning(_BARRED, batch.target.db, error)
            case FailureAction.PAUSE_ALL:
                self._shut("paused", now, self._settings.auth_retry_interval, error)
            case _:
                self._shut("down", now, self._seconds(self._gate.failures(now), asked), error)
        return True

    def _seconds(self, failures: int, asked: float | None) -> float:
        return self._settings.waits.delay(failures, self._draw(), asked)

    def _shut(
        self, state: Literal["down", "paused"], now: float, seconds: float, error: Exception
    ) -> None:
        if self._gate.shut(state, now, seconds):
            logger.warning("the batch writer is %s, points are kept: %s", state, error)

    def _server_answers(self, target: Target, now: float) -> None:
        self._because = ""
        barred = self._barred.open(target, now)
        if barred is not None:
            logger.info("the batch writer delivers to %s again, after %.1f s", target.db, barred)
        seconds = self._gate.open(now)
        if seconds is not None:
            logger.info("the batch writer delivers again, after %.1f s", seconds)

    async def _spool_batch(self, batch: Batch) -> None:
        assert self._backlog is not None
        if await self._backlog.append(batch, self._clock.now()):
            facts = batch.summary(self._clock.now())
            self._tracker.spooled(batch.chunks)
            self._queue.keep(batch, ())
            self._tracker.done(facts, "spooled")

    async def _leave(self) -> None:
        """Let go of everything: what is not settled is spooled, or given up with its lines."""
        for task in self._sending:
            task.cancel()
        while tasks := self._sending | self._stowing:
            try:
                await asyncio.wait(tasks)
                await asyncio.sleep(0)  # for their callbacks
            except asyncio.CancelledError:
                continue  # they are cancelled already, and end soon
        self._queue.close_all()
        for batch in list(self._queue):
            if self._backlog is not None:
                await self._spool_batch(batch)
            if batch.chunks:
                self._give_up(batch)

    def _give_up(self, batch: Batch) -> None:
        facts = batch.summary(self._clock.now())
        letter = self._tracker.dropped(
            batch.target,
            batch.chunks,
            f"the writer was closed before they could be delivered{self._because}",
            uncertain=batch.uncertain,
        )
        self._left.append(letter)
        self._queue.keep(batch, ())
        self._tracker.done(facts, outcome_of([letter]))
