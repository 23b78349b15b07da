"""The delivery of one batch: as a whole, or in parts if something in it is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from influx_core._batch.accounting import Books
from influx_core._batch.failures.dead_letters import DeadLetter
from influx_core._batch.failures.failure_policy import Verdict, judge, may_be_stored
from influx_core._batch.failures.request_size import Sizes, cut
from influx_core._batch.queueing.chunk import Batch, Lot, body, bytes_in, halves, points_in
from influx_core.errors import RequestTooLarge
from influx_core.interfaces import Target

__all__ = ["Delivery", "Send", "Setback"]

Send = Callable[[bytes, Target], Awaitable[None]]
"""Sends line protocol; raises an InfluxDBError if it was not stored."""

Keep = Callable[[Batch, Sequence[Lot]], None]
"""Told what is left of a batch, whenever a part of it is settled."""


@dataclass(frozen=True, slots=True)
class Setback:
    """Why a delivery has to be taken up again later."""

    verdict: Verdict
    error: Exception


@dataclass(frozen=True, slots=True)
class Delivery:
    """Brings batches to the server.

    Attributes:
        send: sends one request.
        books: told what becomes of the points.
        sizes: how large requests may be.
    """

    send: Send
    books: Books
    sizes: Sizes = field(default_factory=Sizes)

    async def deliver(self, batch: Batch, keep: Keep, letters: list[DeadLetter]) -> Setback | None:
        """Deliver a batch, point by point if it must be; what is wrong in it is given up.

        Args:
            batch: what is left of it afterwards is not settled.
            keep: lets it shrink.
            letters: gets a dead letter for everything that was given up.

        Returns:
            None if every point is settled.
        """
        parts = [batch.lots]  # the next one last
        while parts:
            part, *others = cut(parts.pop(), self.sizes.limit(batch.target))
            parts += reversed(others)
            setback = await self._try(batch, part)
            if setback is not None and setback.verdict is Verdict.SPLIT:
                self.books.counters.split += 1
                parts += reversed(halves(part))
                continue
            if setback is None:
                self.books.written(part)
            elif setback.verdict is Verdict.REJECT:
                letters.append(self.books.rejected(batch.target, part, str(setback.error)))
            else:
                return setback
            keep(batch, [lot for lots in reversed(parts) for lot in lots])
        return None

    async def _try(self, batch: Batch, part: Sequence[Lot]) -> Setback | None:
        batch.attempts += 1
        try:
            await self.send(body(part), batch.target)
        except asyncio.CancelledError:
            batch.uncertain = True
            raise
        except Exception as error:
            batch.uncertain |= may_be_stored(error)
            if isinstance(error, RequestTooLarge):
                self.sizes.refused(batch.target, bytes_in(part))
            return Setback(judge(error, points_in(part)), error)
        self.sizes.stored(batch.target, bytes_in(part))
        return None
