"""The answers of statements, before anybody has chosen a format for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from influx_testing.engine.select import Selection
from influx_testing.engine.storage import Tags

__all__ = ["Result", "ResultSeries", "chunks", "table"]


@dataclass(slots=True)
class ResultSeries:
    """Rows of one series.

    Attributes:
        name: the measurement; empty where the server gives none.
        tags: None where there is no grouping.
        has_time: whether the first column is a time, in ns since 1970.
        partial: whether more rows of the same series follow in the next piece.
    """

    name: str
    columns: list[str]
    values: list[list[Any]]
    tags: dict[str, str] | None = None
    has_time: bool = False
    partial: bool = False

    def is_same(self, other: ResultSeries) -> bool:
        """Whether rows of the other one belong to this one."""
        return (self.name, self.tags) == (other.name, other.tags)


@dataclass(slots=True)
class Result:
    """A piece of the answer of one statement; `partial` if another one follows."""

    series: list[ResultSeries] = field(default_factory=list[ResultSeries])
    statement_id: int = 0
    messages: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    error: str = ""
    partial: bool = False


def table(
    columns: list[str], rows: Iterable[Iterable[Any]], name: str = ""
) -> ResultSeries:
    """Make a series that has no time."""
    return ResultSeries(name, columns, [list(row) for row in rows])


def chunks(selection: Selection, size: int) -> Iterator[Result]:
    """Cut the rows of a SELECT into results of one series and at most `size` rows."""
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
    yield Result([] if current is None else [current])


def _series(selection: Selection, key: tuple[str, Tags]) -> ResultSeries:
    name, tags = key
    return ResultSeries(name, selection.columns, [], dict(tags) or None, has_time=True)
