"""Series as lines to draw: one for each field and each combination of tags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from influx_core import ConfigError, QueryResult, Series, StatementResult
from influx_core.columnar import ColumnSeries
from influx_dataframe.tables import TIME

__all__ = ["Drawable", "Line", "lines", "series_of"]

Drawable: TypeAlias = Series | StatementResult | QueryResult | Iterable[Series]

_NUMBERS = ("integer", "unsigned", "float")


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    Attributes:
        label: the tags it stands for, or the measurement where there are none.
        times: nanoseconds since 1970.
        values: None where the line is interrupted.
    """

    label: str
    times: list[int]
    values: list[float | None]


def series_of(source: Drawable) -> list[ColumnSeries]:
    """The series of a result, or those given."""
    if isinstance(source, Series):
        return [ColumnSeries.of(source)]
    found = source.series if isinstance(source, StatementResult | QueryResult) else source
    return list(map(ColumnSeries.of, found))


def lines(series: Sequence[ColumnSeries], fields: Iterable[str] = ()) -> dict[str, list[Line]]:
    """The lines of every field, in the order of the columns.

    Args:
        series: where they come from.
        fields: the columns to draw; all columns of numbers unless given.

    Raises:
        ConfigError: there is no such column, or none of numbers.
    """
    wanted = tuple(fields)
    measurements = {one.name for one in series}
    drawn: dict[str, list[Line]] = {name: [] for name in wanted}
    for one in series:
        if TIME not in one.columns:
            continue
        times = one.data[one.columns.index(TIME)].to_list()
        label = _label(one, len(measurements) > 1)
        for name, column in zip(one.columns, one.data, strict=True):
            if column.kind in _NUMBERS and (name in drawn or not wanted):
                line = Line(label, times, column.to_list())
                drawn.setdefault(name, []).append(line)
    if not drawn or not all(drawn.values()):
        _refuse(series, [name for name, found in drawn.items() if not found])
    return drawn


def _label(series: Series, several: bool) -> str:
    tags = ", ".join(f"{key}={value}" for key, value in series.tags.items())
    return " ".join(filter(None, (series.name if several or not tags else "", tags)))


def _refuse(series: Iterable[ColumnSeries], missing: Iterable[str]) -> None:
    kinds = {
        name: column.kind
        for one in series
        for name, column in zip(one.columns, one.data, strict=True)
    }
    there = ", ".join(f"{name} ({kind})" for name, kind in kinds.items()) or "no columns"
    what = ", ".join(missing) or "column of numbers beside times"
    raise ConfigError(f"there is no {what} to draw; there are {there}")
