"""QueryResult and StatementResult: the results of queries; joins the pieces of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn, SupportsIndex, overload

from influx_core._results.keyed_tuple import KeyedTuple
from influx_core._results.series import Series
from influx_core._runtime.gc_pause import gc_paused
from influx_core.errors import UnexpectedRows
from influx_core.timestamps import Precision

__all__ = ["Message", "QueryResult", "SeriesTuple", "StatementResult", "merge_results"]


@dataclass(frozen=True, slots=True)
class Message:
    """A remark of the server on a statement, such as a deprecation warning."""

    level: str
    text: str


class SeriesTuple(tuple[Series, ...]):
    """A tuple of series; an error for a missing index lists the series that exist."""

    __slots__ = ()

    @overload
    def __getitem__(self, index: SupportsIndex) -> Series: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Series, ...]: ...
    def __getitem__(self, index: SupportsIndex | slice) -> Series | tuple[Series, ...]:
        try:
            return super().__getitem__(index)
        except IndexError:
            told = ", ".join(repr(series.name) for series in self) or "none: no points were found"
            raise IndexError(f"there is no series {index}; there are: {told}") from None


@dataclass(frozen=True, slots=True)
class StatementResult:
    """The result of one statement, or a piece of it.

    Attributes:
        statement_id: position of the statement in the query, from 0; None for an error that belongs
            to no statement.
        series: its series, in the server's order.
        messages: remarks of the server.
        error: the error message if the statement failed.
        partial: whether more pieces of this statement follow.
        name: the name of a Flux result, as `yield` gives it; empty for other languages.
        reference: the number of a Flux error, if it has one.
    """

    statement_id: int | None
    series: tuple[Series, ...] = ()
    messages: tuple[Message, ...] = ()
    error: str | None = None
    partial: bool = False
    name: str = ""
    reference: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.series, SeriesTuple):
            object.__setattr__(self, "series", SeriesTuple(self.series))

    def with_epoch(self, epoch: Precision | None) -> StatementResult:
        """The same result, with the times of its series in another form."""
        return StatementResult(
            self.statement_id,
            SeriesTuple([series.with_epoch(epoch) for series in self.series]),
            self.messages,
            self.error,
            self.partial,
            self.name,
            self.reference,
        )

    def __getitem__(self, index: object) -> NoReturn:
        """Say where the series are.

        Raises:
            TypeError: always.
        """
        raise TypeError(
            f"the result of a statement has no [{index!r}]: its series are result[0].series, the "
            "rows of all of them result.rows()"
        )

    def _repr_html_(self) -> str:
        from html import escape

        remarks = [self.error] if self.error is not None else []
        remarks += [f"{message.level}: {message.text}" for message in self.messages]
        told = "".join(f"<p>{escape(remark)}</p>" for remark in remarks)
        return told + "".join(series._repr_html_() for series in self.series) or "<p>no series</p>"


@dataclass(frozen=True, slots=True)
class QueryResult(Sequence[StatementResult]):
    """The results of all statements of a query, in their order."""

    statements: tuple[StatementResult, ...] = ()

    @overload
    def __getitem__(self, index: int) -> StatementResult: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[StatementResult, ...]: ...
    def __getitem__(self, index: int | slice) -> StatementResult | tuple[StatementResult, ...]:
        if isinstance(index, str):
            raise TypeError(
                f"a result has no [{index!r}]: its series are result.series, their rows "
                "result.rows(), the first one result.first()"
            )
        try:
            return self.statements[index]
        except IndexError:
            raise IndexError(f"there is no statement {index}: the result has {len(self)}") from None

    def __len__(self) -> int:
        return len(self.statements)

    def _repr_html_(self) -> str:
        return "".join(result._repr_html_() for result in self.statements)

    @property
    def series(self) -> tuple[Series, ...]:
        """The series of all statements."""
        return SeriesTuple(series for result in self.statements for series in result.series)

    def with_epoch(self, epoch: Precision | None) -> QueryResult:
        """The same results, with the times of all series in another form."""
        return QueryResult(tuple(result.with_epoch(epoch) for result in self.statements))

    def rows(self) -> list[KeyedTuple]:
        """The rows of all series, in their order; an empty list if there are none."""
        with gc_paused():
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
        """The only value of the only row, besides its time; None if there are no rows.

        Raises:
            UnexpectedRows: there is more than one row, or more than one column besides the time.
        """
        if self.first() is None:
            return None
        row = self.one()
        names = [name for name in row.columns if name != row.time_column] or [row.time_column]
        if len(names) != 1:
            raise UnexpectedRows(f"the row has the columns {', '.join(names)}, not one", rows=1)
        return row[names[0]]


def merge_results(pieces: Iterable[StatementResult]) -> QueryResult:
    """Join the pieces of a chunked response: one result per statement, with complete series."""
    pieces = tuple(pieces)
    if len(pieces) == 1 and len(pieces[0].series) == 1:
        return QueryResult(pieces)
    merged: dict[int | None, _Merging] = {}
    for piece in pieces:
        merging = merged.get(piece.statement_id)
        if merging is None:
            merging = merged[piece.statement_id] = _Merging(piece)
        merging.add(piece)
    return QueryResult(tuple(merging.result() for merging in merged.values()))


class _Merging:
    """The pieces of one statement, being put together; linear in the number of rows."""

    def __init__(self, first: StatementResult) -> None:
        self._first = first
        self._pieces = 0
        self._series: list[list[Series]] = []
        self._messages: list[Message] = []
        self._error: str | None = None
        self._partial = False

    def add(self, piece: StatementResult) -> None:
        self._pieces += 1
        for series in piece.series:
            if self._series and series.continues(self._series[-1][-1]):
                self._series[-1].append(series)
            else:
                self._series.append([series])
        self._messages.extend(piece.messages)
        self._error = self._error or piece.error
        self._partial = piece.partial

    def result(self) -> StatementResult:
        if self._pieces == 1 and len(self._series) == len(self._first.series):
            return self._first
        series = tuple(map(Series.joined, self._series))
        return replace(
            self._first,
            series=series,
            messages=tuple(self._messages),
            error=self._error,
            partial=self._partial,
        )
