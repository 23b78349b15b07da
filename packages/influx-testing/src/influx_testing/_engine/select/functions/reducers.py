"""Functions that reduce each bucket to one or more points: aggregates and selectors.

A reducer receives the points of one group in one bucket, ordered by time, without missing values.
It returns points with their own time (selectors), or without a time; these get the bucket's time.

Source: https://docs.influxdata.com/influxdb/v1/query_language/functions/
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Sequence
from functools import cmp_to_key, reduce
from itertools import pairwise
from operator import add, itemgetter
from typing import Any

from influx_query.nodes import Call, IntegerLiteral, NumberLiteral
from influx_testing._engine.select.run.arithmetic import wrap
from influx_testing._engine.select.run.points import Point
from influx_testing._go.heap import Heap
from influx_testing._go.sort import place_of

__all__ = ["Reduced", "Reducer", "reducer"]

Reduced = tuple[int | None, Any, tuple[Any, ...]]
"""Time (None: the time of the bucket), value, values of the other selected columns."""

Reducer = Callable[[Sequence[Point]], list[Reduced]]

_TIME = itemgetter(1)
_VALUE = itemgetter(2)


def reducer(call: Call, type_: str = "") -> Reducer:
    """Return the reducer of a call.

    Args:
        call: the function.
        type_: the type of the values; only `unsigned` has an effect: sums use all 64 bits.
    """
    if type_ == "unsigned" and call.name in _OF_UNSIGNED:
        return _OF_UNSIGNED[call.name]
    if call.name in _PLAIN:
        return _PLAIN[call.name]
    argument = call.args[-1]
    assert isinstance(argument, IntegerLiteral | NumberLiteral)
    return _WITH_ARGUMENT[call.name](argument.value)


def _values(points: Sequence[Point]) -> list[Any]:
    return [point[2] for point in points]


def _aggregate(value: Any) -> list[Reduced]:
    return [(None, value, ())]


def _selected(point: Point) -> list[Reduced]:
    return [(point[1], point[2], point[3])]


def _count(points: Sequence[Point]) -> list[Reduced]:
    return _aggregate(len(points))


def _sum(points: Sequence[Point]) -> list[Reduced]:
    return _aggregate(_total(_values(points)))


def _total(values: list[Any]) -> Any:
    total = _added(values)
    return wrap(total) if total.__class__ is int else total


def _added(values: Iterable[Any]) -> Any:
    """Add values one by one, as the server does; `sum` of Python 3.12 compensates for rounding."""
    return reduce(add, values, 0)


def _mean(points: Sequence[Point]) -> list[Reduced]:
    return _aggregate(_average(_values(points)))


def _average(values: list[Any]) -> float:
    return float(_total(values)) / len(values)


def _median(points: Sequence[Point]) -> list[Reduced]:
    """The median; a single float keeps its time, as on the server."""
    if len(points) == 1 and points[0][2].__class__ is float:
        return [(points[0][1], points[0][2], ())]
    values = _sorted(_values(points))
    middle = len(values) // 2
    if len(values) % 2:
        return _aggregate(float(values[middle]))
    low, high = values[middle - 1 : middle + 1]
    if low.__class__ is int:
        return _aggregate(wrap(low + high) / 2)
    return _aggregate(low + (high - low) / 2)


def _sorted(values: list[Any]) -> list[Any]:
    """Sort as the server does, where the order with NaN depends on its algorithm."""
    if any(value != value for value in values):
        return [values[place_of(values, index)] for index in range(len(values))]
    return sorted(values)


def _mode(points: Sequence[Point]) -> list[Reduced]:
    """The most frequent value; a single value keeps its time, as on the server."""
    if len(points) == 1:
        return [(points[0][1], points[0][2], ())]
    if points[0][2].__class__ is bool:
        trues = sum(_values(points))
        return _aggregate(2 * trues >= len(points))
    return _aggregate(_most_frequent(points))


def _most_frequent(points: Sequence[Point]) -> Any:
    """The most frequent value; among equally frequent ones, the server's sort decides.

    After sorting by value, equal values form runs. Among runs of the greatest length, a later run
    replaces the current one if its first point is not later than the last point of the current one.
    """
    values = _values(points)
    ordered = _sorted(values)
    starts = [
        index for index, value in enumerate(ordered) if not index or value != ordered[index - 1]
    ]
    lengths = [end - start for start, end in pairwise([*starts, len(ordered)])]
    most = max(lengths)
    if most == 1:
        return ordered[0]
    tied = [start for start, length in zip(starts, lengths, strict=True) if length == most]
    best = tied[0]
    for start in tied[1:]:
        first, last = (points[place_of(values, index)][1] for index in (start, best + most - 1))
        best = start if first <= last else best
    return ordered[best]


def _spread(points: Sequence[Point]) -> list[Reduced]:
    values = _values(points)
    if any(value != value for value in values):
        return _aggregate(math.nan)
    difference = max(values) - min(values)
    return _aggregate(wrap(difference) if difference.__class__ is int else difference)


def _stddev(points: Sequence[Point]) -> list[Reduced]:
    if len(points) < 2:
        return _aggregate(math.nan)
    values = [float(value) for value in _values(points) if value == value]
    if len(values) < 2:
        return _aggregate(math.nan if values else -0.0)
    mean = 0.0
    for count, value in enumerate(values, 1):
        mean += (value - mean) / count
    deviations = [value - mean for value in values]
    squares = _added(deviation * deviation for deviation in deviations)
    return _aggregate(math.sqrt(squares / (len(values) - 1)))


def _min(points: Sequence[Point]) -> list[Reduced]:
    return _selected(min(points, key=lambda point: (point[2], point[1])))


def _max(points: Sequence[Point]) -> list[Reduced]:
    best = max(map(_VALUE, points))
    if best != best:
        return _selected(points[0])
    return _selected(min((point for point in points if point[2] == best), key=_TIME))


def _first(points: Sequence[Point]) -> list[Reduced]:
    """The earliest point; of several, the greatest value, but for booleans the smallest."""
    time = min(map(_TIME, points))
    earliest = [point for point in points if point[1] == time]
    best = min if earliest[0][2].__class__ is bool else max
    return _selected(best(earliest, key=_VALUE))


def _last(points: Sequence[Point]) -> list[Reduced]:
    """The latest point; of several, the one with the greatest value."""
    time = max(map(_TIME, points))
    return _selected(max((point for point in points if point[1] == time), key=_VALUE))


def _distinct(points: Sequence[Point]) -> list[Reduced]:
    """Each value once; NaN is not equal to any value, so each NaN is returned."""
    first: dict[Any, tuple[int, Any]] = {}
    for _, time, value, _ in points:
        first.setdefault(value if value == value else object(), (time, value))
    return [(None, value, ()) for _, value in sorted(first.values())]


def _percentile(percent: float) -> Reducer:
    def reduce(points: Sequence[Point]) -> list[Reduced]:
        index = math.floor(len(points) * percent / 100.0 + 0.5) - 1
        if not 0 <= index < len(points):
            return []
        return _selected(points[place_of(_values(points), index)])

    return reduce


def _sample(size: float) -> Reducer:
    def reduce(points: Sequence[Point]) -> list[Reduced]:
        chosen = random.sample(points, min(int(size), len(points)))
        return [reduced for point in sorted(chosen, key=_TIME) for reduced in _selected(point)]

    return reduce


def _top(size: float) -> Reducer:
    return _extremes(size, greatest=True)


def _bottom(size: float) -> Reducer:
    return _extremes(size, greatest=False)


def _extremes(size: float, *, greatest: bool) -> Reducer:
    """The points with the greatest or smallest values; of equal values, the earliest points."""

    def worse(one: Point, other: Point) -> bool:
        if one[2] != other[2]:
            return bool(one[2] < other[2] if greatest else one[2] > other[2])
        return one[1] > other[1]

    def order(one: Point, other: Point) -> int:
        return worse(one, other) - worse(other, one)

    def reduce(points: Sequence[Point]) -> list[Reduced]:
        heap: Heap[Point] = Heap(worse, [])
        for point in points:
            if len(heap.items) < size:
                heap.push(point)
            elif worse(heap.items[0], point):
                heap.replace(point)
        best = sorted(heap.items, key=cmp_to_key(order))
        return [reduced for point in best for reduced in _selected(point)]

    return reduce


def _unsigned_sum(points: Sequence[Point]) -> list[Reduced]:
    return _aggregate(_added(_values(points)) % 2**64)


def _unsigned_mean(points: Sequence[Point]) -> list[Reduced]:
    return _aggregate(float(_added(_values(points))) / len(points))


def _unsigned_median(points: Sequence[Point]) -> list[Reduced]:
    values = sorted(_values(points))
    low, high = values[(len(values) - 1) // 2], values[len(values) // 2]
    return _aggregate((low + high) / 2)


def _unsigned_spread(points: Sequence[Point]) -> list[Reduced]:
    values = _values(points)
    return _aggregate(max(values) - min(values))


_OF_UNSIGNED: dict[str, Reducer] = {
    "mean": _unsigned_mean,
    "median": _unsigned_median,
    "spread": _unsigned_spread,
    "sum": _unsigned_sum,
}
_PLAIN: dict[str, Reducer] = {
    "count": _count,
    "distinct": _distinct,
    "first": _first,
    "last": _last,
    "max": _max,
    "mean": _mean,
    "median": _median,
    "min": _min,
    "mode": _mode,
    "spread": _spread,
    "stddev": _stddev,
    "sum": _sum,
}
_WITH_ARGUMENT: dict[str, Callable[[float], Reducer]] = {
    "bottom": _bottom,
    "percentile": _percentile,
    "sample": _sample,
    "top": _top,
}
