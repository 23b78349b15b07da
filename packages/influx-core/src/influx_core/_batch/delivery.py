"""Delivers one batch: in one request, or in several if it is too large or refused."""

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
"""Called with the chunks of a batch that are not settled, whenever a part of it is settled."""


_ANSWERED = frozenset({FailureAction.SPLIT, FailureAction.REJECT})
"""The actions after a response that says whether the points were stored."""


@dataclass(frozen=True, slots=True)
class DeliveryFailure:
    """The reason why a batch, or a part of it, was not delivered, and the action that follows."""

    action: FailureAction
    error: BaseException


@dataclass(frozen=True, slots=True)
class Delivery:
    """Sends batches.

    Attributes:
        send: sends one request.
        tracker: records the outcome of the points.
        sizes: the limits of the sizes of requests.
    """

    send: Send
    tracker: DeliveryTracker
    sizes: RequestSizes = field(default_factory=RequestSizes)

    async def deliver(
        self, batch: PointBatch, keep: Keep, letters: list[DeadLetter]
    ) -> DeliveryFailure | None:
        """Send a batch, if necessary in parts; give up points that the server rejects.

        Args:
            batch: the batch; `keep` removes its settled chunks, so that the others can be retried.
            keep: called with the remaining chunks after each part.
            letters: the dead letters of the points that were given up are appended to it.

        Returns:
            The failure that ended the delivery; None if every point is settled.
        """
        parts = [batch.chunks]  # a stack: the next part is the last item
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
            lines = body(part)
            await self.send(lines, batch.target)
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
        self.sizes.stored(batch.target, len(lines))
        return None


def _is_cancelled() -> bool:
    """Whether this task was cancelled; if not, the transport itself raised the CancelledError."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
