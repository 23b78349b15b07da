"""Writes frames to a server: encodes and sends a few thousand rows at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeAlias, Unpack, cast, overload

from influx_core import (
    BatchWriter,
    ConfigError,
    InfluxDBClient,
    InfluxDBError,
    PutParams,
    Receipt,
    ThreadReceipt,
    ThreadWriter,
    WriteParams,
    blocking,
)
from influx_core.codec import BATCH_POINTS
from influx_core.interfaces import Serializer
from influx_core.options import refuse_keywords
from influx_core.timestamps import Precision
from influx_core.timestamps import precision as canonical_precision
from influx_dataframe._write.encode_frame import FrameBlocks, FrameParams

__all__ = ["WriteFrameParams", "write_frame"]

Progress: TypeAlias = Callable[[int], object]
"""Called with the number of rows that are done, after each request."""


class WriteFrameParams(FrameParams, WriteParams, total=False):
    """Options that describe a frame and its target."""


_TARGETS = (InfluxDBClient, blocking.InfluxDBClient, BatchWriter, ThreadWriter)
_OF_FRAMES = frozenset(FrameParams.__annotations__)


@overload
def write_frame(
    target: InfluxDBClient,
    frame: Any,
    measurement: str | None = None,
    *,
    progress: Progress | None = None,
    **params: Unpack[WriteFrameParams],
) -> Awaitable[int]: ...
@overload
def write_frame(
    target: blocking.InfluxDBClient,
    frame: Any,
    measurement: str | None = None,
    *,
    progress: Progress | None = None,
    **params: Unpack[WriteFrameParams],
) -> int: ...
@overload
def write_frame(
    target: BatchWriter,
    frame: Any,
    measurement: str | None = None,
    *,
    progress: Progress | None = None,
    **params: Unpack[WriteFrameParams],
) -> Awaitable[Receipt]: ...
@overload
def write_frame(
    target: ThreadWriter,
    frame: Any,
    measurement: str | None = None,
    *,
    progress: Progress | None = None,
    **params: Unpack[WriteFrameParams],
) -> ThreadReceipt: ...
def write_frame(
    target: InfluxDBClient | blocking.InfluxDBClient | BatchWriter | ThreadWriter,
    frame: Any,
    measurement: str | None = None,
    *,
    progress: Progress | None = None,
    **params: Unpack[WriteFrameParams],
) -> Any:
    """Write the rows of a frame in requests of at most 5,000 points and 10 MB, one after another.

    If the frame arrives in pieces, such as from a file reader, one piece is in memory at a time.

    Args:
        target: a client or a batch writer, asyncio or blocking.
        frame: see `influx_dataframe.encode_frame`.
        measurement: the measurement of all rows, unless a column names it.
        progress: called with the number of rows so far: stored, if the target is a client; queued,
            if it is a writer.
        params: see `influx_dataframe.FrameParams` and `influx_core.WriteParams`. `precision` is
            `ns` unless given.

    Returns:
        The number of points written by a client, or the receipt of a writer; awaitable if the
        target is asyncio.

    Raises:
        ConfigError: a column does not exist, its role is ambiguous, or a writer was given rows
            without times, which it cannot send again.
        EncodeError: a column or a row cannot be written; see `encode_frame`.
        WriteError: the server refused a request; like all errors of writes it has `written`, the
            number of points stored before, and `not_sent`, if the length of the frame is known.
        ServerUnreachable: no server received a request.
        ResponseLost: no response arrived; the points of one request may have been stored.
    """
    stated = {name: value for name, value in params.items() if name in _OF_FRAMES}
    where: Any = {name: value for name, value in params.items() if name not in _OF_FRAMES}
    if isinstance(target, _TARGETS):  # pyright: ignore[reportUnnecessaryIsInstance]
        taken = PutParams if isinstance(target, (BatchWriter, ThreadWriter)) else WriteParams
        known = {*_OF_FRAMES, *taken.__optional_keys__}
        refuse_keywords("write_frame", known, params, ("measurement", "progress"))
    precision = where["precision"] = canonical_precision(where.get("precision") or "ns")
    if not isinstance(target, _TARGETS):  # pyright: ignore[reportUnnecessaryIsInstance]
        kind = type(target).__name__
        raise TypeError(f"write_frame(client, frame): the first is a client or writer, not {kind}")
    rows = _Rows(frame, precision, measurement, cast(FrameParams, stated), progress)
    if isinstance(target, (BatchWriter, ThreadWriter)):
        if rows.untimed:
            raise ConfigError("a batch writer may send rows twice: they need a timestamp")
        return target.put_lines(rows.taken_by(target.serializer), **where)
    if isinstance(target, blocking.InfluxDBClient):
        return target.event_loop_thread.run(rows.send(target.original, where))
    return rows.send(target, where)


class _Rows:
    """The rows of one call, and how far it is with them."""

    def __init__(
        self,
        frame: Any,
        precision: Precision,
        measurement: str | None,
        params: FrameParams,
        progress: Progress | None,
    ) -> None:
        self._blocks = FrameBlocks(frame, precision, measurement, self._counting(params))
        self._progress = progress
        shape = getattr(frame, "shape", None)
        self._total: int | None = shape[0] if isinstance(shape, tuple) and shape else None
        self._done = self._sending = self._refused = 0

    @property
    def untimed(self) -> bool:
        """Whether the rows have no times of their own."""
        return self._blocks.roles.timestamp is None

    def _counting(self, params: FrameParams) -> FrameParams:
        """The params, with an `on_invalid` that counts."""
        told = params.get("on_invalid")
        if told is None:
            return params

        def on_invalid(index: int, error: Any) -> None:
            self._refused += 1
            told(index, error)

        return {**params, "on_invalid": on_invalid}

    async def send(self, client: InfluxDBClient, where: WriteParams) -> int:
        """Send the rows; return how many points were written."""
        written = 0
        try:
            for lines, points in self._pieces(client.serializer):
                await client.write_lines(lines, **where)
                written += points
                self._tell()
        except InfluxDBError as error:
            error.written = getattr(error, "written", 0) + written
            rest = None if self._total is None else self._total - self._done - self._sending
            error.not_sent = rest
            raise
        return written

    def taken_by(self, serializer: Serializer) -> Iterator[bytes]:
        """The lines, for a writer, which asks for more when it has taken some."""
        for lines, _ in self._pieces(serializer):
            yield lines
            self._tell()

    def _pieces(self, serializer: Serializer) -> Iterator[tuple[bytes, int]]:
        """Lines, and how many points they are."""
        for block in self._blocks:
            for start in range(0, block.length, BATCH_POINTS):
                self._sending = min(BATCH_POINTS, block.length - start)
                left_out = self._refused + self._blocks.skipped
                lines = block.dump(serializer, start, start + self._sending)
                yield lines, self._sending - (self._refused + self._blocks.skipped - left_out)

    def _tell(self) -> None:
        self._done += self._sending
        self._sending = 0
        if self._progress is not None:
            self._progress(self._done)
