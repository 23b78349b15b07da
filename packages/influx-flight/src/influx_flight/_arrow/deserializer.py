"""Reads Arrow streams: a series for each record batch, with the types of the server."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from influx_core import ColumnSeries, DecodeError, StatementResult
from influx_core.interfaces import ResponseParser
from influx_flight._arrow.arrow_columns import ArrowColumns
from influx_flight._arrow.batch_check import BatchCheck
from influx_flight._arrow.dictionaries import needs_dictionaries
from influx_flight._arrow.message_splitter import (
    FORMAT,
    MessageKind,
    MessageSplitter,
    StreamMessage,
)
from influx_flight._pyarrow import ipc, pa

__all__ = ["ARROW_STREAM", "ArrowDeserializer"]

ARROW_STREAM = "application/vnd.apache.arrow.stream"
"""The MIME type: https://www.iana.org/assignments/media-types/application/vnd.apache.arrow.stream"""

MEASUREMENT = "iox::measurement"
"""The column with the measurement of a row of InfluxQL; SQL has no such column."""

_DAMAGED = (pa.ArrowException, OSError, ValueError, StopIteration)
"""What pyarrow raises for a damaged message."""


class ArrowDeserializer:
    """`application/vnd.apache.arrow.stream`, the format of `transport="flight"`.

    Each record batch becomes one series, as soon as it has arrived; rows of several measurements
    become one series each. All series store columns, which share the memory of the response.
    Values have the types of the batch: unsigned integers stay unsigned, every column of timestamps
    holds times, and columns whose values are all missing are kept. A response without rows is one
    series without rows; for InfluxQL, no series.
    """

    accept = ARROW_STREAM

    def start(self) -> ResponseParser:
        """Return a parser for one response."""
        return _ArrowParser()

    def start_columns(self) -> ResponseParser:
        """Return a parser for one response, whose series store columns."""
        return _ArrowParser()


class _ArrowParser:
    """Reads each batch when all its bytes are there.

    Rows are returned at once, although it is not known whether more rows follow: then the series is
    partial. If it turns out that none do, a series without rows ends it.
    """

    def __init__(self) -> None:
        self._splitter = MessageSplitter()
        self._batches = _BatchReader()
        self._last: ColumnSeries | None = None
        self._ended = False

    def feed(self, data: bytes) -> list[StatementResult]:
        """Parse the next bytes; return the series of the batches that they complete.

        Raises:
            DecodeError: the bytes are not an Arrow stream, or a batch is damaged.
        """
        if self._ended and data:
            raise DecodeError(f"bytes after the end of {FORMAT}")
        found: list[ColumnSeries] = []
        for message in self._splitter.feed(data):
            if self._ended:
                raise DecodeError(f"a message after the end of {FORMAT}")
            if message.kind is MessageKind.END:
                self._ended = True
                self._end(found)
            else:
                for series in self._batches.read(message):
                    self._add(found, series)
        return [StatementResult(0, (series,)) for series in found]

    def finish(self) -> list[StatementResult]:
        """End the response.

        Raises:
            DecodeError: it is incomplete.
        """
        if not self._ended or not self._splitter.is_empty:
            raise DecodeError(f"the response is incomplete: it is not the end of {FORMAT}")
        return []

    def _end(self, found: list[ColumnSeries]) -> None:
        if self._last is None:
            found.extend(self._batches.without_rows())
        else:
            self._complete(found, self._last)

    def _add(self, found: list[ColumnSeries], series: ColumnSeries) -> None:
        if self._last is not None and self._last.name != series.name:
            self._complete(found, self._last)
        found.append(series)
        self._last = series

    def _complete(self, found: list[ColumnSeries], last: ColumnSeries) -> None:
        """Say that no more rows follow; in a piece of its own if the last one was returned."""
        if not found or found[-1] is not last:
            last = last.slice(0, 0)
            found.append(last)
        last.partial = False


class _BatchReader:
    """Makes series of the messages of one stream."""

    def __init__(self) -> None:
        self._schema: _StreamSchema | None = None
        self._with_dictionaries: _DictionaryReader | None = None

    def read(self, message: StreamMessage) -> Iterator[ColumnSeries]:
        """Read a message; yield the series of a record batch.

        Raises:
            DecodeError: it is damaged, or in the wrong place.
        """
        if (message.kind is MessageKind.SCHEMA) != (self._schema is None):
            raise DecodeError(f"not {FORMAT}: it needs one schema, before everything else")
        try:
            schema = self._schema or self._begun(message)
            batch = self._batch(message, schema)
        except _DAMAGED as error:
            raise _decode_error(error) from error
        if batch is not None and batch.num_rows:
            yield from self._series(batch, schema)

    def without_rows(self) -> Iterator[ColumnSeries]:
        """The series of a response without rows.

        Raises:
            DecodeError: the stream has no schema.
        """
        if self._schema is None:
            raise DecodeError(f"not {FORMAT}: it has no schema")
        if MEASUREMENT not in self._schema.names:
            nothing = pa.RecordBatch.from_pylist([], schema=self._schema.schema)
            yield ColumnSeries("", self._schema.names, ArrowColumns([nothing]))

    def _begun(self, message: StreamMessage) -> _StreamSchema:
        self._schema = _read_schema(bytes(message.data))
        if self._schema.dictionaries:
            self._with_dictionaries = _DictionaryReader()
        return self._schema

    def _batch(self, message: StreamMessage, schema: _StreamSchema) -> Any:
        """The record batch of a message, if it holds one."""
        if self._with_dictionaries is not None:
            batch = self._with_dictionaries.read(message)
        elif message.kind is MessageKind.RECORD_BATCH:
            batch = ipc.read_record_batch(pa.py_buffer(message.data), schema.schema)
        else:
            return None
        if batch is not None:
            schema.check.check(batch)
        return batch

    def _series(self, batch: Any, schema: _StreamSchema) -> Iterator[ColumnSeries]:
        """A series for consecutive rows of one measurement."""
        names = schema.names
        if MEASUREMENT not in names:
            yield ColumnSeries("", names, ArrowColumns([batch]), partial=True)
            return
        place = names.index(MEASUREMENT)
        rest = [position for position in range(len(names)) if position != place]
        columns = [names[position] for position in rest]
        for name, start, stop in _runs(batch.column(place)):
            part = ArrowColumns([batch]).part(rest, start, stop)
            yield ColumnSeries(name, columns, part, partial=True)


@dataclass(frozen=True, slots=True)
class _StreamSchema:
    """What the batches of a stream have in common.

    Attributes:
        schema: their `pyarrow.Schema`.
        names: of its columns.
        dictionaries: whether a column has a dictionary.
        check: checks a batch.
    """

    schema: Any
    names: list[str]
    dictionaries: bool
    check: BatchCheck


@lru_cache(maxsize=64)
def _read_schema(message: bytes) -> _StreamSchema:
    """Read a schema; the results of equal queries have the same one."""
    schema = ipc.read_schema(pa.py_buffer(message))
    return _StreamSchema(schema, schema.names, needs_dictionaries(schema), BatchCheck(schema))


class _DictionaryReader:
    """Reads the batches of a schema with dictionaries; pyarrow keeps these between batches."""

    def __init__(self) -> None:
        self._source = _MessageSource()
        self._reader: Any = None

    def read(self, message: StreamMessage) -> Any:
        """Read a message; return its record batch, if it holds one."""
        self._source.add(message.data)
        if message.kind is MessageKind.SCHEMA:
            self._reader = ipc.open_stream(pa.PythonFile(self._source, mode="r"))
        elif message.kind is MessageKind.RECORD_BATCH:
            return self._reader.read_next_batch()
        return None


class _MessageSource:
    """The file that pyarrow reads; it never reads beyond the messages that have arrived."""

    closed = False

    def __init__(self) -> None:
        self._messages: deque[memoryview] = deque()

    def add(self, message: memoryview) -> None:
        """Add a message."""
        self._messages.append(message)

    def read(self, size: int) -> memoryview:
        """Return the next bytes, without a copy; none if there is no message."""
        if not self._messages:
            return memoryview(b"")
        message = self._messages.popleft()
        if len(message) > size:
            self._messages.appendleft(message[size:])
        return message[:size]

    def close(self) -> None:
        """Do nothing: pyarrow calls it at the end."""


def _runs(measurements: Any) -> Iterator[tuple[str, int, int]]:
    """The names, start and stop positions of consecutive rows of one measurement."""
    try:
        found = measurements.unique().to_pylist()
    except _DAMAGED as error:
        raise _decode_error(error) from error
    if len(found) == 1:
        yield found[0] or "", 0, len(measurements)
        return
    start = 0
    for name, rows in groupby(measurements.to_pylist()):
        stop = start + sum(1 for _ in rows)
        yield name or "", start, stop
        start = stop


def _decode_error(error: Exception) -> DecodeError:
    return DecodeError(f"not {FORMAT}: {str(error) or type(error).__name__}")
