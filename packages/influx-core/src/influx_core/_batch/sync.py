"""ThreadWriter: a batch writer for threads other than the thread of its event loop."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, Never, TypeVar, Unpack

from influx_core._batch.counters import Counters
from influx_core._batch.failure_handling.dead_letters import DeadLetter
from influx_core._batch.receipts import Receipt, undelivered
from influx_core._batch.settings import PutParams
from influx_core._batch.wrong_calls import NamesOfWriter, refuse_parts
from influx_core._http.wire_text import parts_as_bytes
from influx_core._points.batching import batches
from influx_core._points.data_point import PointLike
from influx_core.errors import PointsUndelivered
from influx_core.interfaces import Serializer

if TYPE_CHECKING:
    from influx_core._batch.writer import BatchWriter

__all__ = ["ThreadReceipt", "ThreadWriter"]

T = TypeVar("T")

RunIn = Callable[[Coroutine[Any, Any, Any], float | None], Any]
"""Runs a coroutine in the writer's event loop, with a time limit in seconds or None."""


class ThreadReceipt:
    """The outcome of the points of one call; `result()` waits for it."""

    def __init__(self, receipts: list[Receipt], call: RunIn) -> None:
        self._receipts = receipts
        self._call = call

    @property
    def points(self) -> int:
        """The number of points that the writer accepted."""
        return sum(receipt.points for receipt in self._receipts)

    def done(self) -> bool:
        """Return whether the outcome of every point is known."""
        return all(receipt.done() for receipt in self._receipts)

    def result(self, timeout: float | None = None) -> None:
        """Wait until all points are delivered or durable in the spool.

        Args:
            timeout: the seconds to wait; None waits without limit.

        Raises:
            PointsUndelivered: some of these points were rejected or dropped.
            TimeoutError: they are not settled within `timeout` seconds.
            WriterClosed: this process was forked from the one that put the points.
        """
        self._call(self._outcome(), timeout)

    async def _outcome(self) -> None:
        letters: list[DeadLetter] = []
        for receipt in self._receipts:
            try:
                await receipt
            except PointsUndelivered as error:
                letters += error.letters
        if letters:
            raise undelivered(letters)


class ThreadWriter(NamesOfWriter):
    """A batch writer for other threads; its methods block where the asyncio methods await.

    Args:
        writer: the asyncio writer.
        run: runs a coroutine in the event loop of the writer.
    """

    def __init__(self, writer: BatchWriter, run: RunIn) -> None:
        self._writer = writer
        self._run = run

    def put(
        self,
        point: PointLike,
        timeout: float | None = None,
        *rest: Never,
        **params: Unpack[PutParams],
    ) -> ThreadReceipt:
        """Put a point; wait only for room in the queue.

        Args:
            point: a DataPoint, or a tuple `(measurement, tags, fields, timestamp)`.
            timeout: the seconds to wait for room; None waits without limit.
            *rest: nothing; the parts of a point are refused.
            params: where the point is stored, see `PutParams`.

        Raises:
            TimeoutError: there was no room; the point was not accepted.
            WriterClosed: the writer is closed or not entered yet, or belongs to another process.
        """
        refuse_parts("put", point, rest)
        receipt = self._call(self._writer.put(point, **params), timeout)
        return ThreadReceipt([receipt], self._call)

    def put_many(self, points: Iterable[PointLike], **params: Unpack[PutParams]) -> ThreadReceipt:
        """Put points; wait only for room. The iterable is consumed in this thread."""
        receipts = [self._call(self._writer.put_many(some, **params)) for some in batches(points)]
        return ThreadReceipt(receipts, self._call)

    def put_lines(
        self, lines: bytes | str | Iterable[bytes | str], **params: Unpack[PutParams]
    ) -> ThreadReceipt:
        """Put line protocol; wait only for room. The iterable is consumed in this thread."""
        receipts = [
            self._call(self._writer.put_lines(part, **params)) for part in parts_as_bytes(lines)
        ]
        return ThreadReceipt(receipts, self._call)

    def flush(self, timeout: float | None = None) -> None:
        """Send all points queued so far, and wait until they are settled.

        Raises:
            TimeoutError: the points are not settled within `timeout` seconds.
        """
        self._call(self._writer.flush(), timeout)

    @property
    def serializer(self) -> Serializer:
        """The part that encodes points."""
        return self._writer.serializer

    @property
    def counters(self) -> Counters:
        """A copy of the current counters."""
        return self._writer.counters

    def _call(self, coroutine: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """Run a coroutine in the writer's event loop; check first that this is its process."""
        try:
            self._writer.check_process()
        except BaseException:
            coroutine.close()
            raise
        return self._run(coroutine, timeout)  # type: ignore[no-any-return]
