"""Holt-Winters forecasting: triple exponential smoothing with a damped trend.

The model is in `smoothing`.
"""

from __future__ import annotations

import math

from influx_query.nodes import Call, IntegerLiteral
from influx_testing._engine.select.functions.reducers import Reduced, Reducer
from influx_testing._engine.select.functions.smoothing import evenly_spaced, smooth
from influx_testing._engine.select.run.point_runs import PointRun

__all__ = ["forecast"]


def forecast(call: Call, interval: int) -> Reducer:
    """Return the reducer of holt_winters() or holt_winters_with_fit()."""
    count, season = (arg.value for arg in call.args[1:] if isinstance(arg, IntegerLiteral))

    def reduce(run: PointRun) -> list[Reduced]:
        if len(run.times) < max(2, season):
            return []
        points = list(zip(run.times, map(float, run.values), strict=True))
        series = evenly_spaced(points, interval)
        if len(series) < 2:
            return []
        values = smooth(series, season, count)
        if call.name == "holt_winters_with_fit":
            return _timed(values, run.times[0], interval)
        return _timed(values[len(series) :], run.times[-1] + interval, interval)

    return reduce


def _timed(values: list[float], start: int, interval: int) -> list[Reduced]:
    return [
        (start + index * interval, value, ())
        for index, value in enumerate(values)
        if not math.isnan(value)
    ]
