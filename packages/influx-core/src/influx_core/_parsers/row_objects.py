"""Collects the row objects of InfluxDB 3 into pieces of series.

Consecutive rows of one measurement form a series; tags are columns. A row may leave out columns
without a value.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from copy import copy
from itertools import islice
from typing import Any, ClassVar, Literal, Self

from influx_core._columns.arrow_layout import Column
from influx_core._columns.column_types import TIME, column_of
from influx_core._columns.server_times import server_times
from influx_core._parsers.column_hints import NO_HINTS, ColumnHints
from influx_core._results.column_series import ColumnSeries
from influx_core._results.query_result import StatementResult
from influx_core._results.series import Series
from influx_core.errors import ConfigError, DecodeError
from influx_core.interfaces import ResponseParser

__all__ = ["MEASUREMENT", "PIECE_ROWS", "RowCollector", "RowObjectsDeserializer"]

Row = dict[str, Any]
TimeColumns = Literal["all", "time"]

PIECE_ROWS = 10_000
"""The number of rows in a piece of a series."""

PIECE_CELLS = 1_000_000
"""The number of cells, including empty ones, that completes a piece."""

MANY_CELLS = 10_000_000
EMPTY_CELLS = 1_000
"""A table of over MANY_CELLS needs a value in one of EMPTY_CELLS; a table of InfluxDB 3 has at most
500 columns."""

MEASUREMENT = "iox::measurement"
"""The column with the measurement of a row of InfluxQL; SQL has no such column."""


class RowCollector:
    """Collects rows, as objects or as tuples of the columns known so far.

    Args:
        columnar: whether the series store columns.
        hints: which columns are read as times if their values all have the form of times.
    """

    def __init__(self, *, columnar: bool = False, hints: ColumnHints = NO_HINTS) -> None:
        self._columnar = columnar
        self._may_be_time = hints.may_be_time
        self._name: str | None = None
        self._columns: dict[str, int] = {}
        self._rows: list[Row] = []
        self._tuples: list[tuple[Any, ...]] = []
        self._cells = self._values = 0

    @property
    def name(self) -> str | None:
        """The measurement of the latest row; None before the first row."""
        return self._name

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the current series."""
        return tuple(self._columns)

    def add_objects(self, rows: Iterable[Row]) -> list[StatementResult]:
        """Add rows; return the pieces that they complete.

        Raises:
            DecodeError: the name of a measurement is not text, or nearly all cells are empty.
        """
        self._tuples_to_rows()
        pieces: list[StatementResult] = []
        for row in rows:
            pieces += self._add(row)
        return pieces

    def add_tuples(self, rows: Iterable[tuple[Any, ...]]) -> list[StatementResult]:
        """Add rows of the current series, as values of `columns`; return completed pieces."""
        if self._rows:
            names = self.columns
            self._tuples = [tuple(map(row.get, names)) for row in self._rows]
            self._rows = []
        self._tuples.extend(rows)
        size = max(1, min(PIECE_ROWS, PIECE_CELLS // max(len(self._columns), 1)))
        pieces: list[StatementResult] = []
        while len(self._tuples) > size:
            pieces += self._of_tuples(size, partial=True)
        return pieces

    def finish(self) -> list[StatementResult]:
        """Return the remaining rows."""
        if self._tuples:
            return self._of_tuples(len(self._tuples), partial=False)
        return self._of_objects(partial=False)

    def _add(self, row: Row) -> list[StatementResult]:
        name = row.pop(MEASUREMENT, "")
        if not isinstance(name, str):
            raise DecodeError(f"the name of a measurement is text, not {name!r}")
        pieces: list[StatementResult] = []
        if name != self._name:
            pieces = self._of_objects(partial=False)
            self._name, self._columns = name, {}
            self._cells = self._values = 0
        elif self._is_full():
            pieces = self._of_objects(partial=True)
        for column in row:
            self._columns.setdefault(column, len(self._columns))
        self._rows.append(row)
        return pieces

    def _is_full(self) -> bool:
        rows = len(self._rows)
        return rows >= PIECE_ROWS or rows * len(self._columns) >= PIECE_CELLS

    def _count(self) -> None:
        """Limit the memory for rows that each have different columns.

        Raises:
            DecodeError: the table has many cells, and nearly all of them are empty.
        """
        self._cells += len(self._rows) * len(self._columns)
        self._values += sum(map(len, self._rows))
        if self._cells > MANY_CELLS and self._cells > EMPTY_CELLS * self._values:
            counted = f"{len(self._columns)} columns for {self._values} values"
            raise DecodeError(f"nearly all cells of the rows are empty: {counted}")

    def _tuples_to_rows(self) -> None:
        """Convert the collected tuples to objects, because rows with other columns follow."""
        names = self.columns
        self._rows += [
            {name: value for name, value in zip(names, row, strict=True) if value is not None}
            for row in self._tuples
        ]
        self._tuples = []

    def _of_objects(self, *, partial: bool) -> list[StatementResult]:
        if not self._rows:
            return []
        self._count()
        rows, self._rows = self._rows, []
        values = [[row.get(column) for row in rows] for column in self._columns]
        return [self._piece(values, len(rows), partial)]

    def _of_tuples(self, size: int, *, partial: bool) -> list[StatementResult]:
        rows = list(islice(self._tuples, size))
        del self._tuples[:size]
        return [self._piece(list(zip(*rows, strict=True)), len(rows), partial)]

    def _piece(
        self, values: Sequence[Sequence[Any]], length: int, partial: bool
    ) -> StatementResult:
        make = self._by_column if self._columnar else self._by_row
        return StatementResult(0, (make(values, length, partial),))

    def _by_row(self, values: Sequence[Sequence[Any]], length: int, partial: bool) -> Series:
        columns = self.columns
        times = [TIME]
        shown: list[Sequence[Any]] = []
        for name, column in zip(columns, values, strict=True):
            found = self._times(name, column)
            if found is not None and name != TIME:
                times.append(name)
            shown.append(column if found is None else found)
        rows = list(map(list, zip(*shown, strict=True))) if shown else [[] for _ in range(length)]
        name = self._name or ""
        return Series(name, columns, rows, partial=partial, times=tuple(times))

    def _by_column(self, values: Sequence[Sequence[Any]], length: int, partial: bool) -> Series:
        columns = self.columns
        data = [self._column(name, column) for name, column in zip(columns, values, strict=True)]
        return ColumnSeries(self._name or "", columns, data, partial=partial)

    def _column(self, name: str, values: Sequence[Any]) -> Column:
        times = self._times(name, values)
        return column_of(values, name) if times is None else Column.of(times, "time")

    def _times(self, name: str, values: Sequence[Any]) -> list[int | None] | None:
        return server_times(values) if self._may_be_time(name) else None


class RowObjectsDeserializer(ABC):
    """The deserializers of rows that are objects; see `JSONLinesDeserializer`.

    Attributes:
        name: the deserializer's name, for errors.
    """

    name: ClassVar[str]

    def __init__(self, *, times: TimeColumns = "all") -> None:
        if times not in ("all", "time"):
            raise ConfigError(f"{self.name}: times {times!r} is neither 'all' nor 'time'")
        self._only_time = times == "time"
        self.hints = NO_HINTS.limited_to_time() if self._only_time else NO_HINTS

    def with_hints(self, hints: ColumnHints) -> Self:
        """Return a deserializer that does not guess where a query tells the types."""
        made = copy(self)
        made.hints = hints.limited_to_time() if self._only_time else hints
        return made

    def start(self) -> ResponseParser:
        """Return a parser for one response."""
        return self.parser(RowCollector(hints=self.hints))

    def start_columns(self) -> ResponseParser:
        """Return a parser for one response, whose series store columns."""
        return self.parser(RowCollector(columnar=True, hints=self.hints))

    @abstractmethod
    def parser(self, rows: RowCollector) -> ResponseParser:
        """Return a parser for one response, which collects its rows there."""
