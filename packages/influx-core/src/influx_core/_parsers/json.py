"""Parses JSON responses: one document, or several if the response is chunked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress

import msgspec

from influx_core._parsers.documents import (
    Document,
    DocumentOutline,
    PrefixValidator,
    SeriesHead,
    SeriesOfLists,
    column_series,
    decode_document,
    is_truncated,
    row_series,
    statement_results,
)
from influx_core._parsers.foreign_errors import decoding
from influx_core._parsers.json_text_rows import JSONTextRows, columns_of_text, lists_are_large
from influx_core._parsers.row_blocks import MOST_AS_LISTS, Irregular
from influx_core._parsers.token_limit import TokenLimit
from influx_core._results.column_series import ColumnSeries
from influx_core._results.query_result import StatementResult
from influx_core._results.series import Series
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


class DocumentReader:
    """Makes results of the documents of one response.

    If lists of all rows would need more than a few times the memory of a long response, its rows
    are kept as text and parsed when they are read. Columns are made of a part of a long document
    at a time.

    Args:
        columnar: whether the series store columns.
    """

    def __init__(self, *, columnar: bool = False) -> None:
        self._columnar = columnar
        self._lists = 0

    def __call__(self, data: bytes | memoryview) -> list[StatementResult]:
        """Parse the next document.

        Raises:
            DecodeError: it is not a JSON response of InfluxDB.
        """
        _refuse_html(data)
        data = _with_signed_zeros(data)
        lists = len(data) + (0 if self._columnar else self._lists)
        if lists > MOST_AS_LISTS and lists_are_large(data):
            make_of_text = _columns_of_text if self._columnar else _rows_of_text
            with suppress(Irregular, msgspec.MsgspecError, RecursionError, ValueError):
                return statement_results(_text_decoder.decode(data), make_of_text)
        self._lists += len(data)
        make = column_series if self._columnar else row_series
        with decoding(FORMAT):
            return statement_results(decode_document(_decoder.decode, data), make)


def _rows_of_text(series: _SeriesOfText) -> Series:
    rows = JSONTextRows(memoryview(series.values), len(series.columns))
    return Series(series.name, series.columns, rows, tags=series.tags, partial=series.partial)


def _columns_of_text(series: _SeriesOfText) -> Series:
    data = columns_of_text(series.columns, memoryview(series.values))
    return ColumnSeries(series.name, series.columns, data, tags=series.tags, partial=series.partial)


class JSONParser:
    """Parses documents that end with a newline; one spread over several lines is parsed at the end.

    Args:
        read: makes results of a document, as a `DocumentReader` does, and with its errors.
    """

    def __init__(self, read: Callable[[bytes | memoryview], list[StatementResult]]) -> None:
        self._read = read
        self._held: list[bytes] = []
        self._size = 0
        self._prefix_validator = PrefixValidator(_outliner.decode)
        self._token_limit = TokenLimit()
        self._begun = False
        self._spread = False
        self._awaiting_more = False

    def feed(self, data: bytes) -> list[StatementResult]:
        """Take the next bytes; return the results of the documents they finish."""
        if not self._held:
            data = data.lstrip()
        end = 0 if self._spread else data.rfind(b"\n") + 1
        if not end:
            self._hold(data)
            return []
        if self._held:
            self._held.append(data[:end])
            text = self._taken()
        else:
            text = data[:end]
        if end < len(data):
            self._hold(data[end:])
        return self._lines(text)

    def finish(self) -> list[StatementResult]:
        """Return what was held; refuse an answer that was cut."""
        results = self._document(self._taken()) if self._held else []
        if not self._begun:
            raise DecodeError("the response is incomplete: it is empty")
        if self._awaiting_more:
            raise DecodeError("the response is incomplete: the server announced more rows")
        return results

    def _taken(self) -> bytes:
        """What was held, which is then held no more."""
        held = b"".join(self._held)
        self._held = []
        self._size = 0
        self._prefix_validator.ended(len(held))
        self._token_limit = TokenLimit()
        return held

    def _hold(self, data: bytes) -> None:
        if not self._held and not data.strip():
            return
        self._held.append(data)
        self._size += len(data)
        self._token_limit.hold(data)
        if self._prefix_validator.due(self._size):
            self._held = [b"".join(self._held)]
            _refuse_html(self._held[0])
            with decoding(FORMAT):
                self._prefix_validator.look(_whole_tokens(self._held[0]))

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
                self._held = [text[start:], *self._held]
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


def _whole_tokens(begun: bytes) -> bytes:
    """The beginning of a document up to a bracket or a quote: a number that is cut looks wrong."""
    return begun[: max(begun.rfind(b"]"), begun.rfind(b'"')) + 1] or begun


def _refuse_html(data: bytes | memoryview) -> None:
    if bytes(data[:1]) == b"<":
        raise DecodeError(
            f"not {FORMAT}: it is HTML or XML; does a proxy or another server answer at this URL?"
        )
