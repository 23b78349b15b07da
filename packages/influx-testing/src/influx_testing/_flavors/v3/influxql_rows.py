"""Converts InfluxQL results to rows of 3.x: one table, whose first column is the measurement."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from influx_testing._engine.statements.result_series import Result, ResultSeries
from influx_testing._flavors.formats.response_format import text_writer
from influx_testing._flavors.v3.row_formats import Record, TimeWriter, arrow_time
from influx_testing._flavors.v3.v3_replies import ErrorReply

__all__ = ["BATCH_ROWS", "MEASUREMENT", "Rows", "column_names", "finite", "rows_of"]

MEASUREMENT = "iox::measurement"

BATCH_ROWS = 2_000
"""The rows that are made at once; between two batches other requests are served."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table.

    Attributes:
        names: the names of the columns, in order.
        times: how the columns of times are printed.
        batches: the rows; nulls are left out. A list if all of them are there, otherwise they are
            made while they are read.
    """

    names: list[str]
    times: dict[str, TimeWriter]
    batches: Iterable[Sequence[Record]]


def rows_of(results: Iterator[Result]) -> Rows:
    """The rows of all results of one statement.

    Only SELECT has partial results, and all of them have the same columns.
    """
    begun = [next(results)]
    if not begun[0].partial:
        begun += results
    names = dict.fromkeys(name for result in begun for name in column_names(result))
    times = {
        series.columns[0]: arrow_time if series.zone is None else text_writer(series.zone)
        for result in begun
        for series in result.series
        if series.has_time
    }
    records = [record for result in begun for record in _records(result)]
    if not begun[-1].partial:
        return Rows(list(names), times, [records])
    return Rows(list(names), times, _batches(records, results))


def _batches(records: list[Record], results: Iterable[Result]) -> Iterator[Sequence[Record]]:
    """The first records and those of more results, many at a time.

    Raises:
        ConnectionError: the query fails, after rows were sent.
    """
    try:
        for result in results:
            if len(records) >= BATCH_ROWS:
                yield records
                records = []
            records += _records(result)
    except ErrorReply as error:
        raise ConnectionError(error.text) from error
    yield records


def finite(results: Iterable[Result]) -> Iterator[Result]:
    """Replace NaN and infinities by null, because JSON has no numbers for them."""
    for result in results:
        for series in result.series:
            series.values = [[_finite(value) for value in row] for row in series.values]
        yield result


def _finite(value: Any) -> Any:
    return None if value.__class__ is float and not math.isfinite(value) else value


def column_names(result: Result) -> Iterator[str]:
    """The names of the columns of a result, some of them several times."""
    if result.columns:
        yield from (MEASUREMENT, *result.columns)
    for series in result.series:
        yield from _names(series)


def _names(series: ResultSeries) -> list[str]:
    measurement = [MEASUREMENT] if series.name else []
    tags = list(series.tags or {})
    if not series.has_time:
        return [*measurement, *tags, *series.columns]
    return [*measurement, series.columns[0], *tags, *series.columns[1:]]


def _records(result: Result) -> Iterator[Record]:
    for series in result.series:
        shared: Record = {MEASUREMENT: series.name} if series.name else {}
        tags = {key: value for key, value in (series.tags or {}).items() if value}
        for row in series.values:
            cells = dict(zip(series.columns, row, strict=True))
            if series.has_time:
                time = series.columns[0]
                cells = {time: cells.pop(time), **tags, **cells}
            yield shared | {name: value for name, value in cells.items() if value is not None}
