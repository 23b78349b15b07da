"""Parses the CSV of InfluxDB 3: a header, and a record for each row.

CSV has no types, so the parser guesses them. Null and the empty string are both read as None.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from itertools import groupby
from operator import itemgetter
from typing import Any, ClassVar, Self

from influx_core._columns.column_types import TIME, column_of
from influx_core._columns.server_times import server_times
from influx_core._parsers.column_hints import NO_HINTS, ColumnHints
from influx_core._parsers.csv.csv_records import (
    CSVScanner,
    RecordSplitter,
    ScannedCSV,
    plain_header,
    split_records,
)
from influx_core._parsers.csv.csv_values import guessed_values
from influx_core._parsers.foreign_errors import decoding
from influx_core._parsers.row_objects import MEASUREMENT
from influx_core._results.column_series import ColumnSeries
from influx_core._results.query_result import StatementResult
from influx_core._results.series import Series
from influx_core._runtime.gc_pause import gc_paused
from influx_core.errors import DecodeError
from influx_core.interfaces import ResponseParser

__all__ = ["CSVTableDeserializer"]

FORMAT = "a CSV response of InfluxDB 3"

Record = list[str]


class CSVTableDeserializer:
    """The deserializer `csv` on InfluxDB 3.

    Types are guessed for each piece: a column holds times if all its values have the server's form
    of times, and numbers or booleans if all its values have their forms.
    """

    accept = "text/csv"

    row_scanner: ClassVar[CSVScanner | None] = None
    column_scanner: ClassVar[CSVScanner | None] = None

    def __init__(self) -> None:
        self.hints = NO_HINTS

    def with_hints(self, hints: ColumnHints) -> Self:
        """Return a deserializer that does not guess where a query tells the types."""
        made = copy(self)
        made.hints = hints
        return made

    def start(self) -> ResponseParser:
        """Return a parser for one response."""
        return _CSVTableParser(self.hints, self.row_scanner, columnar=False)

    def start_columns(self) -> ResponseParser:
        """Return a parser for one response, whose series store columns."""
        return _CSVTableParser(self.hints, self.column_scanner, columnar=True)


class _CSVTableParser:
    """Parses whole records; keeps the last series until it is known whether it continues."""

    def __init__(self, hints: ColumnHints, scanner: CSVScanner | None, *, columnar: bool) -> None:
        self._hints = hints
        self._scanner = scanner
        self._columnar = columnar
        self._splitter = RecordSplitter(FORMAT)
        self._columns: list[str] | None = None
        self._last: Series | None = None

    def feed(self, data: bytes) -> list[StatementResult]:
        """Parse the next bytes; return the rows that they complete."""
        records = self._splitter.feed(data)
        if not records:
            return []
        with gc_paused():
            series = None if self._scanner is None else self._scanned(records, self._scanner)
            found = self._read(records) if series is None else series
            return [piece for each in found for piece in self._given(each)]

    def finish(self) -> list[StatementResult]:
        """Return the remaining rows; a response with only a header is a series without rows."""
        self._splitter.finish()
        if self._last is None and self._columns and MEASUREMENT not in self._columns:
            empty: list[Sequence[str]] = [() for _ in self._columns]
            return [StatementResult(0, (self._series("", empty),))]
        return self._given(None)

    def _scanned(self, data: bytes, scanner: CSVScanner) -> list[Series] | None:
        """The series of records that the scanner reads; None if it cannot read all of them."""
        columns, start = self._columns, 0
        if columns is None:
            start = data.index(b"\n") + 1
            columns = list(plain_header(data[: start - 1]))
        named = columns[:1] == [MEASUREMENT]
        titles = tuple(columns[named:])
        kinds = self._kinds(titles)
        if not kinds or columns[0].startswith("<"):
            return None
        found: tuple[list[ScannedCSV], int] | None = [], len(data)
        if start < len(data):
            found = scanner.scan(data, start, kinds, int(named))
        if found is None or found[1] != len(data):
            return None
        series: list[Series] = []
        for name, _, rows, times in found[0]:
            if not self._columnar and any(titles[position] != TIME for position in times):
                return None
            series.append(scanner.series(name, titles, rows, {}, False))
        self._columns = columns
        return series

    def _kinds(self, titles: tuple[str, ...]) -> list[str]:
        """How a scanner reads the columns; empty if it cannot."""
        if MEASUREMENT in titles or len(set(titles)) != len(titles):
            return []
        if TIME in titles and (self._hints.is_text(TIME) or not self._hints.may_be_time(TIME)):
            return []
        return [self._kind(title) for title in titles]

    def _kind(self, title: str) -> str:
        if title == TIME:
            return "printed"
        if self._hints.is_text(title):
            return "string"
        return "dated" if self._hints.may_be_time(title) else "guess"

    def _read(self, data: bytes) -> list[Series]:
        with decoding(FORMAT):
            records = split_records(data.decode())
        if self._columns is None:
            self._columns = records.pop(0)
            if self._columns[:1] and self._columns[0].startswith("<"):
                raise DecodeError(f"not {FORMAT}, but {self._columns[0][:40]!r}")
        if any(len(record) != len(self._columns) for record in records):
            raise DecodeError(f"not {FORMAT}: rows of different lengths")
        return self._runs(records)

    def _runs(self, records: list[Record]) -> list[Series]:
        """Make a series of consecutive rows of one measurement."""
        assert self._columns is not None
        if not records:
            return []
        if MEASUREMENT not in self._columns:
            return [self._series("", list(zip(*records, strict=True)))]
        position = self._columns.index(MEASUREMENT)
        return [
            self._series(name, list(zip(*rows, strict=True)))
            for name, rows in groupby(records, key=itemgetter(position))
        ]

    def _series(self, name: str, texts: Sequence[Sequence[str]]) -> Series:
        assert self._columns is not None
        columns = [title for title in self._columns if title != MEASUREMENT]
        pairs = zip(self._columns, texts, strict=True)
        values = [self._values(title, column) for title, column in pairs if title != MEASUREMENT]
        times = tuple(
            dict.fromkeys(
                [TIME, *(c for c, (_, timed) in zip(columns, values, strict=True) if timed)]
            )
        )
        plain = [column for column, _ in values]
        if self._columnar:
            data = [column_of(v, c, times) for v, c in zip(plain, columns, strict=True)]
            return ColumnSeries(name, columns, data)
        rows = list(map(list, zip(*plain, strict=True)))
        return Series(name, columns, rows, times=times)

    def _values(self, name: str, texts: Sequence[str]) -> tuple[list[Any], bool]:
        """The values of a column, and whether they are times."""
        values = [text or None for text in texts]
        if self._hints.is_text(name):
            return values, False
        times = server_times(values) if self._hints.may_be_time(name) else None
        return (guessed_values(texts), False) if times is None else (list(times), True)

    def _given(self, following: Series | None) -> list[StatementResult]:
        last, self._last = self._last, following
        if last is None:
            return []
        last.partial = following is not None and following.name == last.name
        return [StatementResult(0, (last,))]
