"""RecordStream: passes the record batches of one call from its thread to the event loop.

pyarrow.flight blocks: a thread opens the call and reads ahead. It costs more to wake the event loop
than to read a batch. So an event loop that waits looks for batches after a few milliseconds; if
there are none, the thread wakes it for the next one, otherwise for every four megabytes.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from influx_flight._transport.fork_guard import keep_reader, release_reader
from influx_flight._transport.shared_timer import SharedTimer

__all__ = ["END", "PATIENCE", "RecordStream"]

READ_AHEAD = 16 << 20
"""The bytes that wait for the event loop before the thread stops reading."""

_WORTH_WAKING = 4 << 20
"""The bytes for which the thread wakes the event loop."""

PATIENCE = 0.005
"""The seconds after which the event loop looks for pieces, and then wants to be woken for each."""


END: Final = object()
"""The last piece."""


class RecordStream:
    """One call of DoGet.

    Its pieces are the `pyarrow.Schema`, the `pyarrow.RecordBatch`es, None for a message that holds
    none, and `END`.

    The thread and the event loop share no lock while neither waits for the other: each counts the
    bytes that it has passed on or taken.

    Args:
        open_reader: starts the call and returns its FlightStreamReader; blocks until the server
            sends the schema.
        on_end: called in the event loop when the thread is free again.
        patience: the timer of `PATIENCE`.
    """

    def __init__(
        self,
        open_reader: Callable[[], Any],
        on_end: Callable[[], None],
        patience: SharedTimer,
    ) -> None:
        self._open_reader: Callable[[], Any] = open_reader
        self._on_end = on_end
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._pieces: deque[tuple[Any, int]] = deque()  # with their bytes
        self._passed = self._unannounced = 0  # bytes; the thread changes them
        self._taken = 0  # bytes; the event loop changes them
        self._room: threading.Condition | None = None  # while the thread waits
        self._schema_at = 0.0
        self._arrived: asyncio.Future[None] | None = None
        self._deadline: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._impatient = self._notified = False
        self._stopped = self._ended = False
        self._reader: Any = None

    def read(self) -> None:
        """Read until the end of the call; for a thread, which then calls `report_end`."""
        last: object = END
        try:
            self._read_all()
        except BaseException as error:  # a StopIteration would hang the future that awaits it
            last = error
        self._pieces.append((last, 0))
        self._ended = True

    def report_end(self) -> None:
        """Tell the event loop that the thread is free again."""
        self._call(self._end)

    def stop(self) -> None:
        """End the call.

        If the server has not sent its schema yet, pyarrow cannot end it: then the thread stays
        until the server responds or closes the connection.
        """
        if self._ended:
            return
        self._stopped = True
        self._make_room()
        reader = self._reader
        if reader is not None:
            reader.cancel()

    @property
    def arrived(self) -> bool:
        """Whether a piece is there."""
        return bool(self._pieces)

    def take(self) -> Any:
        """Return the next piece, which is there.

        Raises:
            Exception: what pyarrow raised in the thread.
        """
        self._impatient = False
        piece, size = self._pieces.popleft()
        if isinstance(piece, BaseException):
            raise piece
        self._taken += size
        self._make_room()
        return piece

    @property
    def at_end(self) -> bool:
        """Whether the next piece is there, and is the end."""
        return bool(self._pieces) and self._pieces[0][0] is END

    def left_since_schema(self, silence: float | None) -> float | None:
        """How long the stream may still be silent; the silence began when the schema arrived."""
        if silence is None:
            return None
        return max(0.0, self._schema_at + silence - self._loop.time())

    async def arrival(self, seconds: float | None) -> None:
        """Wait until a piece is there.

        Args:
            seconds: the time to wait.

        Raises:
            TimeoutError: none arrived in time.
        """
        self._arrived = self._loop.create_future()
        if seconds is None or seconds > PATIENCE:
            self._deadline = None if seconds is None else self._loop.time() + seconds
            self._patience.start(self._lose_patience)
        else:
            self._timer = self._loop.call_later(seconds, self._resume)
        try:
            await self._arrived
        finally:
            self._patience.cancel(self._lose_patience)
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        if not self._pieces:
            raise TimeoutError

    def _lose_patience(self) -> None:
        """Look for pieces; if there are none, be woken for the next one, or at the deadline."""
        self._impatient = True
        if self._pieces:  # the thread passed them on before it could know that it has to wake
            self._resume()
        elif self._deadline is not None:
            self._timer = self._loop.call_at(self._deadline, self._resume)

    def _read_all(self) -> None:
        reader = self._open_reader()
        keep_reader(reader)
        try:
            self._reader = reader
            self._schema_at = self._loop.time()
            self._pieces.append((reader.schema, 0))
            while self._has_room():
                try:
                    batch = reader.read_chunk().data
                except StopIteration:
                    return
                self._add(batch, 0 if batch is None else batch.get_total_buffer_size())
            reader.cancel()
            raise ConnectionError("the client was closed")
        finally:
            self._reader = None
            release_reader(reader)

    def _has_room(self) -> bool:
        """Wait until little enough waits for the event loop; whether the call goes on."""
        if self._passed - self._taken >= READ_AHEAD:
            self._room = room = threading.Condition()
            with room:
                room.wait_for(self._may_go_on)
            self._room = None
        return not self._stopped

    def _may_go_on(self) -> bool:
        return self._stopped or self._passed - self._taken < READ_AHEAD

    def _make_room(self) -> None:
        room = self._room
        if room is not None:
            with room:
                room.notify()

    def _add(self, batch: Any, size: int) -> None:
        """Pass a batch to the event loop; wake it if that is worth it."""
        self._passed += size
        self._unannounced += size
        self._pieces.append((batch, size))
        if self._impatient or self._unannounced >= _WORTH_WAKING:
            self._unannounced = 0
            self._notify()

    def _notify(self) -> None:
        if not self._notified:
            self._notified = True
            self._call(self._wake)

    def _wake(self) -> None:
        self._notified = False
        self._resume()

    def _resume(self) -> None:
        """Let `arrival` go on, if it waits."""
        if self._arrived is not None and not self._arrived.done():
            self._arrived.set_result(None)

    def _end(self) -> None:
        self._resume()
        self._on_end()

    def _call(self, function: Callable[[], None]) -> None:
        """Have the event loop call a function; nobody waits if the loop is closed."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function)
