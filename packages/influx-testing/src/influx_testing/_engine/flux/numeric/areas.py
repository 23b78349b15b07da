"""The area under the values of a column over time, by the trapezoidal rule.

Source: https://docs.influxdata.com/flux/v0/stdlib/universe/integral/
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from influx_testing._engine.flux.numeric.window_schedule import Bounds
from influx_testing._go.sums import added

__all__ = ["area", "continued"]

Point = tuple[int, float]


def area(points: Sequence[Point], unit: int) -> float:
    """Return the area under points in order of time, in units of time."""
    total: float = added(
        0.5 * (low + high) * (float(after - before) / unit)
        for (before, low), (after, high) in pairwise(points)
    )
    return total


def continued(points: Sequence[Point], bounds: Bounds) -> list[Point]:
    """Return points and their straight continuation to the bounds.

    A single point is continued as a constant.
    """
    if not points:
        return []
    first, last = points[0], points[-1]
    result = list(points)
    if first[0] != bounds.start:
        result.insert(0, _extended(first, points[1] if len(points) > 1 else first, bounds.start))
    if last[0] != bounds.stop:
        result.append(_extended(last, points[-2] if len(points) > 1 else last, bounds.stop))
    return result


def _extended(nearest: Point, other: Point, time: int) -> Point:
    """The point at a time on the line through two others."""
    distance = other[0] - nearest[0]
    slope = (other[1] - nearest[1]) / distance if distance else 0.0
    return time, nearest[1] + slope * (time - nearest[0])
