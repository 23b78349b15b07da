"""Converts the documents of InfluxDB 1.x, the same in JSON and MessagePack, to results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec

from influx_core._columns.column_types import columns_of
from influx_core._results.column_series import ColumnSeries
from influx_core._results.query_result import Message, StatementResult
from influx_core._results.series import Series
from influx_core._runtime.gc_pause import gc_paused
from influx_core.errors import DecodeError

__all__ = [
    "FIRST_VALIDATION",
    "Document",
    "DocumentOutline",
    "PrefixValidator",
    "SeriesHead",
    "SeriesOfLists",
    "column_series",
    "decode_document",
    "is_truncated",
    "row_series",
    "statement_results",
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


def decode_document(
    decode: Callable[[bytes | memoryview], Document[AnySeries]], data: bytes | memoryview
) -> Document[AnySeries]:
    """Decode a document with the garbage collector paused, which nearly halves the time."""
    with gc_paused():
        return decode(data)


def statement_results(
    document: Document[AnySeries], make: Callable[[AnySeries], Series]
) -> list[StatementResult]:
    """The results that a document holds; an error of its own belongs to no statement.

    Args:
        document: what was decoded.
        make: makes a series, as `row_series` and `column_series` do.
    """
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
    rows = series.values or []
    width = len(series.columns)
    if rows and set(map(len, rows)) != {width}:
        found = next(len(row) for row in rows if len(row) != width)
        raise DecodeError(f"a row of {found} values in a series of {width} columns")
    return rows


def row_series(series: SeriesOfLists) -> Series:
    """Return a series of the rows.

    Raises:
        DecodeError: a row has a value too many or too few.
    """
    return Series(
        series.name,
        series.columns,
        _rows(series),
        tags=series.tags,
        partial=series.partial,
    )


def column_series(series: SeriesOfLists) -> Series:
    """Return a series of columns.

    Raises:
        DecodeError: a row has a value too many or too few.
    """
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

    It looks seldom: at the beginning, and whenever a document has grown by a factor and is far
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

    def look(self, begun: bytes) -> None:
        """Look at the beginning of a document.

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
