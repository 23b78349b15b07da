"""Parses JSON lines, one object per row: the responses of InfluxDB 3 to InfluxQL and SQL.

Consecutive rows of one measurement form a series; tags are columns.
"""

from __future__ import annotations

from typing import Any

import msgspec

from influx_core._columns.column_types import column_of
from influx_core._parsers.documents import PrefixValidator
from influx_core._parsers.foreign_errors import decoding
from influx_core._parsers.token_limit import TokenLimit
from influx_core._results.column_series import ColumnSeries
from influx_core._results.query_result import StatementResult
from influx_core._results.series import Series
from influx_core._runtime.gc_pause import gc_paused
from influx_core.errors import DecodeError
from influx_core.interfaces import ResponseParser

__all__ = ["JSONLinesDeserializer"]

PIECE_ROWS = 10_000
"""Rows that are held before they are given out as a piece of a series."""

PIECE_CELLS = 1_000_000
"""Cells, empty ones included, at which a piece is given out."""

MANY_CELLS = 10_000_000
EMPTY_CELLS = 1_000
"""A table of over MANY_CELLS needs a value in one of EMPTY_CELLS; a table of InfluxDB 3 has at most
500 columns."""

FORMAT = "a response of JSON lines"

_MEASUREMENT = "iox::measurement"
"""The column in which InfluxQL names the measurement of a row; SQL has none."""

Row = dict[str, Any]

_decoder = msgspec.json.Decoder(Row)
_outliner = msgspec.json.Decoder(dict[str, msgspec.Raw])


class JSONLinesDeserializer:
    """`application/jsonl`."""

    accept = "application/jsonl"

    def start(self) -> ResponseParser:
        """Return a parser for one response."""
        return _JSONLinesParser()

    def start_columns(self) -> ResponseParser:
        """Return a parser for one response, whose series store columns."""
        return _JSONLinesParser(columnar=True)


class _JSONLinesParser:
    """Collects rows into pieces of series; a row without a value for a column leaves it out."""

    def __init__(self, *, columnar: bool = False) -> None:
        self._columnar = columnar
        self._held: list[bytes] = []
        self._size = 0
        self._prefix_validator = PrefixValidator(_outliner.decode)
        self._token_limit = TokenLimit()
        self._name: str | None = None
        self._columns: dict[str, int] = {}
        self._rows: list[Row] = []
        self._cells = self._values = 0

    def feed(self, data: bytes) -> list[StatementResult]:
        """Take the next bytes; return the pieces they fill."""
        lines, newline, rest = data.rpartition(b"\n")
        if not newline:
            self._hold(data)
            return []
        lines = self._taken() + lines
        self._hold(rest)
        return self._read(lines)

    def finish(self) -> list[StatementResult]:
        """Return the rows still held; refuse a line that was cut."""
        return [*self._read(self._taken()), *self._given(partial=False)]

    def _taken(self) -> bytes:
        """What was held, which is then held no more."""
        held = b"".join(self._held)
        self._held, self._size = [], 0
        self._prefix_validator.ended(len(held))
        self._token_limit = TokenLimit()
        return held

    def _hold(self, data: bytes) -> None:
        if not self._held:
            data = data.lstrip()
            if not data:
                return
        self._held.append(data)
        self._size += len(data)
        self._token_limit.hold(data)
        if self._prefix_validator.due(self._size):
            with decoding(FORMAT):
                self._prefix_validator.look(b"".join(self._held))

    def _read(self, lines: bytes) -> list[StatementResult]:
        with decoding(FORMAT), gc_paused():
            rows = _decoder.decode_lines(lines)
        return [piece for row in rows for piece in self._add(row)]

    def _add(self, row: Row) -> list[StatementResult]:
        name = row.pop(_MEASUREMENT, "")
        if not isinstance(name, str):
            raise DecodeError(f"the name of a measurement is text, not {name!r}")
        pieces: list[StatementResult] = []
        if name != self._name:
            pieces = self._given(partial=False)
            self._name, self._columns = name, {}
            self._cells = self._values = 0
        elif self._is_full():
            pieces = self._given(partial=True)
        for column in row:
            self._columns.setdefault(column, len(self._columns))
        self._rows.append(row)
        return pieces

    def _is_full(self) -> bool:
        rows = len(self._rows)
        return rows >= PIECE_ROWS or rows * len(self._columns) >= PIECE_CELLS

    def _count(self) -> None:
        """Bound the cells of a table whose rows have other columns each.

        Raises:
            DecodeError: nearly all of many cells are empty.
        """
        self._cells += len(self._rows) * len(self._columns)
        self._values += sum(map(len, self._rows))
        if self._cells > MANY_CELLS and self._cells > EMPTY_CELLS * self._values:
            counted = f"{len(self._columns)} columns for {self._values} values"
            raise DecodeError(f"rows with ever new columns: {counted}")

    def _given(self, *, partial: bool) -> list[StatementResult]:
        if not self._rows:
            return []
        self._count()
        series = self._by_column(partial) if self._columnar else self._by_row(partial)
        self._rows = []
        return [StatementResult(0, (series,))]

    def _by_row(self, partial: bool) -> Series:
        columns = tuple(self._columns)
        values = [[row.get(column) for column in columns] for row in self._rows]
        return Series(self._name or "", columns, values, partial=partial)

    def _by_column(self, partial: bool) -> Series:
        columns = tuple(self._columns)
        data = [column_of([row.get(name) for row in self._rows], name) for name in columns]
        return ColumnSeries(self._name or "", columns, data, partial=partial)
