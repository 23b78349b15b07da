"""Indicators of momentum: relative strength, Chande's oscillator, rate of change.

Source: https://docs.influxdata.com/flux/v0/stdlib/universe/relativestrengthindex/
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import pairwise

__all__ = ["momentum_oscillator", "percent_changes", "relative_strength"]


def momentum_oscillator(values: Sequence[float | None], n: int) -> list[float | None]:
    """Return Chande's momentum oscillator, from -100 to 100, of each row from row n on.

    With fewer rows, it returns one value for all of them.
    """
    changes = _changes(values)
    if not changes:
        return []
    if len(changes) < n:
        return [_oscillation(changes)]
    window: deque[float] = deque(maxlen=n)
    result: list[float | None] = []
    for change in changes:
        window.append(change)
        if len(window) == n:
            result.append(_oscillation(window))
    return result


def _oscillation(changes: Sequence[float]) -> float:
    gains = sum(change for change in changes if change > 0)
    losses = sum(-change for change in changes if change < 0)
    return 100 * (gains - losses) / (gains + losses) if gains or losses else 0.0


def relative_strength(values: Sequence[float | None], n: int) -> list[float | None]:
    """Return the relative strength index, from 0 to 100, of each row from row n on.

    The averages of gains and losses are smoothed with a weight of 1 / n. With fewer rows, it
    returns one value for all of them.
    """
    changes = _changes(values)
    if not changes:
        return []
    first, rest = changes[:n], changes[n:]
    gain = sum(change for change in first if change > 0) / len(first)
    loss = sum(-change for change in first if change < 0) / len(first)
    result: list[float | None] = [_index(gain, loss)]
    for change in rest:
        gain = (gain * (n - 1) + max(change, 0)) / n
        loss = (loss * (n - 1) + max(-change, 0)) / n
        result.append(_index(gain, loss))
    return result


def _index(gain: float, loss: float) -> float:
    return 100 - 100 / (1 + gain / loss) if loss else 100.0


def _changes(values: Sequence[float | None]) -> list[float]:
    """The changes from row to row; from and to a null there is none."""
    result: list[float] = []
    before = values[0] if values else None
    for value in values[1:]:
        result.append(0.0 if value is None or before is None else value - before)
        before = before if value is None else value
    return result


def percent_changes(values: Sequence[float | None]) -> list[float | None]:
    """Return by how many percent each value exceeds the one before: one less than there are."""
    return [
        None if before is None or after is None or not before else 100 * (after / before - 1)
        for before, after in pairwise(values)
    ]
