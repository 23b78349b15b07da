"""BatchWriter: takes points from many places and sends them together, in the background.

What it promises is in docs/explanation/delivery.md. The rules are in `influx_core.writing`.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Self, Unpack, cast

from influx_core._api.options import WriteOptions, WriteParams
from influx_core._batch.accounting import DeliveryTracker, Finished
from influx_core._batch.blocking_executor import BlockingExecutor
from influx_core._batch.clock import Clock, SystemClock
from influx_core._batch.counters import Counters
from influx_core._batch.dispatcher import Dispatcher
from influx_core._batch.failure_handling.dead_letters import (
    DeadLetter,
    DeadLetterHandler,
    DeadLetterQueue,
)
from influx_core._batch.queueing.chunk import EncodedChunk
from influx_core._batch.queueing.point_encoder import PointEncoder
from influx_core._batch.queueing.queue import Queue
from influx_core._batch.receipts import Receipt, undelivered
from influx_core._batch.settings import DeadLetterTaker, PutParams, WriterSettings
from influx_core._batch.spool_queue import SpoolQueue
from influx_core._batch.sync import ThreadWriter
from influx_core._event_loop_thread import run_in_loop
from influx_core._points.data_point import PointLike
from influx_core.errors import (
    ConfigError,
    EncodeError,
    InfluxDBError,
    QueueFull,
    WriterClosed,
)
from influx_core.interfaces import Serializer, Spool, Target

__all__ = ["BatchWriter", "Sink"]

logger = logging.getLogger(__name__)

_PLACES = PutParams.__optional_keys__

_PAUSE = 500
"""So many points are taken before the event loop gets a turn."""

_FULL = "there was no room for them in the queue"


@dataclass(frozen=True, slots=True)
class Sink:
    """What a writer needs of a client.

    Attributes:
        send: sends line protocol in one request, without retries of its own.
        serializer: encodes points.
        options: where points go unless they are put with others.
        finished: told of every batch that is done.
    """

    send: Callable[[bytes, Target], Awaitable[None]]
    serializer: Serializer
    options: WriteOptions
    finished: Finished


class BatchWriter:
    """Sends points in batches in the background; created by `client.writer()`.

    Enter it with `async with`; leaving the block delivers the queued points. Call the methods in
    the event loop in which it was entered; `from_thread()` returns a writer for other threads.

    Args:
        sink: the client.
        settings: how it works.
        spool: keeps what cannot be delivered.
        clock: the time.
        draw: gives random numbers from 0 to 1.
    """

    def __init__(
        self,
        sink: Sink,
        settings: WriterSettings | None = None,
        spool: Spool | None = None,
        clock: Clock | None = None,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._settings = settings = settings or WriterSettings()
        if settings.on_full == "spool" and spool is None:
            raise ConfigError('writer: on_full "spool" needs a spool')
        self._clock = clock = clock or SystemClock()
        self._options = sink.options
        self._usual = _target(sink.options)
        self._counters = Counters()
        self._worker = BlockingExecutor()
        self._backlog = None if spool is None else SpoolQueue(spool, self._worker.run)
        self._letter_box = self._box(settings.dead_letter)
        self._tracker = DeliveryTracker(self._counters, self._letter_box, sink.finished)
        self._queue = Queue(
            settings.fullness, settings.queue_points, settings.queue_bytes, self._letters_waiting
        )
        self._encoder = PointEncoder(sink.serializer, settings.fullness, clock.wall)
        self._dispatcher = Dispatcher(
            settings, self._queue, sink.send, self._tracker, self._backlog, clock, draw
        )
        self._turnstile = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._unpaused = 0
        self._gone = False

    def _box(self, taker: DeadLetterTaker) -> DeadLetterHandler | None:
        if taker is None or callable(taker):
            return taker
        return DeadLetterQueue(
            taker,
            self._worker.submit,
            lambda: datetime.fromtimestamp(self._clock.wall() / 1e9, UTC),
            room=self._settings.queue_bytes,
            lost=self._dead_letters_dropped,
            progress=lambda: self._dispatcher.progress(),
        )

    def _dead_letters_dropped(self, points: int) -> None:
        self._counters.dead_letters_dropped += points

    def _letters_waiting(self) -> int:
        return self._letter_box.waiting if isinstance(self._letter_box, DeadLetterQueue) else 0

    @property
    def serializer(self) -> Serializer:
        """The part that encodes points."""
        return self._encoder.serializer

    @property
    def counters(self) -> Counters:
        """The counters so far, as a copy."""
        return replace(self._counters)

    @property
    def pending(self) -> int:
        """The number of points in memory: neither delivered nor spooled nor given up."""
        return self._queue.points

    @property
    def backlog(self) -> int:
        """The number of batches in the spool."""
        return 0 if self._backlog is None else len(self._backlog)

    async def __aenter__(self) -> Self:
        """Open the spool, and begin to work.

        Raises:
            WriterClosed: it was entered before.
            SpoolError: the spool cannot be used, or is in use.
        """
        if self._task is not None:
            raise WriterClosed("a batch writer can be entered once: make a new one")
        if self._backlog is not None:
            try:
                self._queue.last_number = await self._backlog.open()
            except BaseException:
                await self._let_go()
                raise
        self._task = asyncio.create_task(self._dispatcher.run(), name="influx batch writer")
        await asyncio.sleep(0)  # a task that never ran cannot clean up when it is cancelled
        return self

    async def __aexit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        cancelled = await self._end()
        left = self._dispatcher.left_over()
        if left and self._letter_box is None:
            if error is None and cancelled is None:
                raise undelivered(left)
            logger.error("%s", _report(left))
        if cancelled is not None:
            raise cancelled

    async def aclose(self) -> None:
        """Leave: deliver what there is, for `drain` seconds at most, then spool or give it up.

        Raises:
            PointsUndelivered: points were given up now, and there is no `dead_letter` to take
                them. Its letters have their lines.
        """
        await self.__aexit__(None, None, None)

    async def put(self, point: PointLike, **params: Unpack[PutParams]) -> Receipt:
        """Queue a point; waits only if the queue is full.

        Args:
            point: a DataPoint or a tuple `(measurement, tags, fields, timestamp)`. Without a
                timestamp it gets the time of this call.
            params: the target, see `PutParams`.

        Returns:
            A receipt: await it to wait until the point is delivered, or ignore it.

        Raises:
            EncodeError: the point cannot be written without changing it.
            QueueFull: the queue is full, with `on_full="raise"`.
            WriterClosed: the writer is not entered yet, or closed.
        """
        receipt, target = Receipt(), self._target(params)
        await self._take(self._encoder.chunk(point, target, receipt), target)
        receipt.seal()
        return receipt

    def put_nowait(self, point: PointLike, **params: Unpack[PutParams]) -> Receipt:
        """Queue a point like `put`, but raise QueueFull instead of waiting."""
        receipt, target = Receipt(), self._target(params)
        chunk = self._encoder.chunk(point, target, receipt)
        if not self._take_now(chunk, target):
            raise QueueFull(f"{self._queue.points} points wait already: there is no room")
        receipt.seal()
        return receipt

    async def put_many(self, points: Iterable[PointLike], **params: Unpack[PutParams]) -> Receipt:
        """Queue points; waits only if the queue is full.

        The iterable is consumed as the queue has room. A point that cannot be written is left out
        and reported like a point that the server rejects: by the receipt and as a dead letter.

        Raises:
            QueueFull: there is no room for all, with `on_full="raise"`; `written` is the number of
                points that were queued.
            WriterClosed: the writer is not entered yet, or closed.
        """
        receipt, target = Receipt(), self._target(params)

        def refuse(point: PointLike, error: EncodeError) -> None:
            lines = b"# " + ascii(point).encode() + b"\n"
            self._tracker.refused(DeadLetter(target, lines, 1, str(error)), receipt)

        for chunk in self._encoder.chunks(points, target, receipt, refuse):
            try:
                await self._take(chunk, target)
            except QueueFull as error:
                error.written = receipt.points
                raise
        receipt.seal()
        return receipt

    async def put_lines(
        self, lines: bytes | Iterable[bytes], **params: Unpack[PutParams]
    ) -> Receipt:
        """Queue line protocol; waits only if the queue is full.

        An iterable is consumed as the queue has room. If it raises an InfluxDBError, the error gets
        `written`, the number of points queued before.

        Args:
            lines: complete lines in UTF-8, in one piece or in several. Lines without a timestamp
                get it from the server, and may be stored twice.
            params: the target, see `PutParams`; timestamps count its precision.

        Raises:
            QueueFull: there is no room for all, with `on_full="raise"`; `written` is the number of
                points that were queued.
            WriterClosed: the writer is not entered yet, or closed.
        """
        receipt, target = Receipt(), self._target(params)
        try:
            for part in (lines,) if isinstance(lines, bytes) else lines:
                for chunk in self._encoder.ready(part, receipt):
                    await self._take(chunk, target)
        except InfluxDBError as error:
            error.written = receipt.points
            raise
        receipt.seal()
        return receipt

    async def flush(self) -> None:
        """Send all points queued so far, and wait until they are settled.

        Settled means delivered, durable in the spool, or given up. To limit the time, use
        `asyncio.timeout`.
        """
        number = self._queue.close_all()
        self._dispatcher.wake()
        await self._dispatcher.until(lambda: not self._queue.waits_for(number))

    def from_thread(self) -> ThreadWriter:
        """Return a writer for other threads; call this in the event loop."""
        loop = asyncio.get_running_loop()
        return ThreadWriter(self, partial(run_in_loop, loop))

    def _target(self, params: PutParams) -> Target:
        if not params:
            return self._usual
        if not params.keys() <= _PLACES:
            unknown = ", ".join(sorted(params.keys() - _PLACES))
            known = ", ".join(sorted(_PLACES))
            raise ConfigError(f"a batch writer puts points with {known}, not with {unknown}")
        return _target(self._options.merged_with(cast(WriteParams, params)))

    async def _take(self, chunk: EncodedChunk, target: Target) -> None:
        """Let a chunk in as soon as there is room, in the order of arrival."""
        batches = self._queue.last_number
        if not self._take_now(chunk, target):
            async with self._turnstile:
                await self._dispatcher.room_for(chunk, spooling=self._settings.on_full == "spool")
                self._check_open()
                self._add(chunk, target)
        self._unpaused += chunk.points
        if self._unpaused >= _PAUSE or self._queue.last_number != batches:
            self._unpaused = 0
            await asyncio.sleep(0)  # who puts without a pause lets the others work

    def _take_now(self, chunk: EncodedChunk, target: Target) -> bool:
        """Let a chunk in, or deal with it otherwise; False if it has to wait."""
        self._check_open()
        if not self._turnstile.locked() and self._queue.fits(chunk):
            self._add(chunk, target)
            return True
        match self._settings.on_full:
            case "raise":
                raise QueueFull(f"{self._queue.points} points wait already: there is no room")
            case "drop_oldest" if self._drop_until_fits(chunk):
                self._add(chunk, target)
            case "drop_new" | "drop_oldest":
                self._tracker.accepted(chunk)
                self._tracker.dropped(target, [chunk], _FULL)
            case _:
                return False
        return True

    def _drop_until_fits(self, chunk: EncodedChunk) -> bool:
        """Give up the oldest batches, but none that may have been stored; whether that helped."""
        while not self._queue.fits(chunk):
            batch = self._queue.evict(untouched=True)
            if batch is None:
                return False
            self._tracker.dropped(batch.target, batch.chunks, _FULL)
            self._queue.keep(batch, ())
        return True

    def _add(self, chunk: EncodedChunk, target: Target) -> None:
        self._tracker.accepted(chunk)
        if self._queue.add(chunk, target, self._clock.now()):
            self._dispatcher.wake()

    def _check_open(self) -> None:
        if self._task is None:
            raise WriterClosed("the batch writer was not entered: use `async with`")
        if self._dispatcher.closing:
            raise WriterClosed("the batch writer was left, and takes no points any more")

    async def _end(self) -> asyncio.CancelledError | None:
        """End the task, in bounded time; a cancellation meanwhile ends it at once."""
        if self._task is None or self._gone:
            return None
        cancelled = None
        if isinstance(self._letter_box, DeadLetterQueue):
            self._letter_box.last_call()
        self._dispatcher.close(self._settings.close_timeout)
        while not self._task.done():
            try:
                await asyncio.wait((self._task,))
            except asyncio.CancelledError as error:
                cancelled = error
                self._dispatcher.close(0.0)
        await self._let_go()
        self._task.result()
        return cancelled

    async def _let_go(self) -> None:
        if self._gone:
            return
        self._gone = True
        if self._backlog is not None:
            await self._backlog.close()
        await self._worker.aclose()


def _target(options: WriteOptions) -> Target:
    return Target(
        options.db, options.retention_policy, options.unit, options.consistency, options.org
    )


def _report(left: tuple[DeadLetter, ...]) -> str:
    lines = b"".join(letter.lines for letter in left).decode("utf-8", "replace")
    return f"{undelivered(left)}; their lines:\n{lines}"
