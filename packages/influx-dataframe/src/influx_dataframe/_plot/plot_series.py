"""Converts series to lines to draw: one for each field and each combination of tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from influx_core import ColumnSeries, ConfigError, QueryResult, Series, StatementResult
from influx_core.columns import Column, column_of, concat_columns
from influx_dataframe._from_frame import read_batches
from influx_dataframe._result_tables import TIME

__all__ = ["Drawable", "PlotLine", "plot_lines", "series_of"]

Drawable: TypeAlias = Series | StatementResult | QueryResult | Iterable[Series] | Any
"""Series, results, and the frames that `influx_dataframe.encode_frame` takes."""

_NUMBERS = ("integer", "unsigned", "float")


@dataclass(frozen=True, slots=True)
class PlotLine:
    """One line.

    Attributes:
        label: the tags it stands for, or the measurement where there are none.
        times: nanoseconds since 1970.
        values: None where the line is interrupted.
    """

    label: str
    times: list[int]
    values: list[float | None]


def series_of(source: Drawable, tags: Iterable[str] = ()) -> list[ColumnSeries]:
    """The series of a result, those given, or those that a frame makes.

    Args:
        source: what is to be drawn.
        tags: for a frame, the columns that distinguish the lines.

    Raises:
        ConfigError: the frame has no times, or no such column.
        TypeError: it is nothing that can be drawn.
    """
    if isinstance(source, Series):
        return [ColumnSeries.of(source)]
    if isinstance(source, StatementResult | QueryResult):
        return list(map(ColumnSeries.of, source.series))
    if isinstance(source, list | tuple) and all(isinstance(one, Series) for one in source):
        return list(map(ColumnSeries.of, source))
    return list(_of_frame(source, (tags,) if isinstance(tags, str) else tuple(tags)))


def _of_frame(frame: Any, tags: tuple[str, ...]) -> Iterator[ColumnSeries]:
    """A series for each combination of tags, in the order in which they appear."""
    found = list(read_batches(frame, tags))
    names = {name: None for batch in found for name in batch.columns}
    time = next((batch.time for batch in found if batch.time is not None), TIME)
    missing = [name for name in (time, *tags) if name not in names]
    if found and missing:
        raise ConfigError(f"the frame has no {', '.join(missing)}; it has {', '.join(names)}")
    whole = {
        name: concat_columns([batch.columns[name].column for batch in found]) for name in names
    }
    rows: dict[tuple[Any, ...], list[int]] = {}
    length = sum(batch.length for batch in found)
    keys = zip(*(whole[tag].to_list() for tag in tags), strict=True) if tags else [()] * length
    for row, key in enumerate(keys):
        rows.setdefault(key, []).append(row)
    columns = [name for name in names if name not in (time, *tags)]
    values = [whole[name].to_list() for name in (time, *columns) if found]
    for key, chosen in rows.items():
        data = [column_of([column[row] for row in chosen]) for column in values[1:]]
        times = Column.of([values[0][row] for row in chosen], "time")
        labels = {tag: str(value) for tag, value in zip(tags, key, strict=True)}
        yield ColumnSeries("", (TIME, *columns), (times, *data), tags=labels)


def plot_lines(
    series: Sequence[ColumnSeries], fields: Iterable[str] = ()
) -> dict[str, list[PlotLine]]:
    """The lines of every field, in the order of the columns.

    Args:
        series: where they come from.
        fields: the columns to draw; by default all columns of numbers.

    Raises:
        ConfigError: there is no such column, or none of numbers.
    """
    wanted = tuple(fields)
    measurements = {one.name for one in series}
    drawn: dict[str, list[PlotLine]] = {name: [] for name in wanted}
    for one in series:
        if TIME not in one.columns:
            continue
        times = one.data[one.columns.index(TIME)].to_list()
        label = _label(one, len(measurements) > 1)
        for name, column in zip(one.columns, one.data, strict=True):
            if column.kind in _NUMBERS and (name in drawn or not wanted):
                line = PlotLine(label, times, column.to_list())
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
