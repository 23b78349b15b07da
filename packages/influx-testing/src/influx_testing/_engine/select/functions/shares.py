"""Sums and means of parts of the points, which the server joins step by step.

InfluxDB 1.x calculates sum() and mean() of each series in a shard, then of each shard, of all
shards and of all sources; to join means, it multiplies each by its number of points. Floats are
rounded at each step, so the last digits depend on the parts and on the order of joining.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from influx_query.nodes import Call
from influx_testing._engine.select.functions.reducers import (
    Reduced,
    Reducer,
    average,
    total,
    unsigned_average,
)
from influx_testing._engine.select.run.point_runs import PointRun
from influx_testing._engine.select.run.points import Share, Sharing

__all__ = ["sharing_of", "with_shares"]


def sharing_of(call: Call, type_: str) -> Sharing | None:
    """Return what makes one share of points, or of shares of them.

    Args:
        call: a function.
        type_: the type of the values.

    Returns:
        None if the result of the function does not depend on the parts: sums of integers are exact.
    """
    if call.name == "sum" and type_ == "float":
        return _Sharing(total, is_mean=False)
    if call.name == "mean":
        return _Sharing(unsigned_average if type_ == "unsigned" else average, is_mean=True)
    return None


class _Sharing:
    """See `influx_testing._engine.select.run.points.Sharing`.

    Args:
        reduce: makes the sum or the mean of the values of points.
        is_mean: which of them.
    """

    def __init__(self, reduce: Callable[[Sequence[Any]], Any], *, is_mean: bool) -> None:
        self._reduce = reduce
        self.is_mean = is_mean

    def __call__(self, values: Sequence[Any]) -> Share:
        if values[0].__class__ is not Share:
            return Share(self._reduce(values), len(values))
        if len(values) == 1:
            return values[0]
        return _joined_means(values) if self.is_mean else _joined_sums(values)


def with_shares(reduce: Reducer, share: Sharing | None) -> Reducer:
    """Return a reducer of points, or of shares of them."""
    if share is None:
        return reduce

    def reduce_shares(run: PointRun) -> list[Reduced]:
        if run.values[0].__class__ is Share:
            return [(None, share(run.values).value, ())]
        return reduce(run)

    return reduce_shares


def _joined_sums(shares: Sequence[Share]) -> Share:
    return Share(total([value for value, _ in shares]), sum(points for _, points in shares))


def _joined_means(shares: Sequence[Share]) -> Share:
    points = sum(points for _, points in shares)
    products = [value * points if points > 1 else value for value, points in shares]
    return Share(total(products) / points, points)
