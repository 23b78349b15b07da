"""The delivery of one batch: as a whole, or in parts if something in it is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from influx_core._batch.accounting import DeliveryTracker
from influx_core._batch.failure_handling.dead_letters import DeadLetter
from influx_core._batch.failure_handling.failure_policy import (
    FailureAction,
    choose_action,
    may_be_stored,
)
from influx_core._batch.failure_handling.request_size import RequestSizes, cut
from influx_core._batch.queueing.chunk import Batch, EncodedChunk, body, bytes_in, halves, points_in
from influx_core.errors import RequestTooLarge
from influx_core.interfaces import Target

__all__ = ["Delivery", "DeliveryFailure", "Send"]

Send = Callable[[bytes, Target], Awaitable[None]]
"""Sends line protocol; raises an InfluxDBError if it was not stored."""

Keep = Callable[[Batch, Sequence[EncodedChunk]], None]
"""Told what is left of a batch, whenever a part of it is settled."""


@dataclass(frozen=True, slots=True)
class DeliveryFailure:
    """Why a delivery has to be taken up again later."""

    verdict: FailureAction
    error: Exception


@dataclass(frozen=True, slots=True)
class Delivery:
    """Brings batches to the server.

    Attributes:
        send: sends one request.
        tracker: told what becomes of the points.
        sizes: how large requests may be.
    """

    send: Send
    tracker: DeliveryTracker
    sizes: RequestSizes = field(default_factory=RequestSizes)

    async def deliver(
        self, batch: Batch, keep: Keep, letters: list[DeadLetter]
    ) -> DeliveryFailure | None:
        """Deliver a batch, point by point if it must be; what is wrong in it is given up.

        Args:
            batch: what is left of it afterwards is not settled.
            keep: lets it shrink.
            letters: gets a dead letter for everything that was given up.

        Returns:
            None if every point is settled.
        """
        parts = [batch.chunks]  # the next one last
        while parts:
            part, *others = cut(parts.pop(), self.sizes.limit(batch.target))
            parts += reversed(others)
            failure = await self._try(batch, part)
            if failure is not None and failure.verdict is FailureAction.SPLIT:
                self.tracker.counters.split += 1
                parts += reversed(halves(part))
                continue
            if failure is None:
                self.tracker.written(part)
            elif failure.verdict is FailureAction.REJECT:
                letters.append(self.tracker.rejected(batch.target, part, str(failure.error)))
            else:
                return failure
            keep(batch, [chunk for chunks in reversed(parts) for chunk in chunks])
        return None

    async def _try(self, batch: Batch, part: Sequence[EncodedChunk]) -> DeliveryFailure | None:
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
            return DeliveryFailure(choose_action(error, points_in(part)), error)
        self.sizes.stored(batch.target, bytes_in(part))
        return None
