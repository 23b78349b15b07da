"""Forecasts evenly spaced values by triple exponential smoothing with a damped trend.

The parameters are found with the Nelder-Mead method from a grid of guesses, in the same order of
operations as the server, because each operation affects the last digits.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module
from itertools import accumulate, product
from typing import Protocol

from influx_testing._engine.select.functions.nelder_mead import minimize
from influx_testing._engine.select.run.arithmetic import divide_integers
from influx_testing._go.floats import divide

__all__ = ["evenly_spaced", "smooth"]

_WEIGHT = 0.5
_GUESSES = (0.3, 0.3 + 0.4)
_EPSILON = 1.0e-4


def _rounded(time: int, interval: int) -> int:
    """The nearest multiple of an interval; before 1970 the next one towards 1970, as in 1.6.7."""
    whole = divide_integers(time, interval)
    return (whole + (time - whole * interval > interval // 2)) * interval


def evenly_spaced(points: Sequence[tuple[int, float]], interval: int) -> list[float]:
    """Return the values at regular intervals, NaN for missing ones.

    Args:
        points: times and values, at least one, in order of time.
        interval: nanoseconds between two values of the result.
    """
    series = [points[0][1]]
    before = _rounded(points[0][0], interval)
    for time, value in points[1:]:
        here = _rounded(time, interval)
        if here <= before:
            continue
        series += [math.nan] * ((here - before) // interval - 1)
        series.append(value)
        before = here
    return series


def smooth(series: list[float], season: int, count: int) -> list[float]:
    """Return the fitted values of a series, followed by forecasts.

    Args:
        series: at least two values at regular intervals; NaN for missing ones.
        season: the values of one season; 0 or 1 means no season.
        count: the number of forecasts.
    """
    return _Model(series, season, count).forecast()


class _Fit(Protocol):
    def __call__(
        self, series: list[float], season: int, start: list[float], epsilon: float
    ) -> tuple[float, list[float]] | None: ...


@cache
def _compiled_fit() -> _Fit | None:
    """Return compiled code that does what `minimize` and `_Model` do, with the same bits."""
    try:
        found: _Fit = import_module("influx_speedups.smoothing").fit_smoothing
    except ImportError:
        return None
    return found


class _Model:
    """The smoothing of one series with forecasts; a season of 0 or 1 means no season."""

    def __init__(self, series: list[float], season: int, count: int) -> None:
        self._series = series
        self._season = season = season if season > 1 else 0
        self._count = count
        steps = range(1, len(series) + count) if season else ()
        # Where the factor of the season before is in each step, and that of the next value.
        self._places = [6 + (2 * step - 2) % season for step in steps]
        self._places_ahead = [6 + (3 * step - 2) % season for step in steps]

    def forecast(self) -> list[float]:
        """Return the fitted values of the series, followed by forecasts."""
        guess = [0.0] * 4 + self._level_and_trend()
        guess += self._seasonals(guess[4])
        best: tuple[float, list[float]] = math.inf, []
        for start in product(_GUESSES, repeat=4):
            error, parameters = self._fitted([*start, *guess[4:]])
            if error < best[0] or not best[1]:
                best = error, parameters
        return self._smoothed(self._count, best[1])

    def _fitted(self, start: list[float]) -> tuple[float, list[float]]:
        """Return the least error that is found from a start, and its parameters."""
        fit = _compiled_fit()
        if fit is not None and len(start) == 6 + self._season:
            found = fit(self._series, self._season, start, _EPSILON)
            if found is not None:
                return found
        return minimize(self._error, start, _EPSILON)

    def _level_and_trend(self) -> list[float]:
        series, season = self._series, self._season
        if not season:
            trend = 0.0 if math.isnan(series[1]) else _WEIGHT * (series[1] - series[0])
            return [_WEIGHT * series[0], trend]
        level = 0.0
        for value in series[:season]:
            if not math.isnan(value):
                level += (1 / season) * value
        trend = 0.0
        for early, late in zip(series[:season], series[season:], strict=False):
            if not math.isnan(early) and not math.isnan(late):
                trend += 1 / (season * season) * (late - early)
        return [level, trend]

    def _seasonals(self, level: float) -> list[float]:
        return [
            0.0 if math.isnan(value) else divide(value, level)
            for value in self._series[: self._season]
        ]

    def _error(self, parameters: list[float]) -> float:
        """The sum of squared errors for some parameters."""
        total = 0.0
        for found, value in zip(self._smoothed(0, parameters), self._series, strict=True):
            error = found - value
            if error == error:  # else one of them is NaN, or both are infinite
                total += error * error
            elif not math.isnan(value):
                if math.isnan(found):
                    return math.inf
                total += error
        return total

    def _smoothed(self, count: int, parameters: list[float]) -> list[float]:
        """Smooth the series and forecast; change the parameters in place, as the server does.

        Without the compiled code this is called thousands of times for a series, so nothing in the
        loops is computed twice; without a season, nothing is multiplied or divided by 1.
        """
        for index in range(4):
            parameters[index] = min(max(parameters[index], 0.0), 1.0)
        steps = len(self._series) + count - 1
        smooth = self._smooth_seasons if self._season else self._smooth_plainly
        return smooth(parameters, _dampings(parameters[3], steps))

    def _smooth_plainly(self, parameters: list[float], dampings: Iterable[float]) -> list[float]:
        alpha, beta, _, phi, level, trend = parameters
        value = self._series[0]
        result = [value]
        keep = result.append
        rest, damped = 1 - alpha, (1 - beta) * phi
        for damping in dampings:
            before = level
            level = alpha * value + rest * (level + phi * trend)
            trend = beta * (level - before) + damped * trend
            value = level + damping * trend
            keep(value)
        return result

    def _smooth_seasons(self, parameters: list[float], dampings: Iterable[float]) -> list[float]:
        """Smooth with seasonal factors, in a ring of the parameters from the seventh on."""
        alpha, beta, gamma, phi, level, trend = parameters[:6]
        value = self._series[0]
        result = [value]
        keep = result.append
        rest, damped, kept = 1 - alpha, (1 - beta) * phi, 1 - gamma
        places = zip(dampings, self._places, self._places_ahead, strict=False)
        for damping, place, ahead in places:
            season, next_season = parameters[place], parameters[ahead]
            base = level + phi * trend
            before = level
            share = value / season if season else divide(value, season)
            level = alpha * share + rest * base
            trend = beta * (level - before) + damped * trend
            share = value / base if base else divide(value, base)
            parameters[place] = gamma * share + kept * season
            value = (level + damping * trend) * next_season
            keep(value)
        return result


def _dampings(phi: float, steps: int) -> Iterator[float]:
    """The sums of powers of phi by which the trend is multiplied in each step.

    A power is computed by repeated squaring, as in the server; the C library's pow() differs in the
    last digit. The factor of the highest bit comes last, so a power is that without this bit, times
    the factor.
    """
    powers = [1.0]
    factor = phi
    while len(powers) < steps:
        powers += [power * factor for power in powers]
        factor *= factor
    return accumulate(powers[1:steps], initial=phi)
