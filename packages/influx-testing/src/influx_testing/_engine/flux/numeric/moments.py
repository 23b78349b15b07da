"""Statistics of the values of one or two columns.

Values are added one by one, as the server does (Welford's method), so that the last digits agree.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from influx_testing._go.exponentials import power

__all__ = ["covariance", "skewness", "standard_deviation"]


def standard_deviation(values: Iterable[float], *, population: bool = False) -> float | None:
    """Return the standard deviation: None without values, NaN for a sample of one."""
    count, mean, squares = 0, 0.0, 0.0
    for value in values:
        count += 1
        delta = value - mean
        mean += delta / count
        squares += delta * (value - mean)
    if not count:
        return None
    freedom = count if population else count - 1
    return math.sqrt(squares / freedom) if freedom else math.nan


def skewness(values: Iterable[float]) -> float | None:
    """Return the skewness: None without values, NaN for one value or for equal ones."""
    count, mean, squares, cubes = 0, 0.0, 0.0, 0.0
    for value in values:
        before = count
        count += 1
        delta = value - mean
        step = delta / count
        term = delta * step * before
        cubes += term * step * (count - 2) - 3 * step * squares
        squares += term
        mean += step
    if not count:
        return None
    if count < 2 or not squares:
        return math.nan
    return math.sqrt(count) * cubes / power(squares, 1.5)


def covariance(pairs: Iterable[tuple[float, float]], *, normalized: bool = False) -> float | None:
    """Return the covariance of a sample, or Pearson's coefficient of correlation.

    It is None without pairs; a single pair gives NaN.
    """
    count, mean_x, mean_y, squares_x, squares_y, products = 0, 0.0, 0.0, 0.0, 0.0, 0.0
    for x, y in pairs:
        count += 1
        step_x, step_y = x - mean_x, y - mean_y
        mean_x += step_x / count
        mean_y += step_y / count
        squares_x += step_x * (x - mean_x)
        squares_y += step_y * (y - mean_y)
        products += step_x * (y - mean_y)
    if not count:
        return None
    divisor = math.sqrt(squares_x * squares_y) if normalized else float(count - 1)
    return products / divisor if divisor else math.nan
