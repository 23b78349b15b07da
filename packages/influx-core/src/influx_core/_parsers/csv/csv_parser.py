"""Parses CSV responses, which have no types, statement errors or statement numbers.

CSV shows nothing of a statement that fails or finds nothing: use it for large results of one
SELECT. Source: https://docs.influxdata.com/influxdb/v1/tools/api/#query-http-endpoint
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, ClassVar, Literal, NamedTuple

from influx_core._columns.arrow_layout import Kind
from influx_core._columns.column_types import column_of
from influx_core._parsers.csv.csv_records import (
    LONGEST_RECORD,
    CSVScanner,
    MakeSeries,
    RecordSplitter,
    plain_header,
    split_records,
)
from influx_core._parsers.csv.csv_values import FORMAT, ColumnKinds
from influx_core._parsers.foreign_errors import decoding
from influx_core._results.column_series import ColumnSeries
from influx_core._results.query_result import StatementResult
from influx_core._results.series import Series
from influx_core._runtime.gc_pause import gc_paused
from influx_core.errors import ConfigError, DecodeError
from influx_core.interfaces import ResponseParser

__all__ = ["CSVDeserializer"]

Values = Literal["guess", "text"]
Record = list[str]

_BEGINNING = b"name,tags"
_FIRST = ("name", "tags")
_NEWLINE = ord("\n")
_TAG = re.compile(r"((?>\\[,= ]|[^,=])*+)=((?>\\[,= ]|[^,=])*+)(?:,|\Z)")
_ESCAPED = re.compile(r"\\([,= ])")


class CSVDeserializer:
    r"""`application/csv`.

    Args:
        values: how columns other than `time` are converted. `guess` converts a column to numbers or
            booleans if all values of a piece look like them; `text` does not convert. A mapping
            such as `{"load": "float"}` gives the types of columns; the others are guessed. An empty
            value is None.

    Raises:
        ConfigError: `values` is neither `guess`, `text` nor a mapping.
    """

    accept = "application/csv"

    row_scanner: ClassVar[CSVScanner | None] = None
    column_scanner: ClassVar[CSVScanner | None] = None

    def __init__(self, *, values: Values | Mapping[str, Kind] = "guess") -> None:
        if isinstance(values, Mapping):
            self._kinds = ColumnKinds("guess", values)
        elif values in ("guess", "text"):
            self._kinds = ColumnKinds("string" if values == "text" else "guess", {})
        else:
            raise ConfigError(f"csv: values {values!r} is neither 'guess' nor 'text'")

    def start(self) -> ResponseParser:
        """Return a parser for one response."""
        return _CSVParser(self._kinds, _series_of_rows, self.row_scanner)

    def start_columns(self) -> ResponseParser:
        """Return a parser for one response, whose series store columns."""
        return _CSVParser(self._kinds, _series_of_columns, self.column_scanner)


class _Piece(NamedTuple):
    """Consecutive rows of one series, and what makes a series of them."""

    statement_id: int
    name: str
    tags: str
    columns: tuple[str, ...]
    data: Any
    make: MakeSeries

    def continues(self, other: _Piece) -> bool:
        return self[:3] == other[:3]

    def series(self, *, partial: bool) -> Series:
        return self.make(self.name, self.columns, self.data, _tags(self.tags), partial)


class _CSVParser:
    """Records end at a newline outside quotes; a blank line ends a statement.

    The last piece is kept back until it is known whether its series goes on.
    """

    def __init__(self, kinds: ColumnKinds, make: MakeSeries, scanner: CSVScanner | None) -> None:
        self._kinds = kinds
        self._make = make
        self._scanner = scanner
        self._splitter = RecordSplitter(FORMAT)
        self._begun = False
        self._last: _Piece | None = None
        self._columns: tuple[str, ...] = ()
        self._statement_id = -1
        self._messages: list[str] | None = None
        self._messages_size = 0

    def feed(self, data: bytes) -> list[StatementResult]:
        """Take the next bytes; return the rows they finish."""
        if not self._begun:
            self._begun = _plausible(self._splitter.held + data[: len(_BEGINNING)])
        records = self._splitter.feed(data)
        if not records:
            return []
        self._begun = True
        with gc_paused():
            return [result for piece in self._read(records) for result in self._after(piece)]

    def finish(self) -> list[StatementResult]:
        """Return the rows still held; refuse an answer whose last line was cut."""
        self._splitter.finish()
        with gc_paused():
            return [*self._after(None), *self._failure()]

    def _after(self, found: _Piece | StatementResult | None) -> list[StatementResult]:
        """What can be given out, now that it is known what follows the last piece."""
        last, self._last = self._last, found if isinstance(found, _Piece) else None
        results: list[StatementResult] = []
        if last is not None:
            goes_on = self._last is not None and self._last.continues(last)
            series = last.series(partial=goes_on)
            results.append(StatementResult(last.statement_id, (series,), partial=goes_on))
        if isinstance(found, StatementResult):
            results.append(found)
        return results

    def _read(self, data: bytes) -> Iterable[_Piece | StatementResult]:
        pieces = None if self._scanner is None else self._scanned(data, self._scanner)
        return self._read_text(data) if pieces is None else pieces

    def _scanned(self, data: bytes, scanner: CSVScanner) -> list[_Piece] | None:
        """The pieces of records that the scanner reads; None if it cannot read all of them."""
        if self._messages is not None:
            return None
        columns, statement_id, position = self._columns, self._statement_id, 0
        pieces: list[_Piece] = []
        while position < len(data):
            if data[position] == _NEWLINE:
                columns = ()
                position += 1
            elif not columns:
                end = data.index(b"\n", position)
                columns = plain_header(data[position:end])
                if columns[:2] != _FIRST:
                    return None
                statement_id += 1
                position = end + 1
            else:
                titles = columns[2:]
                found = scanner.scan(data, position, self._kinds.of(titles), len(_FIRST))
                if found is None:
                    return None
                runs, position = found
                for name, tags, rows, _ in runs:
                    pieces.append(_Piece(statement_id, name, tags, titles, rows, scanner.series))
        self._columns, self._statement_id = columns, statement_id
        return pieces

    def _read_text(self, data: bytes) -> Iterator[_Piece | StatementResult]:
        with decoding(FORMAT):
            text = data.decode()
        if self._messages is None and _regular(text):
            yield from self._rows(text)
            return
        with decoding(FORMAT):
            records = split_records(text)
        for blank, block in groupby(records, key=lambda record: not record):
            if blank:
                self._columns = ()
                yield from self._failure()
            else:
                yield from self._statement(list(block))

    def _statement(self, records: list[Record]) -> Iterator[_Piece | StatementResult]:
        if self._messages is None and not self._columns and records[0] == ["error"]:
            self._messages = []
            records.pop(0)
        if self._messages is not None:
            self._add_messages(records)
            return
        if not self._columns:
            self._begin(records.pop(0))
        if any(len(record) != len(self._columns) for record in records):
            raise _uneven()
        for (name, tags), rows in groupby(records, key=itemgetter(0, 1)):
            texts = list(zip(*rows, strict=True))[2:]
            yield self._piece(name, tags, texts)

    def _add_messages(self, records: list[Record]) -> None:
        assert self._messages is not None
        messages = list(map(",".join, records))
        self._messages += messages
        self._messages_size += len(messages) + sum(map(len, messages))
        if self._messages_size > LONGEST_RECORD:
            raise DecodeError(f"not {FORMAT}: an error without an end")

    def _failure(self) -> Iterator[StatementResult]:
        """The error whose messages have been read, if there is one."""
        messages, self._messages = self._messages, None
        if messages is not None:
            yield StatementResult(None, error="; ".join(messages))

    def _rows(self, text: str) -> Iterator[_Piece]:
        """The pieces of a text in which a comma is always the end of a cell, all cut at once."""
        if not self._columns:
            header, _, text = text.partition("\n")
            self._begin(header.split(","))
        width, length = len(self._columns), text.count("\n")
        if not length:
            return
        cells = text[:-1].replace("\n", ",\n").split(",")
        names = "".join(cells[::width]).split("\n")  # with all newlines, if the rows are even
        if len(cells) != width * length or len(names) != length:
            raise _uneven()
        start = 0
        for (name, tags), run in groupby(zip(names, cells[1::width], strict=True)):
            stop = start + sum(1 for _ in run)
            texts = [cells[width * start + i : width * stop : width] for i in range(2, width)]
            yield self._piece(name, tags, texts)
            start = stop

    def _piece(self, name: str, tags: str, texts: Sequence[Sequence[str]]) -> _Piece:
        titles = self._columns[2:]
        return _Piece(self._statement_id, name, tags, titles, texts, self._series)

    def _series(
        self,
        name: str,
        columns: tuple[str, ...],
        texts: Sequence[Sequence[str]],
        tags: Mapping[str, str],
        partial: bool,
    ) -> Series:
        values = list(map(self._kinds.values, columns, texts))
        return self._make(name, columns, values, tags, partial)

    def _begin(self, header: Record) -> None:
        if tuple(header[:2]) != _FIRST:
            raise DecodeError(
                f"a CSV response begins with name,tags, not {','.join(header)[:80]!r}"
            )
        self._columns = tuple(header)
        self._statement_id += 1


def _series_of_rows(
    name: str,
    columns: tuple[str, ...],
    values: Sequence[Sequence[Any]],
    tags: Mapping[str, str],
    partial: bool,
) -> Series:
    rows = list(map(list, zip(*values, strict=True)))
    return Series(name, columns, rows, tags=tags, partial=partial)


def _series_of_columns(
    name: str,
    columns: tuple[str, ...],
    values: Sequence[Sequence[Any]],
    tags: Mapping[str, str],
    partial: bool,
) -> Series:
    data = map(column_of, values, columns)
    return ColumnSeries(name, columns, data, tags=tags, partial=partial)


def _plausible(data: bytes) -> bool:
    """Whether so much has come that it can be seen that it is an answer.

    Raises:
        DecodeError: it is none.
    """
    begun = data[: len(_BEGINNING)]
    if not (_BEGINNING.startswith(begun) or begun.startswith(b"error\n"[: len(begun)])):
        raise DecodeError(f"a CSV response begins with name,tags, not {data[:40]!r}")
    return len(begun) == len(_BEGINNING)


def _regular(text: str) -> bool:
    """Whether it is rows of one statement, without a quote."""
    return not (
        not text
        or '"' in text
        or "\r" in text
        or "\n\n" in text
        or text.startswith(("\n", "error"))
    )


def _uneven() -> DecodeError:
    return DecodeError(f"not {FORMAT}: rows of different lengths")


def _tags(text: str) -> dict[str, str]:
    """Read `host=a,region=b`, with backslashes before commas, equals signs and spaces."""
    tags: dict[str, str] = {}
    position = 0
    while position < len(text) and (found := _TAG.match(text, position)) is not None:
        tags[_ESCAPED.sub(r"\1", found[1])] = _ESCAPED.sub(r"\1", found[2])
        position = found.end()
    return tags
