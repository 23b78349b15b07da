"""Histograms of a column, and quantiles of histograms.

Sources: https://docs.influxdata.com/flux/v0/stdlib/universe/histogramquantile/ and
`stdlib/universe` in https://github.com/influxdata/flux.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence

__all__ = ["BeyondBins", "NonMonotonic", "cumulative_counts", "histogram_quantile"]


class BeyondBins(ValueError):
    """A value exceeds every bin, or is not a number.

    Args:
        value: the value.
    """

    def __init__(self, value: float) -> None:
        super().__init__(value)
        self.value = value


class NonMonotonic(ValueError):
    """The counts of a histogram decrease."""


def cumulative_counts(
    values: Iterable[float], bins: Sequence[float], *, normalize: bool = False
) -> list[float]:
    """Return for each upper bound how many values don't exceed it.

    Args:
        values: the values.
        bins: upper bounds in ascending order.
        normalize: whether to return shares of all values, instead of numbers: NaN of no values.

    Raises:
        BeyondBins: a value lies in no bin.
    """
    counts = [0.0] * len(bins)
    total = 0
    for value in values:
        place = len(bins) if math.isnan(value) else bisect_left(bins, value)
        if place == len(bins):
            raise BeyondBins(value)
        counts[place] += 1
        total += 1
    result: list[float] = []
    below = 0.0
    for count in counts:
        below += count
        result.append((below / total if total else math.nan) if normalize else below)
    return result


def histogram_quantile(
    buckets: Sequence[tuple[float, float]], q: float, lowest: float = 0.0
) -> float | None:
    """Return a quantile of a histogram, or None if it counts nothing.

    Args:
        buckets: upper bounds and cumulative counts, in order of the bounds; at least one.
        q: the quantile, from 0 to 1.
        lowest: the lower bound of the first bucket.

    Raises:
        NonMonotonic: the counts decrease.
    """
    before = 0.0
    for _, count in buckets:
        if count < before:
            raise NonMonotonic("histogram records counts are not monotonic")
        before = count
    if not buckets[-1][1]:
        return None
    rank = q * buckets[-1][1]
    place = sum(1 for _, count in buckets if count <= rank)
    low, below = buckets[place - 1] if place else (lowest, 0.0)
    if place == len(buckets) or rank == below:
        return low
    high, count = buckets[place]
    if low == -math.inf:
        return high
    if high == math.inf:
        return low
    return low + (high - low) * ((rank - below) / (count - below))
