"""RecordStream: passes the record batches of one call from its thread to the event loop.

pyarrow.flight blocks: a thread opens the call and reads, at most one batch ahead of the reader.
"""

from __future__ import annotations

import asyncio
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

Piece: TypeAlias = "bytes | BaseException"


class RecordStream:
    """One call of DoGet.

    Args:
        open_reader: starts the call and returns its FlightStreamReader; blocks until the server
            sends the schema.
        on_end: called in the event loop when the thread is free again.
    """

    def __init__(self, open_reader: Callable[[], Any], on_end: Callable[[], None]) -> None:
        self._open_reader = open_reader
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._room = threading.Semaphore(READ_AHEAD)
        self._pieces: deque[Piece] = deque()
        self._arrived: asyncio.Future[None] | None = None
        self._notified = False
        self._stopped = self._ended = False
        self._reader: Any = None

    @property
    def is_waiting(self) -> bool:
        """Whether no piece has arrived that was not taken."""
        return not self._pieces

    @property
    def is_ending(self) -> bool:
        """Whether the end is the next piece, and has arrived."""
        return bool(self._pieces) and self._pieces[0] is END_OF_STREAM

    def read(self) -> None:
        """Read until the end of the call; for a thread. It never raises."""
        try:
            for piece in self._messages():
                self._put(piece)
        except BaseException as error:  # a StopIteration would hang the future that awaits it
            self._put(error)
        self._open_reader = _nothing
        self._ended = True
        self._call(self._on_end)

    def stop(self) -> None:
        """End the call.

        If the server has not sent its schema yet, pyarrow cannot end it: then the thread stays
        until the server responds or closes the connection.
        """
        self._stopped = True
        self._room.release()
        if self._reader is not None and not self._ended:
            self._reader.cancel()

    async def next(self) -> bytes:
        """Return the next message: the schema, a batch, an empty piece, or END_OF_STREAM.

        Raises:
            Exception: what pyarrow raised in the thread.
        """
        await self.arrival()
        piece = self._pieces.popleft()
        self._room.release()
        if isinstance(piece, BaseException):
            raise piece
        return piece

    async def arrival(self) -> None:
        """Wait until a piece has arrived."""
        while not self._pieces:
            self._arrived = self._loop.create_future()
            await self._arrived

    def _messages(self) -> Iterator[bytes]:
        reader = self._reader = self._open_reader()
        keep_in_forks(reader)
        messages = BatchMessages(reader.schema)
        yield messages.schema
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

    def _put(self, piece: Piece) -> None:
        self._pieces.append(piece)
        if not self._notified:
            self._notified = True
            self._call(self._notify)

    def _notify(self) -> None:
        self._notified = False
        if self._arrived is not None and not self._arrived.done():
            self._arrived.set_result(None)

    def _call(self, function: Callable[[], None]) -> None:
        """Have the event loop call a function; nobody waits if the loop is closed."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function)


def _nothing() -> None:
    """Hold nothing: a thread that is idle keeps its last job."""
