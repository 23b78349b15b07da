"""Parses JSON responses: one document, or several if the response is chunked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

import msgspec

from influx_core._columns.arrow_layout import Column
from influx_core._parsers.documents import (
    Document,
    DocumentDecoder,
    DocumentOutline,
    SeriesHead,
    SeriesOfLists,
    is_truncated,
)
from influx_core._parsers.json.json_text_rows import JSONTextRows, columns_of_text, lists_are_large
from influx_core._parsers.json.unfinished_json import UnfinishedJSON
from influx_core._results.lazy_rows import LazyRows
from influx_core._results.query_result import StatementResult
from influx_core.errors import DecodeError
from influx_core.interfaces import ResponseParser

__all__ = ["DocumentReader", "JSONDeserializer", "JSONParser"]


class _SeriesOfText(SeriesHead):
    """A series whose values are left as they are written."""

    values: msgspec.Raw = msgspec.Raw(b"[]")


_decoder = msgspec.json.Decoder(Document[SeriesOfLists])
_text_decoder = msgspec.json.Decoder(Document[_SeriesOfText])
_outliner = msgspec.json.Decoder(DocumentOutline)

FORMAT = "a JSON response of InfluxDB"

_MINUS_ZERO = re.compile(rb"-0(?<![eE]-0)[,\]\s]")
_STRING_OR_ZERO = re.compile(rb'"(?:[^"\\]|\\.)*"|-0(?<![eE]-0)(?=[,\]\s])')
"""The lookbehind comes after what it looks for, so that the search begins with a literal."""


class JSONDeserializer:
    """`application/json`, chunked or not; the Python implementation for `auto`."""

    accept = "application/json"

    def start(self) -> ResponseParser:
        """Return a parser for one response."""
        return JSONParser(DocumentReader())

    def start_columns(self) -> ResponseParser:
        """Return a parser for one response, whose series store columns."""
        return JSONParser(DocumentReader(columnar=True))


class DocumentReader(DocumentDecoder[_SeriesOfText]):
    """Makes results of JSON documents; see `DocumentDecoder`."""

    format = FORMAT

    def prepared(self, data: bytes | memoryview) -> bytes | memoryview:
        """Refuse HTML, and give negative zeros the form that msgspec reads as such."""
        _refuse_html(data)
        return _with_signed_zeros(data)

    def lists_are_large(self, data: bytes | memoryview) -> bool:
        """Look at some places of the document."""
        return lists_are_large(data)

    def with_values(self, data: bytes | memoryview) -> Document[SeriesOfLists]:
        """Decode everything."""
        return _decoder.decode(data)

    def without_values(self, data: bytes | memoryview) -> Document[_SeriesOfText]:
        """Decode everything but the values."""
        return _text_decoder.decode(data)

    def rows(self, series: _SeriesOfText) -> LazyRows:
        """Keep the rows as text."""
        return JSONTextRows(memoryview(series.values), len(series.columns))

    def columns(self, series: _SeriesOfText) -> Iterable[Column]:
        """Make columns of a part of the text at a time."""
        return columns_of_text(series.columns, memoryview(series.values))


class JSONParser:
    """Parses documents that end with a newline; one spread over several lines is parsed at the end.

    Args:
        read: makes results of a document, as a `DocumentReader` does, and with its errors.
    """

    def __init__(self, read: Callable[[bytes | memoryview], list[StatementResult]]) -> None:
        self._read = read
        self._unfinished = UnfinishedJSON(FORMAT, _read_outline)
        self._begun = False
        self._spread = False
        self._awaiting_more = False

    def feed(self, data: bytes) -> list[StatementResult]:
        """Take the next bytes; return the results of the documents they finish."""
        if not self._unfinished.pieces:
            data = data.lstrip()
        end = 0 if self._spread else data.rfind(b"\n") + 1
        if not end:
            self._unfinished.hold(data)
            return []
        results = self._lines(self._unfinished.taken(data[:end]))
        if end < len(data):
            self._unfinished.hold(data[end:])
        return results

    def finish(self) -> list[StatementResult]:
        """Return what was held; refuse an answer that was cut."""
        text = self._unfinished.taken()
        results = self._document(text) if text else []
        if not self._begun:
            raise DecodeError("the response is incomplete: it is empty")
        if self._awaiting_more:
            raise DecodeError("the response is incomplete: the server announced more rows")
        return results

    def _lines(self, text: bytes) -> list[StatementResult]:
        results: list[StatementResult] = []
        for start, end in _lines_with_text(text):
            try:
                results += self._document(memoryview(text)[start:end])
            except DecodeError as error:
                if not isinstance(error.__cause__, msgspec.DecodeError) or not is_truncated(
                    error.__cause__
                ):
                    raise
                self._spread = True
                self._unfinished.hold(text[start:])
                break
        return results

    def _document(self, data: bytes | memoryview) -> list[StatementResult]:
        results = self._read(data)
        self._begun = True
        if results:
            self._awaiting_more = results[-1].partial
        return results


def _lines_with_text(text: bytes) -> Iterator[tuple[int, int]]:
    """Where lines that are not blank begin and end, found without a copy of them."""
    start = 0
    while (end := text.find(b"\n", start)) >= 0:
        if end > start and (text[start] > ord(" ") or text[start:end].strip()):
            yield start, end
        start = end + 1


def _with_signed_zeros(data: bytes | memoryview) -> bytes | memoryview:
    """Write -0 outside of strings as -0.0, as which msgspec reads it: InfluxDB prints this so."""
    if _MINUS_ZERO.search(data) is None:
        return data
    return _STRING_OR_ZERO.sub(lambda found: b"-0.0" if found[0] == b"-0" else found[0], data)


def _read_outline(begun: bytes) -> None:
    _refuse_html(begun)
    _outliner.decode(begun)


def _refuse_html(data: bytes | memoryview) -> None:
    if bytes(data[:1]) == b"<":
        raise DecodeError(
            f"not {FORMAT}: it is HTML or XML; does a proxy or another server answer at this URL?"
        )
