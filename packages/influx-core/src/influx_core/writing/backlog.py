"""The backlog of a writer: what its spool holds, and the spool's work done in a thread."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol, TypeVar

from influx_core.errors import SpoolError
from influx_core.interfaces import Spool, SpooledBatch
from influx_core.writing.lots import Batch, Lot, body
from influx_core.writing.ordering import overlap

__all__ = ["Backlog", "Run"]

logger = logging.getLogger(__name__)

_T = TypeVar("_T")

REST = 10.0
"""Seconds a spool that failed, or is full, is left alone."""


class Run(Protocol):
    """Runs functions that block, elsewhere, one after another."""

    def __call__(self, work: Callable[[], _T], /) -> Awaitable[_T]:
        """What the function returns or raises."""
        ...


class Backlog:
    """Batches in a spool, known by number without their lines.

    Args:
        spool: where they are.
        run: does the spool's work.
    """

    def __init__(self, spool: Spool, run: Run) -> None:
        self._spool = spool
        self._run = run
        self._index: dict[int, SpooledBatch] = {}
        self.usable_at = 0.0

    def __len__(self) -> int:
        return len(self._index)

    async def open(self) -> int:
        """Take hold of the spool; the highest number in it, 0 if it is empty.

        Raises:
            SpoolError: it cannot be used.
        """
        self._index = {batch.number: batch for batch in await self._run(self._spool.open)}
        return max(self._index, default=0)

    async def close(self) -> None:
        """Let go of the spool."""
        await self._run(self._spool.close)

    def overlaps(self, batch: Batch) -> bool:
        """Whether something in the spool may have to be stored before a fresh batch."""
        return any(
            older.target == batch.target and overlap(older.span, batch.span)
            for older in self._index.values()
        )

    async def append(self, batch: Batch, now: float) -> bool:
        """Make a batch durable; whether that worked."""
        lines = body(batch.lots)
        spooled = SpooledBatch(batch.number, batch.target, lines, batch.points, batch.span)
        try:
            await self._run(lambda: self._spool.append(spooled))
        except SpoolError as error:
            if self.usable_at <= now:
                logger.error("the spool takes no points, they stay in memory: %s", error)
            self.usable_at = now + REST
            return False
        self._index[batch.number] = SpooledBatch(
            batch.number, batch.target, b"", batch.points, batch.span
        )
        return True

    async def oldest(self, now: float) -> Batch | None:
        """The oldest batch, ready to be sent; damaged ones are told and forgotten."""
        while self._index:
            number = min(self._index)
            try:
                return _batch(await self._run(partial(self._spool.read, number)), now)
            except SpoolError as error:
                lost = self._index[number].points
                logger.error("%d spooled points cannot be read, and are lost: %s", lost, error)
                await self.remove(number)
        return None

    async def remove(self, number: int) -> None:
        """Forget a batch; one that cannot be removed comes back after the next start."""
        self._index.pop(number, None)
        try:
            await self._run(lambda: self._spool.remove(number))
        except SpoolError as error:
            logger.error("batch %d stays in the spool though it was delivered: %s", number, error)


def _batch(spooled: SpooledBatch, now: float) -> Batch:
    batch = Batch(spooled.target, now, number=spooled.number)
    batch.add(Lot(spooled.lines, spooled.points, spooled.span))
    return batch
