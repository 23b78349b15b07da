"""Functions that reduce each bucket to one or more points: aggregates and selectors.

A reducer receives the points of one key in one bucket as columns, ordered by time, without missing
values.
It returns points with their own time (selectors), or without a time; these get the bucket's time.

Source: https://docs.influxdata.com/influxdb/v1/query_language/functions/
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from functools import cmp_to_key
from itertools import pairwise
from typing import Any

from influx_query.nodes import Call, IntegerLiteral, NumberLiteral
from influx_testing._engine.select.run.arithmetic import wrap, wrap_unsigned
from influx_testing._engine.select.run.point_runs import PointRun
from influx_testing._go.heap import Heap
from influx_testing._go.sort import place_of
from influx_testing._go.sums import added

__all__ = ["Reduced", "Reducer", "average", "reducer", "total", "unsigned_average"]

Reduced = tuple[int | None, Any, tuple[Any, ...]]
"""Time (None: the time of the bucket), value, values of the other selected columns."""

Reducer = Callable[[PointRun], list[Reduced]]


def reducer(call: Call, type_: str = "", *, averages_as_floats: bool = False) -> Reducer:
    """Return the reducer of a call.

    Args:
        call: the function.
        type_: the type of the values; only `unsigned` has an effect: sums use all 64 bits.
        averages_as_floats: see `SelectDialect`.
    """
    if call.name == "mean" and averages_as_floats:
        return _float_mean
    if type_ == "unsigned" and call.name in _OF_UNSIGNED:
        return _OF_UNSIGNED[call.name]
    if call.name in _PLAIN:
        return _PLAIN[call.name]
    argument = call.args[-1]
    assert isinstance(argument, IntegerLiteral | NumberLiteral)
    return _WITH_ARGUMENT[call.name](argument.value)


def _aggregate(value: Any) -> list[Reduced]:
    return [(None, value, ())]


def _selected(run: PointRun, place: int) -> list[Reduced]:
    return [(run.times[place], run.values[place], run.others_at(place))]


def _count(run: PointRun) -> list[Reduced]:
    return _aggregate(len(run.times))


def _sum(run: PointRun) -> list[Reduced]:
    return _aggregate(total(run.values))


def total(values: Sequence[Any]) -> Any:
    """The sum of numbers; that of integers wraps at 64 bits."""
    result = added(values)
    return wrap(result) if result.__class__ is int else result


def _mean(run: PointRun) -> list[Reduced]:
    return _aggregate(average(run.values))


def _float_mean(run: PointRun) -> list[Reduced]:
    return _aggregate(average(list(map(float, run.values))))


def average(values: Sequence[Any]) -> float:
    """The mean of numbers; the sum of integers wraps at 64 bits."""
    return float(total(values)) / len(values)


def unsigned_average(values: Sequence[int]) -> float:
    """The mean of unsigned integers, whose sum wraps at 64 bits."""
    return float(wrap_unsigned(added(values))) / len(values)


def _median(run: PointRun) -> list[Reduced]:
    """The median; a single float keeps its time, as on the server."""
    if len(run.times) == 1 and run.values[0].__class__ is float:
        return [(run.times[0], run.values[0], ())]
    values = _sorted(run.values)
    middle = len(values) // 2
    if len(values) % 2:
        return _aggregate(float(values[middle]))
    low, high = values[middle - 1 : middle + 1]
    if low.__class__ is int:
        return _aggregate(float(low) + wrap(high - low) / 2)
    return _aggregate(low + (high - low) / 2)


def _sorted(values: Sequence[Any]) -> list[Any]:
    """Sort as the server does, where the order with NaN depends on its algorithm."""
    if any(value != value for value in values):
        return [values[place_of(values, index)] for index in range(len(values))]
    return sorted(values)


def _mode(run: PointRun) -> list[Reduced]:
    """The most frequent value; a single value keeps its time, as on the server."""
    if len(run.times) == 1:
        return [(run.times[0], run.values[0], ())]
    if run.values[0].__class__ is bool:
        trues = sum(run.values)
        return _aggregate(2 * trues >= len(run.times))
    return _aggregate(_most_frequent(run))


def _most_frequent(run: PointRun) -> Any:
    """The most frequent value; among equally frequent ones, the server's sort decides.

    After sorting by value, equal values form runs. Among runs of the greatest length, a later run
    replaces the current one if its first point is not later than the last point of the current one.
    """
    values = run.values
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
        first, last = (run.times[place_of(values, index)] for index in (start, best + most - 1))
        best = start if first <= last else best
    return ordered[best]


def _spread(run: PointRun) -> list[Reduced]:
    values = run.values
    if any(value != value for value in values):
        return _aggregate(math.nan)
    difference = max(values) - min(values)
    return _aggregate(wrap(difference) if difference.__class__ is int else difference)


def _stddev(run: PointRun) -> list[Reduced]:
    if len(run.times) < 2:
        return _aggregate(math.nan)
    values = [float(value) for value in run.values if value == value]
    if len(values) < 2:
        return _aggregate(math.nan if values else -0.0)
    mean = 0.0
    for count, value in enumerate(values, 1):
        mean += (value - mean) / count
    deviations = [value - mean for value in values]
    squares = added(deviation * deviation for deviation in deviations)
    return _aggregate(math.sqrt(squares / (len(values) - 1)))


def _min(run: PointRun) -> list[Reduced]:
    return _selected(run, _earliest(run, min(run.values)))


def _max(run: PointRun) -> list[Reduced]:
    return _selected(run, _earliest(run, max(run.values)))


def _earliest(run: PointRun, value: Any) -> int:
    """The place of the earliest of the points with a value; the first place for NaN."""
    if value != value:
        return 0
    places = (place for place, other in enumerate(run.values) if other == value)
    return min(places, key=run.times.__getitem__)


def _first(run: PointRun) -> list[Reduced]:
    """The earliest point; of several, the greatest value, but for booleans the smallest."""
    places = _places_at(run, min(run.times))
    best = min if run.values[places[0]].__class__ is bool else max
    return _selected(run, best(places, key=run.values.__getitem__))


def _last(run: PointRun) -> list[Reduced]:
    """The latest point; of several, the one with the greatest value."""
    places = _places_at(run, max(run.times))
    return _selected(run, max(places, key=run.values.__getitem__))


def _places_at(run: PointRun, time: int) -> list[int]:
    """The places of the points at a time."""
    return [place for place, other in enumerate(run.times) if other == time]


def _distinct(run: PointRun) -> list[Reduced]:
    """Each value once; NaN is not equal to any value, so each NaN is returned."""
    first: dict[Any, tuple[int, Any]] = {}
    for time, value in zip(run.times, run.values, strict=True):
        first.setdefault(value if value == value else object(), (time, value))
    return [(None, value, ()) for _, value in sorted(first.values())]


def _percentile(percent: float) -> Reducer:
    def reduce(run: PointRun) -> list[Reduced]:
        index = math.floor(len(run.times) * percent / 100.0 + 0.5) - 1
        if not 0 <= index < len(run.times):
            return []
        return _selected(run, place_of(run.values, index))

    return reduce


def _sample(size: float) -> Reducer:
    def reduce(run: PointRun) -> list[Reduced]:
        count = len(run.times)
        chosen = random.sample(range(count), min(int(size), count))
        chosen.sort(key=run.times.__getitem__)
        return [reduced for place in chosen for reduced in _selected(run, place)]

    return reduce


_Ranked = tuple[Any, int, int]
"""Value, time and place of a point."""


def _top(size: float) -> Reducer:
    return _extremes(size, greatest=True)


def _bottom(size: float) -> Reducer:
    return _extremes(size, greatest=False)


def _extremes(size: float, *, greatest: bool) -> Reducer:
    """The points with the greatest or smallest values; of equal values, the earliest points."""

    def worse(one: _Ranked, other: _Ranked) -> bool:
        if one[0] != other[0]:
            return bool(one[0] < other[0] if greatest else one[0] > other[0])
        return one[1] > other[1]

    def order(one: _Ranked, other: _Ranked) -> int:
        return worse(one, other) - worse(other, one)

    def reduce(run: PointRun) -> list[Reduced]:
        heap: Heap[_Ranked] = Heap(worse, [])
        for place, (value, time) in enumerate(zip(run.values, run.times, strict=True)):
            ranked = value, time, place
            if len(heap.items) < size:
                heap.push(ranked)
            elif worse(heap.items[0], ranked):
                heap.replace(ranked)
        best = sorted(heap.items, key=cmp_to_key(order))
        return [reduced for _, _, place in best for reduced in _selected(run, place)]

    return reduce


def _unsigned_sum(run: PointRun) -> list[Reduced]:
    return _aggregate(wrap_unsigned(added(run.values)))


def _unsigned_mean(run: PointRun) -> list[Reduced]:
    return _aggregate(unsigned_average(run.values))


def _unsigned_median(run: PointRun) -> list[Reduced]:
    values = sorted(run.values)
    low, high = values[(len(values) - 1) // 2], values[len(values) // 2]
    return _aggregate(float(low) + (high - low) / 2)


def _unsigned_spread(run: PointRun) -> list[Reduced]:
    values = run.values
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
