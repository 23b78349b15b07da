"""Converts InfluxQL results to rows of 3.x: one table, whose first column is the measurement."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from influx_testing._engine.statements.result_series import Result, ResultSeries
from influx_testing._flavors.formats.response_format import text_writer
from influx_testing._flavors.v3.row_formats import Record, TimeWriter, arrow_time

__all__ = ["Rows", "replace_infinities", "rows_of"]

_MEASUREMENT = "iox::measurement"

Rows = tuple[list[str], list[Record], dict[str, TimeWriter]]
"""The names of the columns, the rows, and how the columns of times are printed."""


def rows_of(results: Iterable[Result]) -> Rows:
    """The rows of all results of one statement; nulls are left out."""
    names: dict[str, None] = {}
    records: list[Record] = []
    times: dict[str, TimeWriter] = {}
    for result in results:
        if result.columns:
            names |= dict.fromkeys([_MEASUREMENT, *result.columns])
        for series in result.series:
            names |= dict.fromkeys(_names(series))
            if series.has_time:
                zone = series.zone
                times[series.columns[0]] = arrow_time if zone is None else text_writer(zone)
            records += _records(series)
    return list(names), records, times


def replace_infinities(results: Iterable[Result]) -> None:
    """Replace NaN and infinities by null, because JSON has no numbers for them."""
    for result in results:
        for series in result.series:
            series.values = [[_finite(value) for value in row] for row in series.values]


def _finite(value: Any) -> Any:
    return None if value.__class__ is float and not math.isfinite(value) else value


def _names(series: ResultSeries) -> list[str]:
    measurement = [_MEASUREMENT] if series.name else []
    tags = list(series.tags or {})
    if not series.has_time:
        return [*measurement, *tags, *series.columns]
    return [*measurement, series.columns[0], *tags, *series.columns[1:]]


def _records(series: ResultSeries) -> Iterable[Record]:
    shared: Record = {_MEASUREMENT: series.name} if series.name else {}
    tags = {key: value for key, value in (series.tags or {}).items() if value}
    for row in series.values:
        cells = dict(zip(series.columns, row, strict=True))
        if series.has_time:
            time = series.columns[0]
            cells = {time: cells.pop(time), **tags, **cells}
        yield shared | {name: value for name, value in cells.items() if value is not None}
