"""Statistics of several columns or of a curve: `integral`, `covariance`, `holtWinters`."""

from __future__ import annotations

from typing import Final

from influx_flux import FluxDuration
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.functions.universe.series.time_arguments import (
    time_values,
    unit_of,
)
from influx_testing._engine.flux.numeric.areas import Point, area, continued
from influx_testing._engine.flux.numeric.changes import kept_times
from influx_testing._engine.flux.numeric.forecast_series import ForecastSeries, forecast_series
from influx_testing._engine.flux.numeric.moments import covariance as covariance_of
from influx_testing._engine.flux.numeric.window_schedule import Bounds
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.column_values import (
    NUMBERS,
    numeric_column,
    required_column,
)
from influx_testing._engine.flux.table.keyed_table import KeyedTable, TableColumn, key_columns
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.select.functions.smoothing import smooth

__all__ = ["covariance", "holt_winters", "integral"]

_SECOND: Final = FluxDuration(0, 1_000_000_000)


def _one_row(table: KeyedTable, label: str, value: float | None) -> KeyedTable:
    columns = key_columns(table.key, 1)
    columns[label] = TableColumn("float", [value])
    return KeyedTable(table.key, columns, 1)


def _points(table: KeyedTable, time_column: str, column: str, function: str) -> list[Point]:
    """The times and values of the rows whose value is not null; of one time, the first row."""
    values = numeric_column(table, column, function).values
    times = time_values(table, time_column, f'no column "{time_column}" exists')
    try:
        kept = kept_times(times, function)
    except ValueError as error:
        raise FluxError(str(error)) from None
    rows = [(times[row], values[row]) for row in kept]
    return [(time, value) for time, value in rows if time is not None and value is not None]


@flux_function("universe", "integral")
def integral(
    tables: TableStream,
    unit: FluxDuration = _SECOND,
    column: str = "_value",
    time_column: str = "_time",
    interpolate: str = "",
) -> TableStream:
    """Return the area under a column for a unit of time.

    With `interpolate: "linear"` the curve is continued to the bounds of the table.
    """
    if interpolate not in ("", "linear"):
        raise FluxError(f'unsupported interpolation method: "{interpolate}"')
    nanoseconds = unit_of(unit)

    def run(table: KeyedTable) -> KeyedTable:
        points = _points(table, time_column, column, "integral")
        if interpolate:
            points = continued(points, _bounds_of(table))
        return _one_row(table, column, float(area(points, nanoseconds)))

    return tables.each(run)


def _bounds_of(table: KeyedTable) -> Bounds:
    for label in ("_start", "_stop"):
        if label not in table.key:
            raise FluxError(f"integral function needs {label} column to be part of group key")
    return Bounds(table.key["_start"], table.key["_stop"])


@flux_function("universe", "covariance")
def covariance(
    tables: TableStream, columns: list[str], pearsonr: bool = False, value_dst: str = "_value"
) -> TableStream:
    """Return the covariance of two columns, or Pearson's coefficient of correlation."""
    if len(columns) != 2:
        raise FluxError("must provide exactly two columns")

    def run(table: KeyedTable) -> KeyedTable:
        xs, ys = (
            required_column(table, label, "specified column does not exist in table: {label}")
            for label in columns
        )
        if xs.type != ys.type:
            raise FluxError("cannot compute the covariance between different types")
        if xs.type != "float":
            raise FluxError(f"covariance does not support {xs.type}")
        pairs = zip(xs.values, ys.values, strict=True)
        known = [(x, y) for x, y in pairs if x is not None and y is not None]
        return _one_row(table, value_dst, covariance_of(known, normalized=pearsonr))

    return tables.each(run)


@flux_function("universe", "holtWinters")
def holt_winters(
    tables: TableStream,
    n: int,
    interval: FluxDuration,
    with_fit: bool = False,
    column: str = "_value",
    time_column: str = "_time",
    seasonality: int = 0,
    with_min_sse: bool = False,
) -> TableStream:
    """Return n forecasts, one for each interval after the last row, or the fitted values too.

    The columns of the result are `_time` and `_value`, whatever those of the table are called.
    """
    if with_min_sse:
        raise FluxError("withMinSSE is not implemented", "not implemented")
    step = unit_of(interval, "interval")

    def run(table: KeyedTable) -> KeyedTable:
        times = time_values(table, time_column, f"cannot find time column {time_column}")
        found = required_column(table, column, "cannot find column {label}")
        if found.type not in NUMBERS:
            raise FluxError(f"holtWinters can work only on numerical types, got {found.type}")
        known = [time for time in times if time is not None]
        if known:
            tables.budget.take(max(n, 0) + (max(known) - min(known)) // step)
        series = forecast_series(zip(times, found.values, strict=True), step)
        forecast = _forecast(series, n, seasonality, with_fit=with_fit)
        start = series.start if with_fit else series.stop + step
        columns = key_columns(table.key, len(forecast))
        columns["_time"] = TableColumn("time", [start + at * step for at in range(len(forecast))])
        columns["_value"] = TableColumn("float", forecast)
        return KeyedTable(table.key, columns, len(forecast))

    return tables.each(run)


def _forecast(series: ForecastSeries, n: int, season: int, *, with_fit: bool) -> list[float]:
    """The values that Holt-Winters finds; none if there are too few in the series."""
    count = len(series.values)
    if n <= 0 or count < 2 or (season >= 2 and count < season):
        return []
    values = smooth(series.values, season, n)
    return values if with_fit else values[count:]
