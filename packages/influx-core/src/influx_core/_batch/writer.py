"""BatchWriter: accepts points from anywhere in a program, and sends them together.

See docs/explanation/delivery.md for its guarantees.
"""

from __future__ import annotations

import asyncio
import logging
import random
import warnings
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Never, Self, Unpack, cast

from influx_core._api.request_options import WriteOptions, WriteParams
from influx_core._batch.accounting import DeliveryTracker, Finished
from influx_core._batch.admission import Admission
from influx_core._batch.blocking_executor import BlockingExecutor
from influx_core._batch.clock import Clock, LoopClock
from influx_core._batch.counters import Counters
from influx_core._batch.dispatcher import Dispatcher
from influx_core._batch.failure_handling.dead_letter_file import DeadLetterFile
from influx_core._batch.failure_handling.dead_letters import (
    DeadLetter,
    DeadLetterHandler,
    DeadLetterQueue,
    as_comment,
)
from influx_core._batch.isolation import describe
from influx_core._batch.queueing.chunk import EncodedChunk
from influx_core._batch.queueing.point_encoder import PointEncoder
from influx_core._batch.queueing.queue import BatchQueue
from influx_core._batch.receipts import CallReceipt, Receipt, receipt_of_one_point, undelivered
from influx_core._batch.settings import DeadLetterOption, PutParams, WriterSettings
from influx_core._batch.spool_queue import SpoolQueue
from influx_core._batch.sync import ThreadWriter
from influx_core._batch.waiters import Progress
from influx_core._batch.wrong_calls import NamesOfWriter, refuse_parts
from influx_core._http.wire_text import parts_as_bytes
from influx_core._options.validator import refuse_keywords
from influx_core._points.data_point import PointLike
from influx_core._runtime.event_loop_thread import run_in_loop
from influx_core._runtime.fork import watch_forks
from influx_core._runtime.running_loop import check_running_loop
from influx_core.errors import ConfigError, EncodeError, InfluxDBError, QueueFull, WriterClosed
from influx_core.interfaces import Serializer, Spool, Target

__all__ = ["BatchWriter", "Sink"]

logger = logging.getLogger(__name__)

_CLOSED = "the batch writer was closed, and accepts no points any more"
_FORKED = (
    "this process was forked from the one that entered the batch writer, which alone delivers its "
    "points: make a client and a writer in this process"
)


def _nothing(*_: object) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Sink:
    """The functions and options of a client that a writer uses.

    Attributes:
        send: sends line protocol in one request, without retries of its own.
        serializer: encodes points.
        options: where points are stored unless `put` says otherwise.
        finished: called for every settled batch.
        check_usable: raises ConfigError if the client cannot send anything in this event loop.
        check_write: raises ConfigError if the server is known not to support the options of a
            write.
    """

    send: Callable[[bytes, Target], Awaitable[None]]
    serializer: Serializer
    options: WriteOptions
    finished: Finished
    check_usable: Callable[[], None] = _nothing
    check_write: Callable[[WriteOptions], None] = _nothing


class BatchWriter(NamesOfWriter):
    """Sends points in batches in the background; created by `client.writer()`.

    Enter it with `async with`; the end of the block closes it, see `aclose`. Call its methods in
    the event loop in which it was entered; `from_thread()` returns a writer for other threads.

    Args:
        sink: the client.
        settings: the settings of the writer.
        spool: stores batches that cannot be delivered now.
        clock: the clock.
        draw: returns random numbers from 0 to 1.

    Attributes:
        inherited: whether this process was forked from the one that entered the writer.
    """

    def __init__(
        self,
        sink: Sink,
        settings: WriterSettings | None = None,
        spool: Spool | None = None,
        clock: Clock | None = None,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._task: asyncio.Task[None] | None = None
        self._entered = self._released = False
        self.inherited = False
        self._settings = settings = settings or WriterSettings()
        if settings.on_full == "spool" and spool is None:
            raise ConfigError('writer: on_full "spool" needs a spool')
        self._clock = clock = clock or LoopClock()
        self._options = sink.options
        self._check_usable = sink.check_usable
        self._check_write = sink.check_write
        self._default_target = _target_of(sink.options)
        self._counters = Counters()
        self._progress = Progress()
        self._executor = BlockingExecutor()
        self._spool_queue = None if spool is None else SpoolQueue(spool, self._executor)
        self._dead_letter = self._dead_letter_handler(settings.dead_letter)
        self._tracker = DeliveryTracker(self._counters, self._dead_letter, sink.finished)
        self._encoder = PointEncoder(sink.serializer, settings.fullness, clock.wall)
        self._queue = BatchQueue(
            settings.fullness,
            settings.queue_points,
            settings.queue_bytes,
            _waiting_in(self._dead_letter),
            self._encoder.intake(self._default_target),
        )
        self._take = self._queue.take
        self._dispatcher = Dispatcher(
            settings,
            self._queue,
            sink.send,
            self._tracker,
            self._spool_queue,
            clock,
            self._progress,
            draw,
        )
        self._admission = Admission(
            self._queue,
            settings.on_full,
            self._dispatcher,
            self._progress,
            clock,
            self._counters,
        )

    def _dead_letter_handler(self, option: DeadLetterOption) -> DeadLetterHandler | None:
        if option is None or callable(option):
            return option
        return DeadLetterQueue(
            DeadLetterFile(option),
            self._executor,
            self._clock.wall,
            room=self._settings.queue_bytes,
            counters=self._counters,
            progress=self._progress,
        )

    @property
    def serializer(self) -> Serializer:
        """The part that encodes points."""
        return self._encoder.serializer

    @property
    def counters(self) -> Counters:
        """A copy of the current counters."""
        return replace(self._counters, accepted=self._admission.accepted)

    @property
    def pending(self) -> int:
        """The number of points in memory: not yet delivered, spooled or given up."""
        return self._queue.points

    @property
    def backlog(self) -> int:
        """The number of batches in the spool."""
        return 0 if self._spool_queue is None else len(self._spool_queue)

    def __repr__(self) -> str:
        spooled = f", {self.backlog} batches in the spool" if self._spool_queue else ""
        return f"<{type(self).__name__}, {self._queue.points} points queued{spooled}>"

    async def __aenter__(self) -> Self:
        """Open the spool, and start the dispatcher; a cancellation meanwhile closes the spool.

        Raises:
            WriterClosed: it was entered before.
            ConfigError: no event loop of asyncio runs; the client is closed, belongs to another
                event loop, or has options that the server does not support; or the dead-letter
                file cannot be written.
            SpoolError: the spool cannot be used, or is in use.
        """
        if self._entered:
            raise WriterClosed("a batch writer can be entered once: make a new one")
        check_running_loop()
        self._check_usable()
        self._check_write(self._options)
        self._entered = True
        try:
            if self._spool_queue is not None:
                self._queue.last_number = await self._spool_queue.open()
            if isinstance(self._dead_letter, DeadLetterQueue):
                await self._dead_letter.check()
            self._task = asyncio.create_task(self._dispatcher.run(), name="influx batch writer")
            await asyncio.sleep(0)  # a task that never ran cannot clean up when it is cancelled
        except BaseException:
            await self._end(0.0)
            raise
        watch_forks(self)
        self._admission.open()
        return self

    async def __aexit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        cancelled = await self._end(self._settings.close_timeout)
        left = self._dispatcher.left_over()
        if left and self._dead_letter is None:
            if error is None and cancelled is None:
                raise undelivered(left)
            logger.error("%s", _report(left))
        if cancelled is not None:
            raise cancelled

    async def aclose(self) -> None:
        """Close the writer: deliver its points; spool the rest, or give it up without a spool.

        The delivery takes `close_timeout` seconds at most. A second call does nothing.

        Raises:
            PointsUndelivered: this call gave points up, and there is no `dead_letter`; `letters`
                has their lines.
        """
        await self.__aexit__(None, None, None)

    def forked(self) -> None:
        """Disable the writer in this process, which was forked from the one that entered it."""
        self.inherited = True
        with suppress(RuntimeError):  # the thread of the event loop may not exist in this process
            self._admission.close(_FORKED)
            self._dispatcher.abandon()

    def check_process(self) -> None:
        """Check that the writer is used in the process that entered it.

        Raises:
            WriterClosed: this process was forked from that one.
        """
        if self.inherited:
            raise WriterClosed(_FORKED)

    async def put(self, point: PointLike, *rest: Never, **params: Unpack[PutParams]) -> Receipt:
        """Put a point; wait only for room in the queue.

        If it is cancelled, or raises an error, the point was not accepted.

        Args:
            point: a DataPoint, or a tuple `(measurement, tags, fields, timestamp)`. Without a time
                it gets the time of this call.
            *rest: nothing; the parts of a point are refused.
            params: where the point is stored, see `PutParams`.

        Returns:
            A receipt; await it until the point is delivered or durable, or ignore it.

        Raises:
            EncodeError: the point cannot be written without changing it.
            QueueFull: the queue is full, with `on_full="raise"`.
            WriterClosed: the writer is closed or not entered yet.
        """
        if not (rest or params):
            taken = self._take(point)  # takes nothing when the turn is over
            if taken is not None:
                return taken
        if self._admission.turn_is_over:
            await self._admission.yield_turn()
        if rest or isinstance(point, str):
            refuse_parts("put", point, rest)
        target = self._target(params, "put") if params else self._default_target
        receipt = receipt_of_one_point()
        chunk = self._encoder.encode(point, target, receipt)
        if not self._admission.admit_now(chunk, target):
            await self._admission.admit_later(chunk, target)
        return receipt

    def put_nowait(self, point: PointLike, *rest: Never, **params: Unpack[PutParams]) -> Receipt:
        """Put a point without waiting; raise QueueFull if `put` would wait."""
        if not (rest or params):
            taken = self._take(point)
            if taken is not None:
                return taken
        if rest or isinstance(point, str):
            refuse_parts("put_nowait", point, rest)
        target = self._target(params, "put_nowait") if params else self._default_target
        receipt = receipt_of_one_point()
        chunk = self._encoder.encode(point, target, receipt)
        if not self._admission.admit_now(chunk, target, yields=False):
            raise self._admission.queue_full()
        return receipt

    async def put_many(self, points: Iterable[PointLike], **params: Unpack[PutParams]) -> Receipt:
        """Put points; wait only for room in the queue.

        The iterable is consumed as room becomes available. A point that cannot be encoded is left
        out and reported like one that the server rejects: by the receipt, and as a dead letter.

        Args:
            points: DataPoints or tuples `(measurement, tags, fields, timestamp)`. Those without a
                time get the time of this call, in steps of one unit of the precision.
            params: where the points are stored, see `PutParams`.

        Raises:
            QueueFull: there is no room for all, with `on_full="raise"`; `written` says how many
                were accepted.
            WriterClosed: the writer is closed or not entered yet.
        """
        receipt, target = CallReceipt(), self._target(params, "put_many")

        def refuse(point: PointLike, error: EncodeError) -> None:
            lines = as_comment(describe(point, ascii)) + b"\n"
            self._tracker.refused(DeadLetter(target, lines, 1, describe(error)), receipt)

        try:
            for chunk in self._encoder.encode_many(points, target, receipt, refuse):
                await self._admit(chunk, target, receipt)
        except QueueFull as error:
            error.written = receipt.points
            raise
        receipt.seal()
        return receipt

    async def put_lines(
        self, lines: bytes | str | Iterable[bytes | str], **params: Unpack[PutParams]
    ) -> Receipt:
        """Put encoded line protocol; wait only for room in the queue.

        An iterable is consumed as room becomes available. If the call raises an InfluxDBError, its
        `written` is the number of points accepted before.

        Args:
            lines: complete lines, text or UTF-8, in one piece or several. Those without a time
                get the time of this call, as with `put_many`.
            params: where the points are stored, see `PutParams`; their times are in its precision.

        Raises:
            ConfigError: the lines are neither bytes nor text that has a UTF-8 form.
            EncodeError: lines of one series have no time, and the precision is too coarse to give
                them different ones.
            QueueFull: there is no room for all, with `on_full="raise"`; `written` says how many
                were accepted.
            WriterClosed: the writer is closed or not entered yet.
        """
        receipt, target = CallReceipt(), self._target(params, "put_lines")
        try:
            for part in parts_as_bytes(lines):
                for chunk in self._encoder.encode_lines(part, target, receipt):
                    await self._admit(chunk, target, receipt)
        except InfluxDBError as error:
            error.written = receipt.points
            raise
        receipt.seal()
        return receipt

    async def flush(self) -> None:
        """Send all points queued so far, and wait until they are settled.

        Settled means delivered, durable in the spool, or given up. There is no time limit; use
        `asyncio.timeout`.
        """
        self.check_process()
        number = self._queue.close_all()
        self._progress.work.set()
        await self._progress.until(lambda: not self._queue.holds_up_to(number))

    def from_thread(self) -> ThreadWriter:
        """Return a writer for other threads; call this in the event loop."""
        loop = asyncio.get_running_loop()
        return ThreadWriter(self, partial(run_in_loop, loop))

    async def _admit(self, chunk: EncodedChunk, target: Target, receipt: CallReceipt) -> None:
        if self._admission.turn_is_over:
            await self._admission.yield_turn()
        if not self._admission.admit_now(chunk, target):
            await self._admission.admit_later(chunk, target)
        receipt.expect(chunk.points)

    def _target(self, params: PutParams, call: str) -> Target:
        if not params:
            return self._default_target
        refuse_keywords(call, PutParams.__optional_keys__, params, ("point", "points", "lines"))
        options = self._options.merged_with(cast(WriteParams, params), call)
        self._check_write(options)
        return _target_of(options)

    async def _end(self, seconds: float) -> asyncio.CancelledError | None:
        """End the task and release the spool; a cancellation meanwhile ends the task at once."""
        if not self._entered or self._released or self.inherited:
            return None
        self._admission.close(_CLOSED)
        cancelled = None
        if isinstance(self._dead_letter, DeadLetterQueue):
            self._dead_letter.close()
        self._dispatcher.close(seconds)
        while self._task is not None and not self._task.done():
            try:
                await asyncio.wait((self._task,))
            except asyncio.CancelledError as error:
                cancelled = error
                self._dispatcher.close(0.0)
        await self._release()
        try:
            await asyncio.sleep(0)  # a postponed cancellation takes effect here
        except asyncio.CancelledError as error:
            cancelled = error
        if self._task is not None:
            self._task.result()
        return cancelled

    async def _release(self) -> None:
        self._released = True
        if self._spool_queue is not None:
            await self._spool_queue.close()
        await self._executor.aclose()

    def __del__(self) -> None:
        if self._task is None or self._released or self.inherited:
            return
        text = f"a batch writer was not closed; {self.pending} points are not delivered yet"
        warnings.warn(text, ResourceWarning, stacklevel=1, source=self)
        if self.pending and self._task.get_loop().is_closed():
            logger.error("the event loop was closed before its writer: %s", text)


def _waiting_in(handler: DeadLetterHandler | None) -> Callable[[], int] | None:
    """Return a function for the bytes that wait for the dead-letter file; None without a file.

    The function has no reference to the writer, whose task must not keep it alive.
    """
    if isinstance(handler, DeadLetterQueue):
        return lambda: handler.waiting
    return None


def _target_of(options: WriteOptions) -> Target:
    """Return the target for the options of a write.

    Raises:
        ConfigError: an option has text that cannot be sent.
    """
    for option in ("db", "retention_policy", "consistency", "org"):
        _check_text(option, getattr(options, option))
    return Target(
        options.db, options.retention_policy, options.unit, options.consistency, options.org
    )


def _check_text(option: str, text: str | None) -> None:
    try:
        (text or "").encode()
    except UnicodeEncodeError:
        # Without the original error, which contains the text.
        raise ConfigError(f"{option} has lone surrogates, which have no UTF-8: {text!a}") from None


def _report(left: tuple[DeadLetter, ...]) -> str:
    lines = b"".join(letter.lines for letter in left).decode("utf-8", "replace")
    return f"{undelivered(left)}; their lines:\n{lines}"
