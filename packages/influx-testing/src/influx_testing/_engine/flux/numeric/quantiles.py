"""Quantiles of the values of a column.

Source: https://docs.influxdata.com/flux/v0/stdlib/universe/quantile/
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from influx_testing._engine.flux.numeric.tdigest import TDigest

__all__ = ["estimated", "interpolated", "selected_place"]


def estimated(values: Sequence[float], q: float, compression: float) -> float | None:
    """Return the quantile that a t-digest estimates, or None without values."""
    if not values:
        return None
    if len(values) < compression / 4 and all(map(math.isfinite, values)):
        return _of_single_values(sorted(values), q)
    digest = TDigest(compression)
    digest.update(values)
    return digest.quantile(q)


def _of_single_values(ordered: Sequence[float], q: float) -> float:
    """The estimate of a digest with a centroid for each value: too few values to merge any."""
    place = q * len(ordered) - 0.5
    low = math.floor(place)
    if low < 0:
        return float(ordered[0])
    if low + 1 >= len(ordered):
        return float(ordered[-1])
    share = place - low
    mean = ordered[low] * (1 - share) + ordered[low + 1] * share
    return max(ordered[low], min(mean, ordered[low + 1]))


def interpolated(values: Sequence[float], q: float) -> float | None:
    """Return the exact quantile, between two values if need be, or None without values."""
    if not values:
        return None
    ordered = sorted(values)
    place = q * (len(ordered) - 1)
    low, high = math.floor(place), math.ceil(place)
    if low == high:
        return ordered[low]
    return ordered[low] * (high - place) + ordered[high] * (place - low)


def selected_place(count: int, q: float) -> int:
    """Return which of the sorted values is the quantile: the smallest that q of them don't pass."""
    place = math.ceil(q * count)
    return max(place - 1, 0)
