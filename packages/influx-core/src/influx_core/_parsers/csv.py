"""Parses CSV responses, which have no types, statement errors or statement numbers.

CSV shows nothing of a statement that fails or finds nothing: use it for large results of one
SELECT. Source: https://docs.influxdata.com/influxdb/v1/tools/api/#query-http-endpoint
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal, NamedTuple

import msgspec

from influx_core._columns.arrow_layout import Kind
from influx_core._columns.column_types import column_of
from influx_core._parsers.csv_records import RecordSplitter
from influx_core._parsers.foreign_errors import decoding
from influx_core._results.column_series import ColumnSeries
from influx_core._results.query_result import StatementResult
from influx_core._results.series import Series
from influx_core._runtime.gc_pause import gc_paused
from influx_core.errors import ConfigError, DecodeError
from influx_core.interfaces import ResponseParser

__all__ = ["CSVDeserializer", "guessed_values"]

Values = Literal["guess", "text"]
Record = list[str]

Convert = Callable[[Sequence[str]], list[Any]]

FORMAT = "a CSV response of InfluxDB"

_integers = msgspec.json.Decoder(list[int])
_floats = msgspec.json.Decoder(list[float])
_BEGINNING = b"name,tags"
_BOOLEANS = {"true": True, "false": False}
_READERS: Mapping[str, Callable[[str], Any]] = {
    "float": float,
    "integer": int,
    "unsigned": int,
    "boolean": _BOOLEANS.__getitem__,
    "string": str,
}
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

    def __init__(self, *, values: Values | Mapping[str, Kind] = "guess") -> None:
        self._converts: Mapping[str, Convert] = {}
        self._convert: Convert = _text if values == "text" else guessed_values
        if isinstance(values, Mapping):
            self._converts = {name: _converter(name, kind) for name, kind in values.items()}
        elif values not in ("guess", "text"):
            raise ConfigError(f"csv: values {values!r} is neither 'guess' nor 'text'")

    def start(self) -> ResponseParser:
        """Return a parser for one response."""
        return _CSVParser(self._convert, self._converts)

    def start_columns(self) -> ResponseParser:
        """Return a parser for one response, whose series store columns."""
        return _CSVParser(self._convert, self._converts, columnar=True)


class _Piece(NamedTuple):
    """Rows of one series as they stand in the text, by the column."""

    statement_id: int
    name: str
    tags: str
    columns: tuple[str, ...]
    texts: Sequence[Sequence[str]]

    def continues(self, other: _Piece) -> bool:
        return self[:3] == other[:3]


class _CSVParser:
    """Records end at a newline outside quotes; a blank line ends a statement.

    The last piece is kept back until it is known whether its series goes on.
    """

    def __init__(
        self, convert: Convert, converts: Mapping[str, Convert], *, columnar: bool = False
    ) -> None:
        self._convert = convert
        self._converts = {**converts, "time": _times}
        self._columnar = columnar
        self._splitter = RecordSplitter(FORMAT)
        self._begun = False
        self._last: _Piece | None = None
        self._columns: tuple[str, ...] = ()
        self._statement_id = -1

    def feed(self, data: bytes) -> list[StatementResult]:
        """Take the next bytes; return the rows they finish."""
        if not self._begun:
            self._begun = _plausible(self._splitter.held + data[: len(_BEGINNING)])
        records = self._splitter.feed(data)
        if not records:
            return []
        with gc_paused():
            return [result for piece in self._read(records) for result in self._after(piece)]

    def finish(self) -> list[StatementResult]:
        """Return the rows still held; refuse an answer whose last line was cut."""
        self._splitter.finish()
        with gc_paused():
            return self._after(None)

    def _after(self, found: _Piece | StatementResult | None) -> list[StatementResult]:
        """What can be given out, now that it is known what follows the last piece."""
        last, self._last = self._last, found if isinstance(found, _Piece) else None
        results: list[StatementResult] = []
        if last is not None:
            goes_on = self._last is not None and self._last.continues(last)
            series = (
                self._by_column(last, goes_on) if self._columnar else self._by_row(last, goes_on)
            )
            results.append(StatementResult(last.statement_id, (series,), partial=goes_on))
        if isinstance(found, StatementResult):
            results.append(found)
        return results

    def _by_row(self, piece: _Piece, partial: bool) -> Series:
        rows = list(map(list, zip(*self._values(piece), strict=True)))
        return Series(piece.name, piece.columns, rows, tags=_tags(piece.tags), partial=partial)

    def _by_column(self, piece: _Piece, partial: bool) -> Series:
        data = map(column_of, self._values(piece), piece.columns)
        tags = _tags(piece.tags)
        return ColumnSeries(piece.name, piece.columns, data, tags=tags, partial=partial)

    def _values(self, piece: _Piece) -> list[list[Any]]:
        return [
            self._converts.get(title, self._convert)(column)
            for title, column in zip(piece.columns, piece.texts, strict=True)
        ]

    def _read(self, data: bytes) -> Iterator[_Piece | StatementResult]:
        with decoding(FORMAT):
            text = data.decode()
        if _regular(text):
            yield from self._rows(text)
            return
        with decoding(FORMAT):
            records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        for blank, block in groupby(records, key=lambda record: not record):
            if blank:
                self._columns = ()
            else:
                yield from self._statement(list(block))

    def _statement(self, records: list[Record]) -> Iterator[_Piece | StatementResult]:
        if not self._columns and records[0] == ["error"]:
            yield StatementResult(None, error="; ".join(map(",".join, records[1:])))
            return
        if not self._columns:
            self._begin(records.pop(0))
        if any(len(record) != len(self._columns) for record in records):
            raise _uneven()
        for (name, tags), rows in groupby(records, key=itemgetter(0, 1)):
            texts = list(zip(*rows, strict=True))[2:]
            yield _Piece(self._statement_id, name, tags, self._columns[2:], texts)

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
            yield _Piece(self._statement_id, name, tags, self._columns[2:], texts)
            start = stop

    def _begin(self, header: Record) -> None:
        if tuple(header[:2]) != ("name", "tags"):
            raise DecodeError(
                f"a CSV response begins with name,tags, not {','.join(header)[:80]!r}"
            )
        self._columns = tuple(header)
        self._statement_id += 1


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


def _times(texts: Sequence[str]) -> list[int | None]:
    try:
        if (times := _numbers(texts, _integers)) is not None:
            return times
        return [int(text) if text else None for text in texts]
    except ValueError as error:
        raise DecodeError(f"not {FORMAT}: {error}") from error


def _converter(name: str, kind: str) -> Convert:
    """What reads the values of a column that is of a kind.

    Raises:
        ConfigError: there is no such kind.
    """
    if kind not in _READERS:
        raise ConfigError(f"csv: {name!r} cannot be {kind!r}, it is one of {', '.join(_READERS)}")
    read = _READERS[kind]

    def convert(texts: Sequence[str]) -> list[Any]:
        try:
            return [read(text) if text else None for text in texts]
        except (KeyError, ValueError) as error:
            raise DecodeError(
                f"column {name!r} is said to be {kind}, and is not: {error}"
            ) from None

    return convert


def _text(texts: Sequence[str]) -> list[Any]:
    return [text or None for text in texts]


def guessed_values(texts: Sequence[str]) -> list[Any]:
    """The values of texts that all look alike; else the texts."""
    present = list(filter(None, texts))
    values = _numbers(present)
    if values is None:
        booleans = present and _BOOLEANS.keys() >= set(present)
        values = [_BOOLEANS[text] for text in present] if booleans else present
    if len(present) == len(texts):
        return values
    following = iter(values)
    return [next(following) if text else None for text in texts]


def _numbers(
    texts: Sequence[str], decoder: msgspec.json.Decoder[list[Any]] | None = None
) -> list[Any] | None:
    """The numbers that texts are, if the server prints numbers so; a JSON decoder reads all."""
    together = ",".join(texts).encode()
    if together.translate(None, b"0123456789.-,") or together.count(b",") != len(texts) - 1:
        return None
    decoder = decoder or (_floats if b"." in together else _integers)
    try:
        return decoder.decode(b"[" + together + b"]")
    except (msgspec.DecodeError, ValueError):  # as of an integer of 5,000 digits
        return None


def _tags(text: str) -> dict[str, str]:
    """Read `host=a,region=b`, with backslashes before commas, equals signs and spaces."""
    tags: dict[str, str] = {}
    position = 0
    while position < len(text) and (found := _TAG.match(text, position)) is not None:
        tags[_ESCAPED.sub(r"\1", found[1])] = _ESCAPED.sub(r"\1", found[2])
        position = found.end()
    return tags
