"""Indicators of momentum: relative strength, Chande's oscillator, rate of change.

Source: https://docs.influxdata.com/flux/v0/stdlib/universe/relativestrengthindex/
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise

from influx_testing._go.floats import divide
from influx_testing._go.sums import added

__all__ = ["momentum_oscillator", "percent_changes", "relative_strength"]


def momentum_oscillator(values: Sequence[float | None], n: int) -> list[float | None]:
    """Return Chande's momentum oscillator, from -100 to 100, of each row from row n on.

    It is NaN where nothing changes.
    """
    window: deque[float] = deque(maxlen=n)
    result: list[float | None] = []
    for change in _changes(values):
        window.append(change)
        if len(window) == n:
            result.append(_oscillation(window))
    return result


def _oscillation(changes: Sequence[float]) -> float:
    gains = added(change for change in changes if change > 0)
    losses = added(-change for change in changes if change < 0)
    return divide(100 * (gains - losses), gains + losses)


def _changes(values: Sequence[float | None]) -> Iterator[float]:
    """The changes from row to row; from and to a null there is none."""
    before = values[0] if values else None
    for value in values[1:]:
        yield 0.0 if value is None or before is None else value - before
        before = before if value is None else value


def relative_strength(values: Sequence[float | None], n: int) -> list[float | None]:
    """Return the relative strength index, from 0 to 100, of each row from row n on.

    The first value is a change from zero. The first n changes are averaged, later ones smoothed
    with a weight of 1 / n; nulls are skipped. With at most n rows, there is one value for all of
    them. It is NaN where there was no change.
    """
    gains, losses = _SmoothedMean(n), _SmoothedMean(n)
    before: float | None = None
    result: list[float | None] = []
    for row, value in enumerate(values):
        if value is not None:
            change = value - (0.0 if before is None else before)
            gains.add(row, max(change, 0.0))
            losses.add(row, max(-change, 0.0))
            before = value
        if row >= n:
            result.append(None if before is None else _index(gains.value, losses.value))
    if 0 < len(values) <= n:
        result.append(_index(gains.value, losses.value))
    return result


class _SmoothedMean:
    """The mean of the values of n rows, smoothed with those of later rows."""

    def __init__(self, n: int) -> None:
        self.value = 0.0
        self._rows = n
        self._count = 0

    def add(self, row: int, value: float) -> None:
        """Add the value of a row, counted from 0."""
        if row < self._rows or not self._count:
            self.value = (self.value * self._count + value) / (self._count + 1)
            self._count += 1
        else:
            self.value = value * (1 / self._rows) + self.value * (1 - 1 / self._rows)


def _index(gain: float, loss: float) -> float:
    return 100 - 100 / (1 + divide(gain, loss))


def percent_changes(values: Sequence[float | None]) -> list[float | None]:
    """Return by how many percent each value exceeds the one before: one less than there are."""
    return [
        None if before is None or after is None or not before else 100 * (after / before - 1)
        for before, after in pairwise(values)
    ]
