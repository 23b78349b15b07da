"""Parses MessagePack responses: a sequence of documents without separators."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from influx_core._columns.arrow_layout import Column
from influx_core._columns.column_types import columns_of
from influx_core._parsers.documents import (
    Document,
    DocumentDecoder,
    DocumentOutline,
    PrefixValidator,
    SeriesHead,
    SeriesOfLists,
)
from influx_core._parsers.foreign_errors import decoding
from influx_core._parsers.msgpack.msgpack_layout import FORMAT, DocumentEnd, Skip, skip_nothing
from influx_core._parsers.msgpack.msgpack_rows import MessagePackRows, PackedRows, columns_of_rows
from influx_core._parsers.msgpack.msgpack_times import time_of
from influx_core._results.lazy_rows import LazyRows, Lists
from influx_core._results.query_result import StatementResult
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


class MessagePackReader(DocumentDecoder[_SeriesOfBytes]):
    """Makes results of MessagePack documents; see `DocumentDecoder`."""

    format = FORMAT

    def with_values(self, data: bytes | memoryview) -> Document[_Series]:
        """Decode everything."""
        return _decoder.decode(data)

    def without_values(self, data: bytes | memoryview) -> Document[_SeriesOfBytes]:
        """Decode everything but the values."""
        return _bytes_decoder.decode(data)

    def rows(self, series: _SeriesOfBytes) -> LazyRows | Lists:
        """Keep the rows as bytes, if lists of them would need much more memory."""
        packed = PackedRows(memoryview(series.values), len(series.columns))
        return MessagePackRows(packed) if packed.need_much else packed.lists()

    def columns(self, series: _SeriesOfBytes) -> Iterable[Column]:
        """Make columns, of a part of the rows at a time if lists would need much more memory."""
        packed = PackedRows(memoryview(series.values), len(series.columns))
        if packed.need_much:
            return columns_of_rows(series.columns, packed)
        return columns_of(series.columns, packed.lists())


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
            with decoding(FORMAT):
                self._prefix_validator.validate(bytes(self._held))
        return results

    def finish(self) -> list[StatementResult]:
        """Refuse an answer that was cut."""
        if self._held or self._awaiting_more:
            raise DecodeError("the response ends inside a MessagePack document")
        return []

    def _document(self, data: bytes) -> list[StatementResult]:
        results = self._read(data)
        if results:
            self._awaiting_more = results[-1].partial
        return results
