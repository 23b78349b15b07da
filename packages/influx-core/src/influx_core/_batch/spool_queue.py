"""The backlog of a writer: what its spool holds, and the spool's work done in a thread."""

from __future__ import annotations

import logging
from bisect import bisect_left, insort
from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple, Protocol, TypeVar

from influx_core._batch.queueing.chunk import Batch, EncodedChunk, body
from influx_core._batch.queueing.ordering import overlap
from influx_core.errors import SpoolError
from influx_core.interfaces import Spool, SpooledBatch, Target

__all__ = ["Run", "SpoolQueue"]

logger = logging.getLogger(__name__)

_T = TypeVar("_T")

REST = 10.0
"""Seconds a spool that failed, or is full, is left alone."""

_LOOK = 10
"""So many batches of a target are looked at for one that may be sent."""

_EVER = 2**63
"""Later than any time: the end of a span that is unknown."""


class Run(Protocol):
    """Runs functions that block, elsewhere, one after another."""

    def __call__(self, work: Callable[[], _T], /) -> Awaitable[_T]:
        """What the function returns or raises."""
        ...


class _Fate(NamedTuple):
    """What is remembered of a batch that was tried, while its lines are in the spool alone."""

    attempts: int = 0
    refusals: int = 0
    not_before: float = 0.0


class SpoolQueue:
    """Batches in a spool, known by number without their lines.

    Args:
        spool: where they are.
        run: does the spool's work.

    Attributes:
        usable_at: until then the spool is left alone.
    """

    def __init__(self, spool: Spool, run: Run) -> None:
        self._spool = spool
        self._run = run
        self._index: dict[int, SpooledBatch] = {}
        self._numbers: dict[Target, list[int]] = {}
        self._latest: dict[Target, int] = {}
        self._fates: dict[int, _Fate] = {}
        self.usable_at = 0.0

    def __len__(self) -> int:
        return len(self._index)

    async def open(self) -> int:
        """Take hold of the spool; the highest number in it, 0 if it is empty.

        Raises:
            SpoolError: the store cannot be used.
        """
        for batch in await self._run(self._spool.open):
            self._enter(batch)
        return max(self._index, default=0)

    async def close(self) -> None:
        """Let go of the spool."""
        await self._run(self._spool.close)

    def overlaps(self, batch: Batch) -> bool:
        """Whether something older in the spool may have to be stored before a batch."""
        if batch.target not in self._numbers:
            return False
        if batch.span is not None and batch.span[0] > self._latest[batch.target]:
            return False
        return any(
            (number < batch.number or batch.number == 0)
            and overlap(self._index[number].span, batch.span)
            for number in self._numbers[batch.target]
        )

    async def append(self, batch: Batch, now: float) -> bool:
        """Make a batch durable; whether that worked."""
        lines = body(batch.chunks)
        spooled = SpooledBatch(batch.number, batch.target, lines, batch.points, batch.span)
        try:
            await self._run(lambda: self._spool.append(spooled))
        except SpoolError as error:
            if self.usable_at <= now:
                logger.error("the spool takes no points, they stay in memory: %s", error)
            self.usable_at = now + REST
            return False
        self._enter(SpooledBatch(batch.number, batch.target, b"", batch.points, batch.span))
        return True

    def next(self, now: float, may: Callable[[SpooledBatch], bool]) -> SpooledBatch | None:
        """The oldest batch that may be sent now; one that has to wait holds up no other target."""
        heads = [self._head(numbers, now, may) for numbers in self._numbers.values()]
        found = [head for head in heads if head is not None]
        return min(found, key=lambda head: head.number, default=None)

    def _head(
        self, numbers: list[int], now: float, may: Callable[[SpooledBatch], bool]
    ) -> SpooledBatch | None:
        passed: list[SpooledBatch] = []
        for number in numbers[:_LOOK]:
            batch = self._index[number]
            due = number not in self._fates or self._fates[number].not_before <= now
            if due and may(batch) and not any(overlap(batch.span, each.span) for each in passed):
                return batch
            passed.append(batch)
        return None

    def next_at(self, now: float) -> float | None:
        """When the spool, or a batch of it, can be tried again."""
        times = [self.usable_at, *(fate.not_before for fate in self._fates.values())]
        return min((at for at in times if at > now), default=None)

    def remember(self, batch: Batch) -> None:
        """Keep in mind how a batch fared that will be read again."""
        self._fates[batch.number] = _Fate(batch.attempts, batch.refusals, batch.not_before)

    async def read(self, number: int, now: float) -> Batch | None:
        """A batch ready to be sent; one that is damaged is told, and left where it is."""
        try:
            spooled = await self._run(partial(self._spool.read, number))
        except SpoolError as error:
            points = self._index[number].points
            logger.error("%d points cannot be read, and stay in the spool: %s", points, error)
            self._forget(number)
            return None
        fate = self._fates.get(number, _Fate())
        batch = Batch(spooled.target, now, number=spooled.number, attempts=fate.attempts)
        batch.refusals = fate.refusals
        batch.add(EncodedChunk(spooled.lines, spooled.points, spooled.span))
        return batch

    async def remove(self, number: int) -> None:
        """Forget a batch; one that cannot be removed comes back after the next start."""
        self._forget(number)
        try:
            await self._run(lambda: self._spool.remove(number))
        except SpoolError as error:
            logger.error("batch %d stays in the spool though it was delivered: %s", number, error)

    def _enter(self, batch: SpooledBatch) -> None:
        self._index[batch.number] = batch
        insort(self._numbers.setdefault(batch.target, []), batch.number)
        last = _EVER if batch.span is None else batch.span[1]
        self._latest[batch.target] = max(last, self._latest.get(batch.target, last))

    def _forget(self, number: int) -> None:
        self._fates.pop(number, None)
        batch = self._index.pop(number, None)
        if batch is None:
            return
        numbers = self._numbers[batch.target]
        del numbers[bisect_left(numbers, number)]
        if not numbers:
            del self._numbers[batch.target], self._latest[batch.target]
