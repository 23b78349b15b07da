"""The values of a table in even distances of time, for `holtWinters`.

Each interval is a bucket around a multiple of it. The first row of a bucket counts, also if its
value is null; a bucket without rows is null.

Source: https://docs.influxdata.com/flux/v0/stdlib/universe/holtwinters/
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = ["ForecastSeries", "forecast_series"]


@dataclass(slots=True)
class ForecastSeries:
    """Values in even distances.

    Attributes:
        values: the values, beginning with one that is not null; NaN for null.
        start: the time of the first row.
        stop: the time of the row that gave the last value.
    """

    values: list[float] = field(default_factory=list[float])
    start: int = 0
    stop: int = 0


def forecast_series(points: Iterable[tuple[int | None, float | None]], step: int) -> ForecastSeries:
    """Return the values of rows in even distances; rows without a time don't count.

    Args:
        points: the times and values of the rows.
        step: nanoseconds between two values of the result.
    """
    series = ForecastSeries()
    bucket = 0
    for time, value in points:
        if time is None or (value is None and not series.values):
            continue
        here = _rounded(time, step)
        if not series.values:
            series.start, bucket = time, here
        elif here <= bucket:
            continue
        else:
            series.values += [math.nan] * ((here - bucket) // step - 1)
            series.stop, bucket = time, here
        series.values.append(math.nan if value is None else float(value))
    return series


def _rounded(time: int, step: int) -> int:
    """The nearest multiple of a step; from the middle the next one, before 1970 the later one."""
    rest = time % step if time >= 0 else -(-time % step)
    return time - rest if rest + rest < step else time + step - rest
