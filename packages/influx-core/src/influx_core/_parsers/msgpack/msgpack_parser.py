"""Parses MessagePack responses: a sequence of documents without separators."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import msgspec

from influx_core._columns.column_types import columns_of
from influx_core._parsers.documents import (
    Document,
    DocumentOutline,
    PrefixValidator,
    SeriesHead,
    SeriesOfLists,
    column_series,
    decode_document,
    row_series,
    statement_results,
)
from influx_core._parsers.foreign_errors import decoding
from influx_core._parsers.msgpack.msgpack_layout import FORMAT, DocumentEnd, Skip, skip_nothing
from influx_core._parsers.msgpack.msgpack_rows import MessagePackRows, PackedRows, columns_of_rows
from influx_core._parsers.msgpack.msgpack_times import time_of
from influx_core._parsers.row_blocks import MOST_AS_LISTS, Irregular
from influx_core._results.column_series import ColumnSeries
from influx_core._results.lazy_rows import LazyRows, Lists
from influx_core._results.query_result import StatementResult
from influx_core._results.series import Series
from influx_core.errors import DecodeError
from influx_core.interfaces import ResponseParser

__all__ = ["MessagePackDeserializer", "MessagePackParser", "MessagePackReader"]


class _Series(SeriesOfLists):
    """A series with its tags sorted by name: the server lists them in another order each time."""

    def __post_init__(self) -> None:
        _sort_tags(self)


class _SeriesOfBytes(SeriesHead):
    """A series whose values are left as they are packed."""

    values: msgspec.Raw = msgspec.Raw(b"\x90")

    def __post_init__(self) -> None:
        _sort_tags(self)


def _sort_tags(series: SeriesHead) -> None:
    if series.tags:
        series.tags = dict(sorted(series.tags.items()))


_outliner = msgspec.msgpack.Decoder(DocumentOutline)
_decoder = msgspec.msgpack.Decoder(Document[_Series], ext_hook=time_of)
_bytes_decoder = msgspec.msgpack.Decoder(Document[_SeriesOfBytes])


class MessagePackDeserializer:
    """`application/x-msgpack`, chunked or not. Errors of statements have no number."""

    accept = "application/x-msgpack"

    def start(self) -> ResponseParser:
        """Return a parser for one response."""
        return MessagePackParser(MessagePackReader())

    def start_columns(self) -> ResponseParser:
        """Return a parser for one response, whose series store columns."""
        return MessagePackParser(MessagePackReader(columnar=True))


class MessagePackReader:
    """Makes results of the documents of one response.

    If lists of the rows of a series would need more than a few times the memory of a long response,
    the rows are kept as bytes and parsed when they are read. Columns are made of a part of such a
    series at a time.

    Args:
        columnar: whether the series store columns.
    """

    def __init__(self, *, columnar: bool = False) -> None:
        self._columnar = columnar
        self._lists = 0

    def __call__(self, data: bytes) -> list[StatementResult]:
        """Parse the next document.

        Raises:
            DecodeError: it is not a MessagePack response of InfluxDB.
        """
        lists = len(data) + (0 if self._columnar else self._lists)
        if lists > MOST_AS_LISTS:
            make_of_bytes = _columns_of_bytes if self._columnar else _rows_of_bytes
            with suppress(Irregular, msgspec.MsgspecError, RecursionError, ValueError):
                return statement_results(_bytes_decoder.decode(data), make_of_bytes)
        self._lists += len(data)
        make = column_series if self._columnar else row_series
        with decoding(FORMAT):
            return statement_results(decode_document(_decoder.decode, data), make)


def _rows_of_bytes(series: _SeriesOfBytes) -> Series:
    packed = PackedRows(memoryview(series.values), len(series.columns))
    rows: LazyRows | Lists = MessagePackRows(packed) if packed.need_much else packed.lists()
    return Series(series.name, series.columns, rows, tags=series.tags, partial=series.partial)


def _columns_of_bytes(series: _SeriesOfBytes) -> Series:
    packed = PackedRows(memoryview(series.values), len(series.columns))
    names = series.columns
    data = columns_of_rows(names, packed) if packed.need_much else columns_of(names, packed.lists())
    return ColumnSeries(series.name, names, data, tags=series.tags, partial=series.partial)


class MessagePackParser:
    """Finds the end of each document, since nothing marks it, and parses it as a whole.

    Args:
        read: makes results of a document, as a `MessagePackReader` does, and with its errors.
        skip: steps over values faster: from a position in the bytes and a number of values on, up
            to the end of the last value, or to one that is incomplete or longer than so many bytes;
            returns the new position and how many values are left.
    """

    def __init__(
        self,
        read: Callable[[bytes], list[StatementResult]],
        skip: Skip = skip_nothing,
    ) -> None:
        self._read = read
        self._skip = skip
        self._held = bytearray()
        self._awaiting_more = False
        self._end = DocumentEnd(skip)
        self._prefix_validator = PrefixValidator(_outliner.decode)

    def feed(self, data: bytes) -> list[StatementResult]:
        """Take the next bytes; return the results of the documents they finish."""
        self._held += data
        results: list[StatementResult] = []
        while self._held and (end := self._end.found(self._held)) is not None:
            with memoryview(self._held) as held:
                document = bytes(held[:end])
            results += self._document(document)
            del self._held[:end]
            self._end = DocumentEnd(self._skip)
            self._prefix_validator.ended(end)
        if self._prefix_validator.due(len(self._held)):
            self._look()
        return results

    def finish(self) -> list[StatementResult]:
        """Refuse an answer that was cut."""
        if self._held or self._awaiting_more:
            raise DecodeError("the response ends inside a MessagePack document")
        return []

    def _look(self) -> None:
        with decoding(FORMAT):
            self._prefix_validator.look(bytes(self._held))

    def _document(self, data: bytes) -> list[StatementResult]:
        results = self._read(data)
        if results:
            self._awaiting_more = results[-1].partial
        return results
