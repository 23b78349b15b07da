"""Averages over the last rows: simple, exponential, and Kaufman's adaptive one.

Nulls are skipped. A table with fewer rows than a period gives one average of what there is.

Source: https://docs.influxdata.com/flux/v0/stdlib/universe/movingaverage/
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from influx_testing._engine.flux.numeric.momentum import momentum_oscillator
from influx_testing._go.sums import added

__all__ = ["adaptive_average", "exponential_average", "moving_average"]

_MOST_ADDITIONS: Final = 5_000_000
"""The most work for exact moving averages."""

_SLOW: Final = 2 / 31
_BEYOND_SLOW: Final = 56 / 93
"""The fast weight, 2 / 3, minus the slow one: rounded once, as the server's compiler does."""


def moving_average(values: Sequence[float | None], n: int) -> list[float | None]:
    """Return the mean of each n rows in a row: from row n - 1 on, or one mean of fewer rows.

    The rows of a window are added in the order of their places in a ring buffer of n rows.
    """
    if len(values) < n:
        return [_mean(values)] if values else []
    if n * len(values) > _MOST_ADDITIONS:
        return _running_average(values, n)
    ring = list(values[:n])
    result = [_mean(ring)]
    for row, value in enumerate(values[n:]):
        ring[row % n] = value
        result.append(_mean(ring))
    return result


def _running_average(values: Sequence[float | None], n: int) -> list[float | None]:
    """The same from a running sum: fast for long windows, but the last digits can differ."""
    result: list[float | None] = []
    total: float = 0
    count = 0
    for row, value in enumerate(values):
        left = values[row - n] if row >= n else None
        if value is not None:
            total, count = total + value, count + 1
        if left is not None:
            total, count = total - left, count - 1
        if row >= n - 1:
            result.append(total / count if count else None)
    return result


def exponential_average(
    values: Sequence[float | None], n: int, weight: float | None = None
) -> list[float | None]:
    """Return the exponential average of each row from row n - 1 on.

    It starts with the mean of the first n rows.

    Args:
        values: the column.
        n: the rows of the first mean.
        weight: how much a new value counts, from 0 to 1; 2 / (n + 1) if None.
    """
    if not values:
        return []
    share = 2 / (n + 1) if weight is None else weight
    average = _mean(values[:n])
    result = [average]
    for value in values[n:]:
        if value is not None:
            average = value if average is None else value * share + average * (1 - share)
        result.append(average)
    return result


def adaptive_average(values: Sequence[float | None], n: int) -> list[float | None]:
    """Return Kaufman's adaptive moving average of each row from row n on."""
    known = _filled(values)
    if len(known) <= n:
        return []
    average = known[n - 1]
    result: list[float | None] = []
    for value, strength in zip(known[n:], momentum_oscillator(known, n), strict=True):
        efficiency = abs(strength or 0.0) / 100
        smoothing = (efficiency * _BEYOND_SLOW + _SLOW) ** 2
        average += smoothing * (value - average)
        result.append(average)
    return result


def _filled(values: Sequence[float | None]) -> list[float]:
    """The values, where the last one takes the place of nulls."""
    result: list[float] = []
    before = 0.0
    for value in values:
        before = before if value is None else float(value)
        result.append(before)
    return result


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return added(known) / len(known) if known else None
