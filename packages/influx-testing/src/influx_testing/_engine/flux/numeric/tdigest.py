"""Estimates quantiles with a merging t-digest, with the arithmetic of the server.

Source: https://arxiv.org/abs/1902.04023 (the merging digest with the arcsine scale).
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left
from collections.abc import Iterable
from itertools import islice, repeat
from typing import NamedTuple

from influx_testing._go.trigonometry import asin, sin

__all__ = ["TDigest"]


class Centroid(NamedTuple):
    """Values that are summed up as one: their mean and their number."""

    mean: float
    weight: float


class TDigest:
    """The distribution of values in about as many centroids as the compression.

    Args:
        compression: more centroids estimate better; the server's default is 1000.
    """

    def __init__(self, compression: float = 1000.0) -> None:
        self._compression = compression
        self._batch = 8 * math.ceil(compression)
        self._waiting: list[float] = []
        self._merged: list[Centroid] = []
        self._weight = 0.0
        self._low, self._high = math.inf, -math.inf

    def update(self, values: Iterable[float]) -> None:
        """Add values; NaN and infinities are left out."""
        finite = iter(filter(math.isfinite, values))
        while batch := list(islice(finite, self._batch + 1 - len(self._waiting))):
            self._waiting += batch
            if len(self._waiting) > self._batch:
                self._merge()

    def quantile(self, q: float) -> float:
        """Return the estimated quantile; NaN if there are no values or q is not in 0 to 1."""
        self._merge()
        merged = self._merged
        if not 0 <= q <= 1 or not merged:
            return math.nan
        if len(merged) == 1:
            return merged[0].mean
        return self._interpolated(q * self._weight)

    def _interpolated(self, index: float) -> float:
        """The value at a cumulative weight."""
        merged = self._merged
        first, last = merged[0], merged[-1]
        if index <= first.weight / 2:
            return self._low + 2 * index / first.weight * (first.mean - self._low)
        middles = self._middles()
        upper = bisect_left(middles, index)
        if upper < len(merged):
            below, above = merged[upper - 1], merged[upper]
            return _weighted(
                below.mean, middles[upper] - index, above.mean, index - middles[upper - 1]
            )
        beyond = index - self._weight - last.weight / 2
        return _weighted(last.mean, beyond, self._high, last.weight / 2 - beyond)

    def _middles(self) -> list[float]:
        """The cumulative weight at the middle of each centroid."""
        middles: list[float] = []
        total = 0.0
        for centroid in self._merged:
            middles.append(total + centroid.weight / 2)
            total += centroid.weight
        return middles

    def _merge(self) -> None:
        """Merge the waiting values into the centroids."""
        if not self._waiting:
            return
        self._weight += len(self._waiting)
        single = map(Centroid, sorted(self._waiting), repeat(1.0))
        ordered = list(heapq.merge(single, self._merged)) if self._merged else list(single)
        self._waiting.clear()
        self._merged = list(self._compressed(ordered))
        self._low = min(self._low, self._merged[0].mean)
        self._high = max(self._high, self._merged[-1].mean)

    def _compressed(self, ordered: list[Centroid]) -> Iterable[Centroid]:
        mean, weight = ordered[0]
        done = weight
        limit = self._weight * self._quantile_at(1.0)
        for next_mean, next_weight in ordered[1:]:
            if done + next_weight <= limit:
                weight += next_weight
                mean += next_weight * (next_mean - mean) / weight
            else:
                yield Centroid(mean, weight)
                mean, weight = next_mean, next_weight
                limit = self._weight * self._quantile_at(self._scale(done / self._weight) + 1.0)
            done += next_weight
        yield Centroid(mean, weight)

    def _quantile_at(self, scale: float) -> float:
        capped = min(scale, self._compression)
        return (sin(capped * math.pi / self._compression - math.pi / 2) + 1) / 2

    def _scale(self, q: float) -> float:
        sine = min(max(2 * q - 1, -1.0), 1.0)
        return self._compression * (asin(sine) + math.pi / 2) / math.pi


def _weighted(low: float, low_weight: float, high: float, high_weight: float) -> float:
    """The weighted mean of two values, never outside of them."""
    if low > high:
        low, low_weight, high, high_weight = high, high_weight, low, low_weight
    mean = (low * low_weight + high * high_weight) / (low_weight + high_weight)
    return max(low, min(mean, high))
