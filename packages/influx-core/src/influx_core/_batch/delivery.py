"""Delivery of one batch: in one request, or in several if it is too large or refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from influx_core._batch.accounting import DeliveryTracker, Loss
from influx_core._batch.failure_handling.dead_letters import DeadLetter
from influx_core._batch.failure_handling.failure_policy import (
    FailureAction,
    choose_action,
    may_be_stored,
)
from influx_core._batch.failure_handling.request_size import RequestSizes, divide
from influx_core._batch.isolation import describe
from influx_core._batch.queueing.chunk import (
    EncodedChunk,
    PointBatch,
    body,
    bytes_in,
    halves,
    points_in,
)
from influx_core.errors import RequestTooLarge
from influx_core.interfaces import Target

__all__ = ["Delivery", "DeliveryFailure", "Keep", "Send"]

Send = Callable[[bytes, Target], Awaitable[None]]
"""Sends line protocol; raises an InfluxDBError if it was not stored."""

Keep = Callable[[PointBatch, Sequence[EncodedChunk]], None]
"""Called with what is left of a batch, whenever a part of it is settled."""


_ANSWERED = frozenset({FailureAction.SPLIT, FailureAction.REJECT})
"""The actions after a response that says what became of the points."""


@dataclass(frozen=True, slots=True)
class DeliveryFailure:
    """Why a batch, or what is left of it, has to be sent again later."""

    action: FailureAction
    error: BaseException


@dataclass(frozen=True, slots=True)
class Delivery:
    """Sends batches.

    Attributes:
        send: sends one request.
        tracker: records what becomes of the points.
        sizes: how large requests may be.
    """

    send: Send
    tracker: DeliveryTracker
    sizes: RequestSizes = field(default_factory=RequestSizes)

    async def deliver(
        self, batch: PointBatch, keep: Keep, letters: list[DeadLetter]
    ) -> DeliveryFailure | None:
        """Send a batch, if need be point by point; give up what the server will never store.

        Args:
            batch: what is left of it afterwards is not settled.
            keep: reduces it.
            letters: gets a dead letter for everything that was given up.

        Returns:
            None if every point is settled.
        """
        parts = [batch.chunks]  # the next one last
        while parts:
            part, *others = divide(parts.pop(), self.sizes.limit(batch.target))
            parts += reversed(others)
            failure = await self._send_part(batch, part)
            action = None if failure is None else failure.action
            if failure is None:
                self.tracker.written(part)
            elif action is FailureAction.SPLIT and (pair := halves(part))[0]:
                self.tracker.counters.split += 1
                parts += reversed(pair)
                continue
            elif action in (FailureAction.SPLIT, FailureAction.REJECT):
                reason = describe(failure.error)
                letter = self.tracker.given_up(
                    Loss.REJECTED, batch.target, part, reason, uncertain=batch.unanswered
                )
                letters.append(letter)
            else:
                return failure
            keep(batch, [chunk for chunks in reversed(parts) for chunk in chunks])
        return None

    async def _send_part(
        self, batch: PointBatch, part: Sequence[EncodedChunk]
    ) -> DeliveryFailure | None:
        batch.attempts += 1
        try:
            await self.send(body(part), batch.target)
        except (KeyboardInterrupt, SystemExit):
            batch.uncertain = batch.unanswered = True
            raise
        except BaseException as error:
            if isinstance(error, asyncio.CancelledError) and _is_cancelled():
                batch.uncertain = batch.unanswered = True
                raise
            action, maybe = choose_action(error, points_in(part)), may_be_stored(error)
            batch.uncertain |= maybe
            batch.unanswered |= maybe and action not in _ANSWERED
            if isinstance(error, RequestTooLarge):
                self.sizes.refused(batch.target, bytes_in(part))
            return DeliveryFailure(action, error)
        self.sizes.stored(batch.target, bytes_in(part))
        return None


def _is_cancelled() -> bool:
    """Whether somebody cancelled this task; otherwise the transport raised a CancelledError."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
