"""RecordStream: passes the record batches of one call from its thread to the event loop.

pyarrow.flight blocks: a thread opens the call and reads ahead. It costs more to wake the event loop
than to read a batch. So an event loop that waits looks for batches after a few milliseconds; if
there are none, the thread wakes it for the next one, otherwise for every four megabytes.
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

READ_AHEAD = 16 << 20
"""The bytes that wait for the reader before the thread stops reading."""

_WORTH_WAKING = 4 << 20
"""The bytes for which the thread wakes the event loop."""

_PATIENCE = 0.005
"""The seconds after which the event loop looks for pieces, and then wants to be woken for each."""

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
        self._room = threading.Condition()
        self._waiting = 0  # bytes, of which `_room` guards the number
        self._unannounced = 0  # bytes
        self._pieces: deque[Piece] = deque()
        self._schema_at = 0.0
        self._arrived: asyncio.Future[None] | None = None
        self._impatient = self._notified = False
        self._stopped = self._ended = False
        self._reader: Any = None

    def read(self) -> None:
        """Read until the end of the call; for a thread. It never raises."""
        last: Piece = END_OF_STREAM
        try:
            for piece in self._messages():
                self._add(piece)
        except BaseException as error:  # a StopIteration would hang the future that awaits it
            last = error
        self._pieces.append(last)
        self._open_reader = _nothing
        self._ended = True
        self._call(self._end)

    def stop(self) -> None:
        """End the call.

        If the server has not sent its schema yet, pyarrow cannot end it: then the thread stays
        until the server responds or closes the connection.
        """
        with self._room:
            self._stopped = True
            self._room.notify()
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
        await self._arrival(silence)
        return self._taken()

    async def first(self, silence: float | None) -> bytes:
        """Return the message after the schema; the silence began when the schema arrived."""
        if silence is not None:
            silence = max(0.0, self._schema_at + silence - self._loop.time())
        await self._arrival(silence)
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

    async def _arrival(self, seconds: float | None) -> None:
        """Wait until a piece has arrived.

        Args:
            seconds: the time to wait.

        Raises:
            TimeoutError: none did in time.
        """
        end = math.inf if seconds is None else self._loop.time() + seconds
        patience = _PATIENCE
        while not self._pieces:
            rest = end - self._loop.time()
            if rest <= 0.0:
                raise TimeoutError
            await self._look_within(min(rest, patience))
            if not self._pieces:
                self._impatient, patience = True, math.inf

    async def _look_within(self, seconds: float) -> None:
        """Wait for a sign of the thread, but no longer than some seconds."""
        if self._pieces:  # they arrived while the thread did not know that it has to tell
            return
        self._arrived = self._loop.create_future()
        timer = self._loop.call_later(seconds, self._look) if seconds < math.inf else None
        try:
            await self._arrived
        finally:
            if timer is not None:
                timer.cancel()

    def _taken(self) -> bytes:
        self._impatient = False
        piece = self._pieces.popleft()
        if isinstance(piece, BaseException):
            raise piece
        with self._room:
            self._waiting -= len(piece)
            self._room.notify()
        return piece

    def _messages(self) -> Iterator[bytes]:
        reader = self._reader = self._open_reader()
        keep_in_forks(reader)
        messages = BatchMessages(reader.schema)
        self._schema_at = self._loop.time()
        yield messages.schema
        while self._has_room():
            try:
                chunk = reader.read_chunk()
            except StopIteration:
                return
            yield messages.batch(chunk.data)
        reader.cancel()
        raise ConnectionError("the client was closed")

    def _has_room(self) -> bool:
        with self._room:
            self._room.wait_for(lambda: self._stopped or self._waiting < READ_AHEAD)
            return not self._stopped

    def _add(self, piece: bytes) -> None:
        """Pass a piece to the event loop; wake it if that is worth it."""
        with self._room:
            self._waiting += len(piece)
        self._unannounced += len(piece)
        self._pieces.append(piece)
        if self._impatient or self._unannounced >= _WORTH_WAKING:
            self._unannounced = 0
            self._notify()

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
