"""Reads Arrow: a series for each record batch, with the types of the server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from influx_core import ColumnSeries, DecodeError, StatementResult
from influx_core.interfaces import BatchParser, ReceivedBatch
from influx_flight._arrow.arrow_columns import ArrowColumns
from influx_flight._arrow.batch_check import DAMAGED, FEW_ROWS, BatchCheck, damaged
from influx_flight._arrow.message_splitter import FORMAT
from influx_flight._arrow.stream_reader import StreamReader
from influx_flight._pyarrow import pa

__all__ = ["ARROW_STREAM", "ArrowDeserializer"]

ARROW_STREAM = "application/vnd.apache.arrow.stream"
"""The MIME type: https://www.iana.org/assignments/media-types/application/vnd.apache.arrow.stream"""

MEASUREMENT = "iox::measurement"
"""The column with the measurement of a row of InfluxQL; SQL has no such column."""


class ArrowDeserializer:
    """`application/vnd.apache.arrow.stream`, the format of `transport="flight"`.

    Each record batch becomes one series, as soon as it has arrived; rows of several measurements
    become one series each. All series store columns, which share the memory of the response.
    Values have the types of the batch: unsigned integers stay unsigned, every column of timestamps
    holds times, and columns whose values are all missing are kept. A response without rows is one
    series without rows; for InfluxQL, no series.
    """

    accept = ARROW_STREAM

    def start(self) -> BatchParser:
        """Return a parser for one response."""
        return _ArrowParser()

    def start_columns(self) -> BatchParser:
        """Return a parser for one response, whose series store columns."""
        return _ArrowParser()


class _ArrowParser:
    """Reads each batch when it is there.

    Rows are returned at once, although it is not known whether more rows follow: then the series is
    partial. If it turns out that none do, a series without rows ends it.
    """

    def __init__(self) -> None:
        self._stream: StreamReader | None = None
        self._columns: _BatchColumns | None = None
        self._last: ColumnSeries | None = None
        self._ended = False

    def feed(self, data: bytes) -> list[StatementResult]:
        """Parse the next bytes; return the series of the batches that they complete.

        Raises:
            DecodeError: the bytes are not an Arrow stream, or a batch is damaged.
        """
        if self._stream is None:
            self._stream = StreamReader()
        found: list[ColumnSeries] = []
        for batch in self._stream.feed(data):
            self._read(batch, found)
        if self._stream.ended and not self._ended:
            self._end(self._stream.schema, found)
        return _results(found)

    def feed_batch(self, received: ReceivedBatch) -> list[StatementResult]:
        """Read the next batch; return its series.

        Raises:
            DecodeError: the batch is damaged, or follows the last one.
        """
        if self._ended:
            raise DecodeError("a record batch after the last one")
        batch: Any = received.batch
        if not isinstance(batch, pa.RecordBatch):
            batch = pa.record_batch(batch)
        found: list[ColumnSeries] = []
        self._read(batch, found)
        if received.last:
            self._end(batch.schema, found)
        return _results(found)

    def finish(self) -> list[StatementResult]:
        """End the response.

        Raises:
            DecodeError: it is incomplete.
        """
        if not self._ended or not (self._stream is None or self._stream.complete):
            raise DecodeError(f"the response is incomplete: it is not the end of {FORMAT}")
        return []

    def _read(self, batch: Any, found: list[ColumnSeries]) -> None:
        try:
            if self._columns is None:
                self._columns = _BatchColumns(batch.schema)
            self._columns.check(batch)
        except DAMAGED as error:
            raise damaged(error) from error
        if batch.num_rows:
            for series in self._columns.series(batch):
                self._add(series, found)

    def _add(self, series: ColumnSeries, found: list[ColumnSeries]) -> None:
        if self._last is not None and self._last.name != series.name:
            self._complete(self._last, found)
        found.append(series)
        self._last = series

    def _end(self, schema: Any, found: list[ColumnSeries]) -> None:
        self._ended = True
        if self._last is not None:
            self._complete(self._last, found)
            return
        try:
            nothing = pa.RecordBatch.from_pylist([], schema=schema)
            found.extend(_BatchColumns(schema).without_rows(nothing))
        except DAMAGED as error:
            raise damaged(error) from error

    def _complete(self, last: ColumnSeries, found: list[ColumnSeries]) -> None:
        """Say that no more rows follow; in a piece of its own if the last one was returned."""
        if not found or found[-1] is not last:
            last = last.slice(0, 0)
            found.append(last)
        last.partial = False


class _BatchColumns:
    """The columns of all batches of a response.

    Args:
        schema: their `pyarrow.Schema`.
    """

    def __init__(self, schema: Any) -> None:
        self._names: list[str] = schema.names
        self._measurement = self._names.index(MEASUREMENT) if MEASUREMENT in self._names else None
        self._large_batches: BatchCheck | None = None

    def check(self, batch: Any) -> None:
        """Check that every value of a batch can be read.

        Raises:
            pyarrow.ArrowInvalid: one cannot.
        """
        if batch.num_rows <= FEW_ROWS:
            batch.validate(full=True)
            return
        if self._large_batches is None:
            self._large_batches = BatchCheck(batch.schema)
        self._large_batches.check(batch)

    def series(self, batch: Any) -> Iterable[ColumnSeries]:
        """A series for consecutive rows of one measurement."""
        if self._measurement is None:
            return (ColumnSeries("", self._names, ArrowColumns([batch]), partial=True),)
        return self._series_of_measurements(batch, self._measurement)

    def _series_of_measurements(self, batch: Any, measurement: int) -> Iterator[ColumnSeries]:
        rest = [position for position in range(len(self._names)) if position != measurement]
        columns = [self._names[position] for position in rest]
        for name, start, stop in _runs(batch.column(measurement)):
            part = ArrowColumns([batch]).part(rest, start, stop)
            yield ColumnSeries(name, columns, part, partial=True)

    def without_rows(self, batch: Any) -> Iterator[ColumnSeries]:
        """The series of a response without rows, of a batch without rows."""
        if self._measurement is None:
            yield ColumnSeries("", self._names, ArrowColumns([batch]))


def _results(found: list[ColumnSeries]) -> list[StatementResult]:
    return [StatementResult(0, (series,)) for series in found]


def _runs(measurements: Any) -> Iterator[tuple[str, int, int]]:
    """The names, start and stop positions of consecutive rows of one measurement."""
    try:
        found = measurements.unique().to_pylist()
    except DAMAGED as error:
        raise damaged(error) from error
    if len(found) == 1:
        yield found[0] or "", 0, len(measurements)
        return
    start = 0
    for name, rows in groupby(measurements.to_pylist()):
        stop = start + sum(1 for _ in rows)
        yield name or "", start, stop
        start = stop
