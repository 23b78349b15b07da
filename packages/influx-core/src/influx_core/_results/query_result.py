"""What queries answer: series of rows, one result a statement, all statements together.

Times are integer nanoseconds since 1970 inside; datetimes and texts are made when somebody looks.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from itertools import repeat
from types import MappingProxyType
from typing import Any, Literal, Self, TypeAlias, overload

from influx_core._results.dataframe_accessors import ResultFrames, SeriesFrames
from influx_core._results.html import SHOWN_ROWS, html_table
from influx_core.errors import UnexpectedRows
from influx_core.timestamps import (
    MAX_NS,
    MIN_NS,
    Precision,
    from_ns,
    to_datetime,
    to_ns,
    to_rfc3339,
)

__all__ = ["KeyedTuple", "Message", "QueryResult", "Series", "StatementResult", "merge"]

Shows: TypeAlias = Precision | Literal["as it came"] | None

_NO_TAGS: Mapping[str, str] = MappingProxyType({})


class NoSuchColumn(AttributeError, KeyError):
    """A row has no such column; both errors, since a column is an attribute and a key."""

    def __str__(self) -> str:
        return str(self.args[0])


@functools.total_ordering
class KeyedTuple:
    """One row of an answer; its columns are attributes, keys and positions.

    The column `time` is an aware datetime in UTC, cut to microseconds; `time_ns` has every digit.
    A column whose name is taken by a method is reached as a key: `row["time_ns"]`.

    Args:
        columns: column names and their positions.
        row: the values; times as integer nanoseconds, RFC 3339 text or datetimes.
    """

    __slots__ = ("_row", "columns")

    def __init__(self, columns: dict[str, int], row: Sequence[Any]) -> None:
        self.columns = columns
        self._row = row

    @property
    def time(self) -> Any:
        """The time of the row, an aware datetime in UTC; None where the server sent none.

        Raises:
            AttributeError: there is no column `time`.
        """
        value = self._row[self._position("time")]
        return None if value is None else _as_datetime(value)

    @property
    def time_ns(self) -> int | None:
        """The time of the row in nanoseconds since 1970; None where the server sent none.

        Raises:
            AttributeError: there is no column `time`.
        """
        value = self._row[self._position("time")]
        return None if value is None else to_ns(value, naive="utc")

    def _asdict(self) -> dict[str, Any]:
        """The columns and their values, as a new dict."""
        return {name: self._value(position) for name, position in self.columns.items()}

    def _position(self, name: str) -> int:
        try:
            return self.columns[name]
        except KeyError:
            known = ", ".join(self.columns)
            raise NoSuchColumn(f"no such column: {name}; there are {known}") from None

    def _value(self, position: int) -> Any:
        value = self._row[position]
        if value is None or position % len(self._row) != self.columns.get("time"):
            return value
        return _as_datetime(value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._value(self._position(name))

    @overload
    def __getitem__(self, key: str | int) -> Any: ...
    @overload
    def __getitem__(self, key: slice) -> list[Any]: ...
    def __getitem__(self, key: str | int | slice) -> Any:
        if isinstance(key, slice):
            return list(self)[key]
        return self._value(key if isinstance(key, int) else self._position(key))

    def __len__(self) -> int:
        return len(self._row)

    def __iter__(self) -> Iterator[Any]:
        return map(self._value, range(len(self._row)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, KeyedTuple):
            return NotImplemented
        return self.columns == other.columns and self._comparable() == other._comparable()

    __hash__ = None  # type: ignore[assignment]

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, KeyedTuple) or self.columns != other.columns:
            return NotImplemented
        return self._comparable() < other._comparable()

    def _comparable(self) -> list[Any]:
        values = list(self._row)
        if "time" in self.columns:
            values[self.columns["time"]] = self.time_ns
        return values

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
        return f"KeyedTuple({inside})"


class Series(SeriesFrames):
    """Rows of one measurement, or of one combination of tags of it.

    Args:
        name: the measurement; an answer to a SHOW may have an empty one.
        columns: the names of the columns.
        values: the rows, each with a value for every column; times as integer nanoseconds or
            RFC 3339 text.
        tags: the tags the query grouped by, with the values all rows share.
        partial: the server said that rows of this series are missing here: they follow in another
            piece, or a limit of the server cut them off.

    Attributes:
        shows: the unit in which `values` has times, or None for RFC 3339 text; see `showing`.
    """

    __slots__ = ("_rows", "_values", "columns", "name", "partial", "shows", "tags")

    def __init__(
        self,
        name: str,
        columns: Iterable[str],
        values: list[list[Any]],
        *,
        tags: Mapping[str, str] | None = None,
        partial: bool = False,
    ) -> None:
        self.name = name
        self.columns = tuple(columns)
        self.tags = MappingProxyType(dict(tags)) if tags else _NO_TAGS
        self.partial = partial
        self._rows = values
        self.shows: Shows = "as it came"
        self._values: tuple[Shows, list[list[Any]]] | None = None

    @property
    def rows(self) -> list[list[Any]]:
        """The rows as they came: a server's times are integer nanoseconds."""
        return self._rows

    @property
    def values(self) -> list[list[Any]]:
        """The rows as lists, times in the form the query asked for with `epoch`.

        Without an `epoch`, times are RFC 3339 text as the server prints it.
        """
        if self.shows == "as it came" or "time" not in self.columns:
            return self.rows
        if self._values is None or self._values[0] != self.shows:
            position = self.columns.index("time")
            self._values = self.shows, [_shown(row, position, self.shows) for row in self.rows]
        return self._values[1]

    def showing(self, epoch: Precision | None) -> Self:
        """The same series with `values` that show times in another form.

        Args:
            epoch: a unit, for integers; None for RFC 3339 text.
        """
        shown = copy(self)
        shown.shows = epoch
        return shown

    @staticmethod
    def joined(pieces: Sequence[Series]) -> Series:
        """One series with the rows of all its pieces, in their order.

        A later piece may have more columns; earlier rows have None there.
        """
        return pieces[0].followed_by(pieces[1:])

    def followed_by(self, pieces: Sequence[Series]) -> Series:
        """This series with the rows of those pieces after its own; see `joined`."""
        if not pieces:
            return self
        last = pieces[-1]
        width = len(last.columns)
        rows = [
            row if len(row) == width else row + [None] * (width - len(row))
            for piece in (self, *pieces)
            for row in piece.rows
        ]
        made = Series(self.name, last.columns, rows, tags=self.tags, partial=last.partial)
        made.shows = self.shows
        return made

    def continues(self, other: Series) -> bool:
        """Whether this is the next piece of `other`."""
        return (
            other.partial
            and self.name == other.name
            and self.tags == other.tags
            and self.columns[: len(other.columns)] == other.columns
        )

    def __iter__(self) -> Iterator[KeyedTuple]:
        columns = {name: len(self.columns) - 1 - i for i, name in enumerate(self.columns[::-1])}
        return map(KeyedTuple, repeat(columns), self.rows)

    def __len__(self) -> int:
        return len(self._rows)

    def _first(self, count: int) -> list[list[Any]]:
        return self._rows[:count]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Series):
            return NotImplemented
        return (self.name, self.tags, self.columns) == (
            other.name,
            other.tags,
            other.columns,
        ) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        tags = f", tags={dict(self.tags)!r}" if self.tags else ""
        return f"<Series {self.name!r}{tags}, columns={list(self.columns)!r}, {len(self)} rows>"

    def _repr_html_(self) -> str:
        tags = ", ".join(f"{key}={value}" for key, value in self.tags.items())
        title = f"{self.name} {tags}".strip()
        shown = Series(self.name, self.columns, self._first(SHOWN_ROWS)).showing(None)
        return html_table(title, self.columns, shown.values, len(self))


@dataclass(frozen=True, slots=True)
class Message:
    """A remark of the server on a statement, such as a deprecation warning."""

    level: str
    text: str


@dataclass(frozen=True, slots=True)
class StatementResult(ResultFrames):
    """What one statement answered, or a piece of it.

    Attributes:
        statement_id: position of the statement in the query, from 0; None for an error that
            belongs to no statement.
        series: its series, in the server's order.
        messages: the server's remarks.
        error: the server's words if the statement failed.
        partial: more pieces of this statement follow.
    """

    statement_id: int | None
    series: tuple[Series, ...] = ()
    messages: tuple[Message, ...] = ()
    error: str | None = None
    partial: bool = False

    def showing(self, epoch: Precision | None) -> StatementResult:
        """The same result, its series showing times in another form."""
        return replace(self, series=tuple(series.showing(epoch) for series in self.series))

    def _repr_html_(self) -> str:
        remarks = [self.error] if self.error is not None else []
        remarks += [f"{message.level}: {message.text}" for message in self.messages]
        told = "".join(f"<p>{escape(remark)}</p>" for remark in remarks)
        return told + "".join(series._repr_html_() for series in self.series) or "<p>no series</p>"


@dataclass(frozen=True, slots=True)
class QueryResult(ResultFrames, Sequence[StatementResult]):
    """The results of all statements of a query, in their order."""

    statements: tuple[StatementResult, ...] = ()

    @overload
    def __getitem__(self, index: int) -> StatementResult: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[StatementResult, ...]: ...
    def __getitem__(self, index: int | slice) -> StatementResult | tuple[StatementResult, ...]:
        return self.statements[index]

    def __len__(self) -> int:
        return len(self.statements)

    def _repr_html_(self) -> str:
        return "".join(result._repr_html_() for result in self.statements)

    @property
    def series(self) -> tuple[Series, ...]:
        """The series of all statements."""
        return tuple(series for result in self.statements for series in result.series)

    def rows(self) -> list[KeyedTuple]:
        """The rows of all series, in their order; an empty list if there are none."""
        return [row for series in self.series for row in series]

    def first(self) -> KeyedTuple | None:
        """The first row; None if there are none."""
        return next((row for series in self.series for row in series), None)

    def one(self) -> KeyedTuple:
        """The only row.

        Raises:
            UnexpectedRows: there is none, or more than one.
        """
        rows = self.rows()
        if len(rows) != 1:
            raise UnexpectedRows(f"the result has {len(rows)} rows, not one", rows=len(rows))
        return rows[0]

    def scalar(self) -> Any:
        """The only value of the only row, beside its time; None if there are no rows.

        Raises:
            UnexpectedRows: there is more than one row, or more than one column beside `time`.
        """
        if self.first() is None:
            return None
        row = self.one()
        names = [name for name in row.columns if name != "time"] or ["time"]
        if len(names) != 1:
            raise UnexpectedRows(f"the row has the columns {', '.join(names)}, not one", rows=1)
        return row[names[0]]


def merge(pieces: Iterable[StatementResult]) -> QueryResult:
    """Put the pieces of a chunked answer together: one result a statement, whole series."""
    merged: dict[int | None, _Merging] = {}
    for piece in pieces:
        merged.setdefault(piece.statement_id, _Merging(piece.statement_id)).add(piece)
    return QueryResult(tuple(merging.result() for merging in merged.values()))


class _Merging:
    """The pieces of one statement, being put together; linear in the number of rows."""

    def __init__(self, statement_id: int | None) -> None:
        self._statement_id = statement_id
        self._series: list[list[Series]] = []
        self._messages: list[Message] = []
        self._error: str | None = None
        self._partial = False

    def add(self, piece: StatementResult) -> None:
        for series in piece.series:
            if self._series and series.continues(self._series[-1][-1]):
                self._series[-1].append(series)
            else:
                self._series.append([series])
        self._messages.extend(piece.messages)
        self._error = self._error or piece.error
        self._partial = piece.partial

    def result(self) -> StatementResult:
        series = tuple(map(Series.joined, self._series))
        return StatementResult(
            self._statement_id, series, tuple(self._messages), self._error, self._partial
        )


def _as_datetime(value: Any) -> datetime:
    if type(value) is int and MIN_NS <= value <= MAX_NS:
        return to_datetime(value)
    return to_datetime(to_ns(value, naive="utc"))


def _shown(row: list[Any], position: int, epoch: Precision | None) -> list[Any]:
    """A row with its time in another form."""
    return [*row[:position], _time(row[position], epoch), *row[position + 1 :]]


def _time(value: Any, epoch: Precision | None) -> Any:
    if value is None:
        return None
    ns = to_ns(value, naive="utc")
    return to_rfc3339(ns) if epoch is None else from_ns(ns, epoch)
