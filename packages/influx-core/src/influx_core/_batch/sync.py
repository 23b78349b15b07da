"""ThreadWriter: a batch writer for threads that are not the event loop's, or have none at all."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, Unpack

from influx_core._batch.counters import Counters
from influx_core._batch.receipts import Receipt
from influx_core._batch.settings import PutParams
from influx_core._points.batching import batches
from influx_core._points.data_point import PointLike
from influx_core.interfaces import Serializer

if TYPE_CHECKING:
    from influx_core._batch.writer import BatchWriter

__all__ = ["ThreadReceipt", "ThreadWriter"]

RunIn = Callable[[Coroutine[Any, Any, Any], float | None], Any]
"""Runs a coroutine in the writer's event loop, and waits for it, for so many seconds at most."""


class ThreadReceipt:
    """Stands for the points of one call; `result()` tells what became of exactly these."""

    def __init__(self, receipts: list[Receipt], run: RunIn) -> None:
        self._receipts = receipts
        self._run = run

    @property
    def points(self) -> int:
        """How many points the writer took."""
        return sum(receipt.points for receipt in self._receipts)

    def done(self) -> bool:
        """Whether it is known what became of every point."""
        return all(receipt.done() for receipt in self._receipts)

    def result(self, timeout: float | None = None) -> None:
        """Wait until every point is delivered, or durable in the spool.

        Raises:
            PointsUndelivered: some of these points were rejected or dropped.
            TimeoutError: it is not known after so many seconds.
        """
        self._run(self._outcome(), timeout)

    async def _outcome(self) -> None:
        for receipt in self._receipts:
            await receipt


class ThreadWriter:
    """A batch writer for other threads; each method waits as its original does.

    Args:
        writer: the original.
        run: runs a coroutine in the event loop of the original.
    """

    def __init__(self, writer: BatchWriter, run: RunIn) -> None:
        self._writer = writer
        self._run = run

    def put(
        self, point: PointLike, timeout: float | None = None, **params: Unpack[PutParams]
    ) -> ThreadReceipt:
        """Take a point; wait only for room, for so many seconds at most.

        Raises:
            TimeoutError: there was no room; the point was not taken.
        """
        receipt = self._run(self._writer.put(point, **params), timeout)
        return ThreadReceipt([receipt], self._run)

    def put_many(self, points: Iterable[PointLike], **params: Unpack[PutParams]) -> ThreadReceipt:
        """Queue points; the iterable is consumed in this thread."""
        receipts = [
            self._run(self._writer.put_many(chunk, **params), None) for chunk in batches(points)
        ]
        return ThreadReceipt(receipts, self._run)

    def put_lines(
        self, lines: bytes | Iterable[bytes], **params: Unpack[PutParams]
    ) -> ThreadReceipt:
        """Queue line protocol; the iterable is consumed in this thread."""
        parts = (lines,) if isinstance(lines, bytes) else lines
        receipts = [self._run(self._writer.put_lines(part, **params), None) for part in parts]
        return ThreadReceipt(receipts, self._run)

    def flush(self, timeout: float | None = None) -> None:
        """Send all points queued so far, and wait until they are settled."""
        self._run(self._writer.flush(), timeout)

    @property
    def serializer(self) -> Serializer:
        """The part that encodes points."""
        return self._writer.serializer

    @property
    def counters(self) -> Counters:
        """The counters so far, as a copy."""
        return self._writer.counters
