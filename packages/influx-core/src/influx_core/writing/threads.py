"""ThreadWriter: the methods of a batch writer for threads that are not the event loop's."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Unpack

from influx_core.batching import batches
from influx_core.points import PointLike
from influx_core.writing.receipts import Receipt
from influx_core.writing.settings import PutParams

if TYPE_CHECKING:
    from influx_core.writer import BatchWriter

__all__ = ["ThreadReceipt", "ThreadWriter"]

Submit = Callable[[Coroutine[Any, Any, Any]], "Future[Any]"]
"""Has a coroutine run in the event loop."""


class ThreadReceipt:
    """Stands for the points of one call; `result()` tells what became of exactly these."""

    def __init__(self, receipts: list[Receipt], submit: Submit) -> None:
        self._receipts = receipts
        self._submit = submit

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
        _wait(self._submit(self._outcome()), timeout)

    async def _outcome(self) -> None:
        for receipt in self._receipts:
            await receipt


class ThreadWriter:
    """A batch writer for other threads; each method waits as its original does.

    Args:
        writer: the original.
        submit: has a coroutine run in the event loop of the original.
    """

    def __init__(self, writer: BatchWriter, submit: Submit) -> None:
        self._writer = writer
        self._submit = submit

    def put(
        self, point: PointLike, timeout: float | None = None, **params: Unpack[PutParams]
    ) -> ThreadReceipt:
        """Take a point; wait only for room, for so many seconds at most.

        Raises:
            TimeoutError: there was no room; the point was not taken.
        """
        receipt = _wait(self._submit(self._writer.put(point, **params)), timeout)
        return ThreadReceipt([receipt], self._submit)

    def put_many(self, points: Iterable[PointLike], **params: Unpack[PutParams]) -> ThreadReceipt:
        """Take points; wait only for room. The iterable is consumed in this thread."""
        receipts = [
            _wait(self._submit(self._writer.put_many(chunk, **params)), None)
            for chunk in batches(points)
        ]
        return ThreadReceipt(receipts, self._submit)

    def flush(self, timeout: float | None = None) -> None:
        """Send everything that was put until now, and wait until it is settled."""
        _wait(self._submit(self._writer.flush()), timeout)


def _wait(future: Future[Any], timeout: float | None) -> Any:
    try:
        return future.result(timeout)
    except BaseException:
        future.cancel()
        raise
