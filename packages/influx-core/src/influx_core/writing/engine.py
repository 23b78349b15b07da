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

from influx_core.errors import ResponseError
from influx_core.writing.backlog import Backlog
from influx_core.writing.books import Books, outcome_of
from influx_core.writing.clock import Clock
from influx_core.writing.delivery import Delivery, Send, Setback
from influx_core.writing.gate import Gate
from influx_core.writing.judgement import Verdict
from influx_core.writing.letters import DeadLetter
from influx_core.writing.lots import Batch, Lot, points_in
from influx_core.writing.queue import Queue
from influx_core.writing.settings import WriterSettings

__all__ = ["Engine"]

logger = logging.getLogger(__name__)


class Engine:
    """Moves batches from the queue to the server.

    Args:
        settings: how.
        queue: where they come from.
        send: sends a request.
        books: told what becomes of them.
        backlog: the spool, if there is one.
        clock: the time.
        draw: gives random numbers from 0 to 1.
    """

    def __init__(
        self,
        settings: WriterSettings,
        queue: Queue,
        send: Send,
        books: Books,
        backlog: Backlog | None,
        clock: Clock,
        draw: Callable[[], float],
    ) -> None:
        self.left: list[DeadLetter] = []
        self.closing = False
        self._settings = settings
        self._queue = queue
        self._books = books
        self._delivery = Delivery(send, books)
        self._backlog = backlog
        self._clock = clock
        self._draw = draw
        self._gate = Gate()
        self._wake = asyncio.Event()
        self._deadline: float | None = None
        self._sending: set[asyncio.Task[None]] = set()
        self._stowing: set[asyncio.Task[None]] = set()
        self._replay: Batch | None = None
        self._replaying = False
        self._fresh_was_last = False
        self._waiters: list[asyncio.Future[None]] = []

    def wake(self) -> None:
        """Look again what there is to do."""
        self._wake.set()

    def close(self, seconds: float) -> None:
        """End as soon as everything is settled, or in so many seconds."""
        deadline = self._clock.now() + seconds
        self._deadline = deadline if self._deadline is None else min(deadline, self._deadline)
        self.closing = True
        self._queue.close_all()
        self._progress()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds, which may be so whenever a batch moved on."""
        while not holds():
            await self._next_progress()

    async def _next_progress(self) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        await waiter

    async def room_for(self, lot: Lot, *, spooling: bool) -> None:
        """Wait until there is room for a lot, or none ever will be.

        Args:
            lot: what wants to get in.
            spooling: whether room is made by moving the oldest batch to the spool.
        """
        while not self.closing and not self._queue.fits(lot):
            if spooling and self._spoolable(self._clock.now()):
                oldest = self._queue.evict(untouched=False)
                if oldest is not None:
                    self._stow_soon(oldest)
            await self._next_progress()

    def _stow_soon(self, batch: Batch) -> None:
        self._begin(self._stow(batch), self._stowing, batch)

    async def run(self) -> None:
        """Work until told to close; what is left then is spooled or given up.

        Whoever cancels it only tells it to close, and the second time to close at once.
        """
        try:
            await self._work()
        finally:
            self.closing = True
            await self._leave()
            self._progress()

    async def _work(self) -> None:
        while not self._finished():
            try:
                self._wake.clear()
                self._dispatch(self._clock.now())
                await self._clock.wait(self._wake, self._next_at(self._clock.now()))
            except asyncio.CancelledError:
                self.close(0.0 if self.closing else self._settings.drain)

    def _finished(self) -> bool:
        if self._deadline is None:
            return False
        return len(self._queue) == 0 or self._clock.now() >= self._deadline

    def _next_at(self, now: float) -> float | None:
        times = [self._queue.next_at(now), self._gate.opens_at, self._deadline]
        if self._backlog is not None:
            times.append(self._backlog.usable_at)
        if self._replay is not None:
            times.append(self._replay.not_before)
        return min((at for at in times if at is not None and at > now), default=None)

    def _dispatch(self, now: float) -> None:
        if self._gate.state != "open" and self._spoolable(now):
            for waiting in self._queue.ready(now):
                self._stow_soon(waiting)
        free = self._gate.slots(now, self._settings.in_flight) - len(self._sending)
        replay = free > 0 and self._replay_due(now)
        reserved = int(replay and (self._settings.in_flight > 1 or self._fresh_was_last))
        fresh = self._sendable(now)
        while free > reserved and (batch := next(fresh, None)) is not None:
            self._begin(self._carry(batch, self._queue.keep), self._sending, batch)
            self._fresh_was_last = True
            free -= 1
        if replay and free > 0:
            self._replaying = True
            self._begin(self._deliver_spooled(), self._sending)
            self._fresh_was_last = False

    def _sendable(self, now: float) -> Iterator[Batch]:
        """Batches that may be sent; those that must not overtake the spool go into it."""
        for batch in self._queue.ready(now):
            if self._backlog is None or not self._backlog.overlaps(batch):
                yield batch
            elif self._spoolable(now):
                self._stow_soon(batch)

    def _replay_due(self, now: float) -> bool:
        if self._backlog is None or self._replaying or self.closing or not len(self._backlog):
            return False
        batch = self._replay
        return batch is None or (batch.not_before <= now and not self._queue.collides(batch))

    def _spoolable(self, now: float) -> bool:
        return self._backlog is not None and self._backlog.usable_at <= now

    def _begin(
        self,
        work: Coroutine[Any, Any, None],
        tasks: set[asyncio.Task[None]],
        batch: Batch | None = None,
    ) -> None:
        """Start a task that works on a batch, or on the spool's oldest."""
        task = asyncio.create_task(work)
        tasks.add(task)
        if batch is not None:
            batch.busy = True

        def ended(task: asyncio.Task[None]) -> None:
            tasks.discard(task)
            if batch is None:
                self._replaying = False
            else:
                batch.busy = False
            self._progress()
            if not task.cancelled() and (error := task.exception()) is not None:
                logger.error("a batch writer failed at its work", exc_info=error)

        task.add_done_callback(ended)

    def _progress(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._wake.set()

    async def _deliver_spooled(self) -> None:
        """Deliver the oldest batch of the spool; it stays in memory until it is settled."""
        assert self._backlog is not None
        if self._replay is None:
            self._replay = await self._backlog.oldest(self._clock.now())
        batch = self._replay
        if batch is None or self._queue.collides(batch):
            return
        points = batch.points
        await self._carry(batch, _shrink)
        if not batch.lots:
            self._replay = None
            self._books.counters.replayed += points
            await self._backlog.remove(batch.number)

    async def _carry(self, batch: Batch, keep: Callable[[Batch, Sequence[Lot]], None]) -> None:
        """Deliver a batch, and draw the consequences."""
        letters: list[DeadLetter] = []
        facts = batch.summary(self._clock.now())

        def kept(batch: Batch, lots: Sequence[Lot]) -> None:
            keep(batch, lots)
            self._progress()

        setback = await self._delivery.deliver(batch, kept, letters)
        now = self._clock.now()
        if setback is None:
            self._server_answers(now)
        elif self._endure(batch, setback, now):
            return
        else:
            letters.append(self._books.rejected(batch.target, batch.lots, str(setback.error)))
            kept(batch, ())
        facts = replace(facts, attempts=batch.attempts, seconds=now - batch.opened)
        self._books.done(facts, outcome_of(letters))

    def _endure(self, batch: Batch, setback: Setback, now: float) -> bool:
        """Say when a batch is tried again; whether it is."""
        asked = setback.error.retry_after if isinstance(setback.error, ResponseError) else None
        self._books.counters.retried += 1
        if setback.verdict is Verdict.AGAIN:
            batch.refusals += 1
            batch.not_before = now + self._settings.waits.seconds(
                batch.refusals, asked, self._draw()
            )
            return batch.refusals < self._settings.attempts
        if setback.verdict is Verdict.PAUSE:
            self._shut("paused", now, self._settings.pause, setback.error)
        else:
            failures = self._gate.failures(now)
            seconds = self._settings.waits.seconds(failures, asked, self._draw())
            self._shut("down", now, seconds, setback.error)
        return True

    def _shut(
        self, state: Literal["down", "paused"], now: float, seconds: float, error: Exception
    ) -> None:
        if self._gate.shut(state, now, seconds):
            logger.warning("the batch writer is %s, points are kept: %s", state, error)

    def _server_answers(self, now: float) -> None:
        seconds = self._gate.open(now)
        if seconds is not None:
            logger.info("the batch writer delivers again, after %.1f s", seconds)

    async def _stow(self, batch: Batch) -> None:
        assert self._backlog is not None
        if await self._backlog.append(batch, self._clock.now()):
            facts = batch.summary(self._clock.now())
            self._books.spooled(batch.lots)
            self._queue.keep(batch, ())
            self._books.done(facts, "spooled")

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
                await self._stow(batch)
            if batch.lots:
                self._give_up(batch)

    def _give_up(self, batch: Batch) -> None:
        facts = batch.summary(self._clock.now())
        letter = self._books.dropped(
            batch.target,
            batch.lots,
            "the writer was closed before they could be delivered",
            uncertain=batch.uncertain,
        )
        self.left.append(letter)
        self._queue.keep(batch, ())
        self._books.done(facts, outcome_of([letter]))


def _shrink(batch: Batch, lots: Sequence[Lot]) -> None:
    """Let a batch of the spool shrink; its row stays until all of it is settled."""
    batch.lots, batch.points = list(lots), points_in(lots)
