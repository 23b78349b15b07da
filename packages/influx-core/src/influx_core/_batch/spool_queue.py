"""SpoolQueue: the batches in a spool; runs the spool's blocking calls in a thread."""

from __future__ import annotations

import logging
from bisect import bisect_left, insort
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from influx_core._batch.blocking_executor import BlockingExecutor
from influx_core._batch.isolation import describe
from influx_core._batch.queueing.chunk import EncodedChunk, PointBatch, body
from influx_core._batch.queueing.ordering import overlap
from influx_core.errors import SpoolDamaged
from influx_core.interfaces import Spool, SpooledBatch, Target

__all__ = ["SpoolQueue"]

logger = logging.getLogger(__name__)

REST = 10.0
"""Seconds after a failure in which the spool, or a batch of it, is not used."""

_LOOKAHEAD = 10
"""The number of batches of a target that are checked for one that may be sent.

Those that wait for the spool, not for the server, do not count: there may be any number of them.
"""

_NO_END = 2**63
"""A time later than any timestamp: the end of an unknown span."""


class _RetryState(NamedTuple):
    """The state of a batch that was tried and is no longer in memory, but only in the spool."""

    attempts: int = 0
    failures: int = 0
    not_before: float = 0.0
    unreadable: bool = False
    unanswered: bool = False


_NEW = _RetryState()


class SpoolQueue:
    """The batches in a spool, by number and without their lines.

    An error of the spool does not stop the writer: it is logged, and the spool is tried again after
    `REST` seconds.

    Args:
        spool: stores the batches.
        executor: runs the blocking calls of the spool.

    Attributes:
        usable_at: the time before which the spool is not used, after a failure.
    """

    def __init__(self, spool: Spool, executor: BlockingExecutor) -> None:
        self._spool = spool
        self._executor = executor
        self._index: dict[int, SpooledBatch] = {}
        self._numbers: dict[Target, list[int]] = {}
        self._latest: dict[Target, int] = {}
        self._states: dict[int, _RetryState] = {}
        self._delivered: set[int] = set()
        self._removable_at = 0.0  # of the delivered batches
        self.usable_at = 0.0

    def __len__(self) -> int:
        return len(self._index)

    async def open(self) -> int:
        """Open the spool; return the highest number in it, 0 if it is empty.

        Raises:
            SpoolError: the store cannot be used.
            SpoolInUse: another writer has it open.
        """
        for batch in await self._executor.run(self._spool.open):
            self._enter(batch)
            # An earlier writer may have sent the batch, and ended before the response arrived.
            self._states[batch.number] = _RetryState(unanswered=True)
        return max(self._index, default=0)

    async def close(self) -> None:
        """Close the spool; remove delivered batches first that could not be removed before."""
        for number in sorted(self._delivered):
            await self.remove(number, 0.0)
        try:
            await self._executor.run(self._spool.close)
        except Exception as error:
            logger.error("the spool could not be closed: %s", describe(error))

    def overlaps(self, batch: PointBatch) -> bool:
        """Return whether an older batch in the spool may have to be stored before this one."""
        if batch.target not in self._numbers:
            return False
        if batch.span is not None and batch.span[0] > self._latest[batch.target]:
            return False
        return any(
            (number < batch.number or batch.number == 0)
            and overlap(self._index[number].span, batch.span)
            for number in self._numbers[batch.target]
        )

    async def append(self, batch: PointBatch, now: float) -> bool:
        """Make a batch durable; return whether that worked."""
        lines = body(batch.chunks)
        spooled = SpooledBatch(batch.number, batch.target, lines, batch.points, batch.span)
        try:
            await self._executor.run(lambda: self._spool.append(spooled))
        except Exception as error:
            if self.usable_at <= now:
                logger.error(
                    "the spool accepts no points, they stay in memory: %s", describe(error)
                )
            self.usable_at = now + REST
            return False
        self._enter(SpooledBatch(batch.number, batch.target, b"", batch.points, batch.span))
        self.remember(batch)
        return True

    def next(self, now: float, may_send: Callable[[SpooledBatch], bool]) -> SpooledBatch | None:
        """Return the oldest batch that may be sent; a waiting one does not delay other targets."""
        heads = [self._head(numbers, now, may_send) for numbers in self._numbers.values()]
        found = [head for head in heads if head is not None]
        return min(found, key=lambda head: head.number, default=None)

    def _head(
        self, numbers: list[int], now: float, may_send: Callable[[SpooledBatch], bool]
    ) -> SpooledBatch | None:
        passed: list[SpooledBatch] = []
        checked = 0
        for number in numbers:
            batch = self._index[number]
            if number in self._delivered:
                if self._removable_at <= now:
                    return batch
            else:
                state = self._states.get(number, _NEW)
                waits = any(overlap(batch.span, each.span) for each in passed)
                if state.not_before <= now and not waits and may_send(batch):
                    return batch
                checked += not state.unreadable
                if checked == _LOOKAHEAD:
                    return None
            passed.append(batch)
        return None

    def next_at(self, now: float) -> float | None:
        """Return when the spool, or a batch of it, can be tried again; None if nothing waits."""
        times = [self.usable_at, *(state.not_before for state in self._states.values())]
        if self._delivered:
            times.append(self._removable_at)
        return min((at for at in times if at > now), default=None)

    def remember(self, batch: PointBatch) -> None:
        """Keep the state of a batch that will be read again: failures, delay, a lost response."""
        self._states[batch.number] = _RetryState(
            batch.attempts, batch.failures, batch.not_before, unanswered=batch.unanswered
        )

    async def read(self, number: int, now: float) -> PointBatch | None:
        """Return a batch ready to be sent; None if it cannot be read now.

        A damaged batch is logged and stays in the spool; no other batch waits for it.
        """
        state = self._states.get(number, _NEW)
        points = self._index[number].points
        try:
            spooled = await self._executor.run(partial(self._spool.read, number))
        except SpoolDamaged as error:
            logger.error("%d points are damaged, and stay in the spool: %s", points, error)
            self._forget(number)
            return None
        except Exception as error:
            if not state.unreadable:
                logger.error(
                    "%d points in the spool cannot be read, it is tried again: %s",
                    points,
                    describe(error),
                )
            self._states[number] = state._replace(unreadable=True, not_before=now + REST)
            return None
        batch = PointBatch(spooled.target, now, number=number, attempts=state.attempts)
        batch.failures, batch.unanswered = state.failures, state.unanswered
        batch.add(EncodedChunk(spooled.lines, spooled.points, spooled.span))
        return batch

    def was_delivered(self, number: int) -> bool:
        """Return whether a batch was delivered and must still be removed."""
        return number in self._delivered

    async def remove(self, number: int, now: float) -> None:
        """Remove a batch that was delivered.

        Until that succeeds, the batch counts as waiting: a restart would send it again, so newer
        values of its points must not be stored before.
        """
        try:
            await self._executor.run(lambda: self._spool.remove(number))
        except Exception as error:
            if number not in self._delivered:
                logger.error(
                    "batch %d was delivered and stays in the spool, its removal is tried again: %s",
                    number,
                    describe(error),
                )
            self._delivered.add(number)
            self._removable_at = now + REST
        else:
            self._delivered.discard(number)
            self._forget(number)

    def _enter(self, batch: SpooledBatch) -> None:
        self._index[batch.number] = batch
        insort(self._numbers.setdefault(batch.target, []), batch.number)
        last = _NO_END if batch.span is None else batch.span[1]
        self._latest[batch.target] = max(last, self._latest.get(batch.target, last))

    def _forget(self, number: int) -> None:
        self._states.pop(number, None)
        batch = self._index.pop(number, None)
        if batch is None:
            return
        numbers = self._numbers[batch.target]
        del numbers[bisect_left(numbers, number)]
        if not numbers:
            del self._numbers[batch.target], self._latest[batch.target]
