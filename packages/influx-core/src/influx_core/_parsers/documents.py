"""Converts the documents of InfluxDB 1.x, the same in JSON and MessagePack, to results."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, ClassVar, Generic, TypeVar

import msgspec

from influx_core._columns.arrow_layout import Column
from influx_core._columns.column_types import columns_of
from influx_core._parsers.foreign_errors import decoding
from influx_core._parsers.row_blocks import MOST_AS_LISTS, Irregular
from influx_core._results.column_series import ColumnSeries
from influx_core._results.lazy_rows import LazyRows, Lists
from influx_core._results.query_result import Message, StatementResult
from influx_core._results.series import Series
from influx_core._runtime.gc_pause import gc_paused
from influx_core.errors import DecodeError

__all__ = [
    "FIRST_VALIDATION",
    "Document",
    "DocumentDecoder",
    "DocumentOutline",
    "PrefixValidator",
    "SeriesHead",
    "SeriesOfLists",
    "is_truncated",
]

FIRST_VALIDATION = 1 << 14
"""The size in bytes at which an unfinished document is validated for the first time."""

GROWTH = 64
"""The factor by which a document grows until it is validated again."""

UNUSUAL = 4
"""A document is validated again only if it is longer than all before it by this factor."""


class _Message(msgspec.Struct):
    level: str = ""
    text: str = ""


class SeriesHead(msgspec.Struct):
    """A series without its values."""

    name: str = ""
    tags: dict[str, str] | None = None
    columns: tuple[str, ...] = ()
    partial: bool = False


class SeriesOfLists(SeriesHead):
    """A series whose values are decoded."""

    values: list[list[Any]] | None = None


AnySeries = TypeVar("AnySeries", bound=SeriesHead)


class _Result(msgspec.Struct, Generic[AnySeries]):
    statement_id: int = 0
    series: list[AnySeries] | None = None
    messages: list[_Message] | None = None
    error: str | None = None
    partial: bool = False


class Document(msgspec.Struct, Generic[AnySeries]):
    """One document: a whole answer, or one chunk of it."""

    results: list[_Result[AnySeries]] | None = None
    error: str | None = None


class DocumentDecoder(ABC, Generic[AnySeries]):
    """Makes results of the documents of one response.

    If lists of all rows would need more than a few times the memory of a long response, its rows
    are kept as they came and parsed when they are read. Columns are made of a part of a long
    document at a time.

    Args:
        columnar: whether the series store columns.

    Attributes:
        format: the format, for errors.
    """

    format: ClassVar[str]

    def __init__(self, *, columnar: bool = False) -> None:
        self._columnar = columnar
        self._lists = 0

    def __call__(self, data: bytes | memoryview) -> list[StatementResult]:
        """Parse the next document.

        Raises:
            DecodeError: it is not a response of InfluxDB in this format.
        """
        data = self.prepared(data)
        lists = len(data) + (0 if self._columnar else self._lists)
        if lists > MOST_AS_LISTS and self.lists_are_large(data):
            make_lazily = self._lazy_columns if self._columnar else self._lazy_rows
            with suppress(Irregular, msgspec.MsgspecError, RecursionError, ValueError):
                return _statement_results(self.without_values(data), make_lazily)
        self._lists += len(data)
        make = _column_series if self._columnar else _row_series
        with decoding(self.format):
            with gc_paused():  # which nearly halves the time
                document = self.with_values(data)
            return _statement_results(document, make)

    def prepared(self, data: bytes | memoryview) -> bytes | memoryview:
        """Return a document in the form in which it can be decoded."""
        return data

    def lists_are_large(self, data: bytes | memoryview) -> bool:
        """Whether lists of the rows may take too many times the memory of a document."""
        return True

    @abstractmethod
    def with_values(self, data: bytes | memoryview) -> Document[Any]:
        """Decode a document to `SeriesOfLists`."""

    @abstractmethod
    def without_values(self, data: bytes | memoryview) -> Document[AnySeries]:
        """Decode a document, and leave the values of its series as they are."""

    @abstractmethod
    def rows(self, series: AnySeries) -> LazyRows | Lists:
        """Return the rows of a series whose values were left.

        Raises:
            Irregular: they have to be decoded with the document.
        """

    @abstractmethod
    def columns(self, series: AnySeries) -> Iterable[Column]:
        """Return the columns of a series whose values were left.

        Raises:
            Irregular: they have to be decoded with the document.
        """

    def _lazy_rows(self, series: AnySeries) -> Series:
        rows = self.rows(series)
        return Series(series.name, series.columns, rows, tags=series.tags, partial=series.partial)

    def _lazy_columns(self, series: AnySeries) -> Series:
        columns = self.columns(series)
        return ColumnSeries(
            series.name, series.columns, columns, tags=series.tags, partial=series.partial
        )


def _statement_results(
    document: Document[AnySeries], make: Callable[[AnySeries], Series]
) -> list[StatementResult]:
    """The results that a document holds; an error of its own belongs to no statement."""
    if document.error is not None:
        return [StatementResult(None, error=document.error)]
    return [_statement_result(result, make) for result in document.results or ()]


def _statement_result(
    result: _Result[AnySeries], make: Callable[[AnySeries], Series]
) -> StatementResult:
    return StatementResult(
        result.statement_id,
        tuple(map(make, result.series or ())),
        tuple(Message(message.level, message.text) for message in result.messages or ()),
        result.error,
        result.partial,
    )


def _rows(series: SeriesOfLists) -> list[list[Any]]:
    """The rows of a series.

    Raises:
        DecodeError: a row has a value too many or too few.
    """
    rows = series.values or []
    width = len(series.columns)
    if rows and set(map(len, rows)) != {width}:
        found = next(len(row) for row in rows if len(row) != width)
        raise DecodeError(f"a row of {found} values in a series of {width} columns")
    return rows


def _row_series(series: SeriesOfLists) -> Series:
    return Series(
        series.name,
        series.columns,
        _rows(series),
        tags=series.tags,
        partial=series.partial,
    )


def _column_series(series: SeriesOfLists) -> Series:
    return ColumnSeries(
        series.name,
        series.columns,
        columns_of(series.columns, _rows(series)),
        tags=series.tags,
        partial=series.partial,
    )


class DocumentOutline(msgspec.Struct):
    """One document, of which only the outline is read: what is in it is stepped over."""

    results: msgspec.Raw = msgspec.Raw()
    error: msgspec.Raw = msgspec.Raw()


class PrefixValidator:
    """Validates incomplete documents early, so that other bodies fail before they are buffered.

    It does so seldom: at the beginning, and whenever a document has grown by a factor and is far
    longer than those before it.

    Args:
        decode: reads the outline of a document; making its rows would fill the memory for nothing.
    """

    def __init__(self, decode: Callable[[bytes], object]) -> None:
        self._decode = decode
        self._next = FIRST_VALIDATION
        self._longest = 0

    def ended(self, size: int) -> None:
        """Go on to the next document, after one of so many bytes."""
        self._longest = max(self._longest, size)
        self._next = FIRST_VALIDATION

    def due(self, size: int) -> bool:
        """Whether an incomplete document of this many bytes should be validated."""
        return size >= self._next

    def validate(self, begun: bytes) -> None:
        """Validate the beginning of a document.

        Raises:
            msgspec.DecodeError: it is wrong, and not only cut.
        """
        self._next = max(GROWTH * max(len(begun), self._next), UNUSUAL * self._longest)
        try:
            self._decode(begun)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if not is_truncated(error):
                raise


def is_truncated(error: msgspec.DecodeError | UnicodeDecodeError) -> bool:
    """Whether a document was right as far as it went."""
    return "truncated" in str(error)
