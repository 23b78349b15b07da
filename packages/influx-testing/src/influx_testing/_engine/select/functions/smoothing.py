"""Forecasts evenly spaced values by triple exponential smoothing with a damped trend.

The parameters are found with the Nelder-Mead method from a grid of guesses, in the same order of
operations as the server, because each operation affects the last digits.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

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
    return _Model(series, season).forecast(count)


class _Model:
    """The smoothing of one series; a season of 0 or 1 means no season."""

    def __init__(self, series: list[float], season: int) -> None:
        self._series = series
        self._season = season if season > 1 else 0

    def forecast(self, count: int) -> list[float]:
        """Return the fitted values of the series, followed by `count` forecasts."""
        guess = [0.0] * 4 + self._level_and_trend()
        guess += self._seasonals(guess[4])
        best: tuple[float, list[float]] = math.inf, []
        for start in itertools.product(_GUESSES, repeat=4):
            error, parameters = minimize(self._error, [*start, *guess[4:]], _EPSILON)
            if error < best[0] or not best[1]:
                best = error, parameters
        return self._smoothed(count, best[1])

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
            if math.isnan(value):
                continue
            if math.isnan(found):
                return math.inf
            total += (found - value) * (found - value)
        return total

    def _smoothed(self, count: int, parameters: list[float]) -> list[float]:
        """Smooth the series and forecast; change the parameters in place, as the server does."""
        parameters[:4] = [min(max(value, 0.0), 1.0) for value in parameters[:4]]
        alpha, beta, gamma, phi, level, trend = parameters[:6]
        seasonals = _Seasonals(parameters, self._season)
        value = self._series[0]
        damping = phi
        result = [value]
        for step in range(1, len(self._series) + count):
            season, season_ahead = seasonals.at(step)
            base = level + phi * trend
            level_before, level = level, alpha * divide(value, season) + (1 - alpha) * base
            trend_before = trend
            trend = beta * (level - level_before) + (1 - beta) * phi * trend_before
            seasonals.put(step, gamma * divide(value, base) + (1 - gamma) * season)
            value = (level + damping * trend) * season_ahead
            damping += _power(phi, step)
            result.append(value)
        return result


class _Seasonals:
    """A ring buffer of seasonal factors, stored in the parameters from the seventh on."""

    def __init__(self, parameters: list[float], season: int) -> None:
        self._ring = parameters
        self._season = season
        self._shift = season - 1

    def at(self, step: int) -> tuple[float, float]:
        """The factor of the previous season, and of the season that is forecast."""
        if not self._season:
            return 1.0, 1.0
        base = step - self._season + self._shift
        ahead = base + step % self._season
        return self._ring[6 + base % self._season], self._ring[6 + ahead % self._season]

    def put(self, step: int, value: float) -> None:
        """Store the factor of a step."""
        if self._season:
            self._ring[6 + (step + self._shift) % self._season] = value
            self._shift += 1


def _power(base: float, exponent: int) -> float:
    """Compute a power by repeated squaring; the C library's pow() differs in the last digit."""
    result = 1.0
    while exponent:
        if exponent & 1:
            result *= base
        base *= base
        exponent >>= 1
    return result
