"""RecordStream: passes the record batches of one call from its thread to the event loop.

pyarrow.flight blocks: a thread opens the call and reads, at most one batch ahead of the reader.
"""

from __future__ import annotations

import asyncio
import math
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, TypeAlias

from influx_flight._arrow.message_splitter import END_OF_STREAM
from influx_flight._transport.fork_guard import keep_in_forks
from influx_flight._transport.ipc_messages import BatchMessages

__all__ = ["RecordStream"]

READ_AHEAD = 2
"""The most pieces that wait for the reader: one that it takes next, and one that is being read."""

_SMALL = 1 << 18
"""The bytes below which the first batch may be the whole result."""

_UNTOLD = 0.05
"""The seconds after which the event loop looks for pieces of which the thread has not told."""

Piece: TypeAlias = "bytes | BaseException"


class RecordStream:
    """One call of DoGet.

    Args:
        open_reader: starts the call and returns its FlightStreamReader; blocks until the server
            sends the schema.
        on_end: called in the event loop when the thread is free again.
    """

    def __init__(self, open_reader: Callable[[], Any], on_end: Callable[[], None]) -> None:
        self._open_reader: Callable[[], Any] = open_reader
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._room = threading.Semaphore(READ_AHEAD)
        self._pieces: deque[Piece] = deque()
        self._schema_at = 0.0
        self._first = True
        self._arrived: asyncio.Future[None] | None = None
        self._notified = False
        self._stopped = self._ended = False
        self._reader: Any = None

    def read(self) -> None:
        """Read until the end of the call; for a thread. It never raises."""
        try:
            for piece in self._messages():
                self._pieces.append(piece)
                if piece is not END_OF_STREAM and not self._may_be_all(piece):
                    self._notify()
        except BaseException as error:  # a StopIteration would hang the future that awaits it
            self._pieces.append(error)
        self._open_reader = _nothing
        self._ended = True
        self._call(self._end)

    def stop(self) -> None:
        """End the call.

        If the server has not sent its schema yet, pyarrow cannot end it: then the thread stays
        until the server responds or closes the connection.
        """
        self._stopped = True
        self._room.release()
        if self._reader is not None and not self._ended:
            self._reader.cancel()

    async def schema(self, silence: float | None) -> bytes:
        """Return the message of the schema.

        Args:
            silence: the seconds to wait for it.

        Raises:
            TimeoutError: it did not arrive in time.
            Exception: what pyarrow raised in the thread.
        """
        await self._arrival(silence, most=_UNTOLD)
        return self._taken()

    async def first(self, silence: float | None) -> bytes:
        """Return the message after the schema; the silence began when the schema arrived."""
        if silence is not None:
            silence = max(0.0, self._schema_at + silence - self._loop.time())
        await self._arrival(silence, most=_UNTOLD)
        return self._taken()

    async def next(self, silence: float | None) -> bytes:
        """Return the next message: a batch, an empty piece, or END_OF_STREAM.

        Args:
            silence: the seconds to wait for it.

        Raises:
            TimeoutError: it did not arrive in time.
            Exception: what pyarrow raised in the thread.
        """
        await self._arrival(silence)
        return self._taken()

    async def ends_within(self, seconds: float) -> bool:
        """Whether the next message is the end, and arrives within a time."""
        with suppress(TimeoutError):
            await self._arrival(seconds)
        return bool(self._pieces) and self._pieces[0] is END_OF_STREAM

    async def _arrival(self, seconds: float | None, *, most: float = math.inf) -> None:
        """Wait until a piece has arrived.

        Args:
            seconds: the time to wait.
            most: the seconds after which to look for pieces of which the thread has not told.

        Raises:
            TimeoutError: none did in time.
        """
        end = math.inf if seconds is None else self._loop.time() + seconds
        while not self._pieces:
            rest = end - self._loop.time()
            if rest <= 0.0:
                raise TimeoutError
            self._arrived = self._loop.create_future()
            timer = None
            if min(rest, most) < math.inf:
                timer = self._loop.call_later(min(rest, most), self._look)
            try:
                await self._arrived
            finally:
                if timer is not None:
                    timer.cancel()

    def _taken(self) -> bytes:
        piece = self._pieces.popleft()
        self._room.release()
        if isinstance(piece, BaseException):
            raise piece
        return piece

    def _messages(self) -> Iterator[bytes]:
        reader = self._reader = self._open_reader()
        keep_in_forks(reader)
        messages = BatchMessages(reader.schema)
        self._schema_at = self._loop.time()
        self._pieces.append(messages.schema)
        while self._has_room():
            try:
                chunk = reader.read_chunk()
            except StopIteration:
                yield END_OF_STREAM
                return
            yield messages.batch(chunk.data)
        reader.cancel()

    def _has_room(self) -> bool:
        self._room.acquire()
        return not self._stopped

    def _may_be_all(self, piece: bytes) -> bool:
        """Whether a piece is the first one, and so small that the end probably follows at once.

        Then the event loop is not woken twice. If the end does not follow, it finds the piece when
        it looks after it.
        """
        first, self._first = self._first, False
        return first and len(piece) < _SMALL

    def _notify(self) -> None:
        if not self._notified:
            self._notified = True
            self._call(self._wake)

    def _wake(self) -> None:
        self._notified = False
        self._look()

    def _look(self) -> None:
        if self._arrived is not None and not self._arrived.done():
            self._arrived.set_result(None)

    def _end(self) -> None:
        self._look()
        self._on_end()

    def _call(self, function: Callable[[], None]) -> None:
        """Have the event loop call a function; nobody waits if the loop is closed."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function)


def _nothing() -> None:
    """Hold nothing: a thread that is idle keeps its last job."""
