"""The results of statements, independent of a response format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Any

from influx_testing._engine.select import SelectResult
from influx_testing._engine.storage.shards import Tags

__all__ = ["Result", "ResultSeries", "chunks", "merged", "one_by_one", "pieces", "table"]


@dataclass(slots=True)
class ResultSeries:
    """Rows of one series.

    Attributes:
        name: the measurement; empty if the server returns none.
        tags: the tags of GROUP BY; None without it.
        has_time: whether the first column is a time, in ns since 1970.
        zone: the time zone in which the time is shown; None means UTC.
        partial: whether more rows of the same series follow in the next piece.
        forgotten: the columns of a type that CSV does not write; it repeats their names instead.
    """

    name: str
    columns: list[str]
    values: list[list[Any]]
    tags: dict[str, str] | None = None
    has_time: bool = False
    zone: tzinfo | None = None
    partial: bool = False
    forgotten: frozenset[str] = frozenset()

    def is_same(self, other: ResultSeries) -> bool:
        """Whether rows of another object belong to the same series."""
        return (self.name, self.tags) == (other.name, other.tags)


@dataclass(slots=True)
class Result:
    """A piece of the result of one statement; `partial` is true if another piece follows.

    Attributes:
        columns: the columns of a result without rows; empty if they are not known.
    """

    series: list[ResultSeries] = field(default_factory=list[ResultSeries])
    statement_id: int = 0
    messages: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    error: str = ""
    partial: bool = False
    columns: list[str] = field(default_factory=list[str])


def table(columns: list[str], rows: Iterable[Iterable[Any]], name: str = "") -> ResultSeries:
    """Create a series without a time column."""
    return ResultSeries(name, columns, [list(row) for row in rows])


def chunks(selection: SelectResult, size: int) -> Iterator[Result]:
    """Divide the rows of a SELECT into results of one series and at most `size` rows."""
    current: ResultSeries | None = None
    group: object = None
    for row in selection.rows:
        if current is None:
            current = _series(selection, row.key)
        elif row.key != group or len(current.values) >= size:
            current.partial = row.key == group
            yield Result([current], partial=True)
            current = _series(selection, row.key)
        group = row.key
        current.values.append([row.time, *row.values])
    if current is None:
        yield Result(columns=_empty_columns(selection))
    else:
        yield Result([current])


def _empty_columns(selection: SelectResult) -> list[str]:
    """The columns of a SELECT without rows: time, the tags of GROUP BY, and the others."""
    if not selection.is_known:
        return []
    time, *others = selection.columns
    return [time, *selection.group_by, *others]


def pieces(shown: Sequence[ResultSeries], size: int) -> Iterator[Result]:
    """Divide complete series into results of one series and at most `size` rows."""
    parts = [
        replace(
            series, values=series.values[at : at + size], partial=at + size < len(series.values)
        )
        for series in shown
        for at in range(0, len(series.values), size)
    ]
    for part in parts:
        yield Result([part], partial=part is not parts[-1])
    if not parts:
        yield Result()


def one_by_one(shown: Sequence[ResultSeries]) -> Iterator[Result]:
    """Yield each series as a separate result."""
    for series in shown:
        yield Result([series])
    if not shown:
        yield Result()


def _series(selection: SelectResult, key: tuple[str, Tags]) -> ResultSeries:
    name, tags = key
    shown = dict(tags) or None
    return ResultSeries(name, selection.columns, [], shown, has_time=True, zone=selection.zone)


def merged(results: Iterable[Result], row_limit: int = 0) -> list[Result]:
    """Join the results of each statement, as the server does without chunks.

    Args:
        results: the results, in order.
        row_limit: the most rows; 0 means no limit.
    """
    whole: list[Result] = []
    rows = 0
    for result in results:
        if row_limit:
            rows = _cut(result, row_limit, rows)
        if whole and whole[-1].statement_id == result.statement_id:
            if result.error:
                whole[-1] = result
                continue
            _append(whole[-1], result)
        else:
            whole.append(result)
        if row_limit and rows >= row_limit:
            result.partial = False  # the whole stays partial if this was not its first part
            break
    return whole


def _append(whole: Result, result: Result) -> None:
    """Append a result; rows of the last series are appended to it."""
    while result.series and whole.series and whole.series[-1].is_same(result.series[0]):
        whole.series[-1].values += result.series.pop(0).values
    whole.series += result.series
    whole.messages += result.messages
    whole.partial = result.partial


def _cut(result: Result, limit: int, rows: int) -> int:
    """Truncate a result at the limit of rows; return the new number of rows."""
    for index, series in enumerate(result.series):
        room = limit - rows
        if room < len(series.values):
            series.values = series.values[:room]
            series.partial = True
        rows += len(series.values)
        if rows >= limit:
            del result.series[index + 1 :]
    return rows
