"""Histograms of a column, and quantiles of histograms.

Source: https://docs.influxdata.com/flux/v0/stdlib/universe/histogramquantile/
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise

__all__ = ["NonMonotonic", "cumulative_counts", "histogram_quantile"]


class NonMonotonic(ValueError):
    """The counts of a histogram decrease."""


def cumulative_counts(
    values: Iterable[float], bins: Sequence[float], *, normalize: bool = False
) -> list[float]:
    """Return for each upper bound how many values don't exceed it.

    Args:
        values: the values.
        bins: upper bounds in ascending order.
        normalize: whether to return shares of all values, instead of numbers.
    """
    counts = [0.0] * (len(bins) + 1)
    total = 0
    for value in values:
        counts[bisect_left(bins, value)] += 1
        total += 1
    result: list[float] = []
    below = 0.0
    for count in counts[:-1]:
        below += count
        result.append(below / total if normalize and total else below)
    return result


def histogram_quantile(
    buckets: Sequence[tuple[float, float]], q: float, lowest: float = 0.0
) -> float | None:
    """Return a quantile of a histogram, or None if it counts nothing.

    Args:
        buckets: upper bounds and cumulative counts, in order of the bounds.
        q: the quantile, from 0 to 1.
        lowest: the lower bound of the first bucket.

    Raises:
        NonMonotonic: the counts decrease.
    """
    if any(after < before for (_, before), (_, after) in pairwise(buckets)):
        raise NonMonotonic("histogram records counts are not monotonic")
    if not buckets or not buckets[-1][1]:
        return None
    rank = q * buckets[-1][1]
    place = next((i for i, (_, count) in enumerate(buckets) if count >= rank), len(buckets) - 1)
    low, below = buckets[place - 1] if place else (lowest, 0.0)
    high, count = buckets[place]
    if math.isinf(high):
        return low if place else math.nan
    if count == below:
        return high
    return low + (high - low) * ((rank - below) / (count - below))
