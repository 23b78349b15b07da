"""Joins shares of sums and means of the series of a shard, as `functions.shares` tells.

numpy does so with many points if it is installed; the result is the same.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import groupby
from operator import itemgetter
from typing import Any

from influx_testing._engine.select.merging.bucket_order import goroutine_order
from influx_testing._engine.select.merging.numpy_arrays import numpy_copy, numpy_pays
from influx_testing._engine.select.run.buckets import buckets_of
from influx_testing._engine.select.run.point_runs import PointRun
from influx_testing._engine.select.run.points import Key, Point, ReadOptions, Share, Sharing

__all__ = ["are_plain", "merged_shares", "numpy_shares", "plain_shares"]

_MOST_PARTS = 1 << 21
"""The buckets of all series that fit into the memory of a few matrices."""

_FAR = 2**62
"""Buckets of times within these limits do not overflow."""


def merged_shares(runs: Sequence[PointRun], options: ReadOptions) -> list[Point]:
    """Reduce the runs of one group in a shard to shares, one for each key in each bucket.

    Args:
        runs: the points of each series, always in ascending order of time; some may be empty.
        options: how to reduce them, the buckets and the direction.
    """
    share, ascending = options.share, options.ascending
    assert share is not None
    series: dict[Key, list[PointRun]] = defaultdict(list)
    for run in runs if ascending else reversed(runs):
        series[run.key].append(run if ascending else run.cut(slice(None, None, -1)))
    joined: list[Point] = []
    for key, several in series.items():
        found = _joined(several, share, options)
        joined += [(key, start, one, ()) for start, one in found]
    if len(series) > 1:
        joined.sort(key=lambda point: (point[1] if ascending else -point[1], point[0]))
    return joined


def _joined(
    runs: Sequence[PointRun], share: Sharing, options: ReadOptions
) -> Iterator[tuple[int, Share]]:
    if numpy_pays(sum(len(run.times) for run in runs)) and are_plain(runs, options):
        return numpy_shares(runs, share, options)
    return plain_shares(runs, share, options)


def plain_shares(
    runs: Sequence[PointRun], share: Sharing, options: ReadOptions
) -> Iterator[tuple[int, Share]]:
    """The start and the share of each bucket of the series of one key, in pure Python."""
    found = [_of_series(run, share, options) for run in runs]
    sign = 1 if options.ascending else -1
    order = goroutine_order([[sign * start for start, _ in shares] for shares in found])
    rests = [iter(shares) for shares in found]
    taken = (next(rests[number]) for number in order)
    for start, same in groupby(taken, key=itemgetter(0)):
        yield start, share([each for _, each in same])


def _of_series(run: PointRun, share: Sharing, options: ReadOptions) -> list[tuple[int, Share]]:
    values = run.values
    buckets = buckets_of(run.times, options)
    return [(start, share(values[at:end])) for start, at, end in buckets]


def numpy_shares(
    runs: Sequence[PointRun], share: Sharing, options: ReadOptions
) -> Iterator[tuple[int, Share]]:
    """`plain_shares` with numpy, for `are_plain` runs.

    `bincount` adds the weights of each place one after another, as the server does.
    """
    numpy: Any = import_module("numpy")
    interval, sign = options.interval, 1 if options.ascending else -1
    numbers = [
        sign * ((numpy_copy(numpy, run.times) - interval.offset) // interval.duration)
        for run in runs
    ]
    first = min(int(each[0]) for each in numbers)
    size = max(int(each[-1]) for each in numbers) - first + 1
    places = [each - first for each in numbers]
    points = numpy.array([numpy.bincount(each, minlength=size) for each in places])
    parts = numpy.array(
        [
            _sums(numpy, numpy_copy(numpy, run.values), each, size)
            for run, each in zip(runs, places, strict=True)
        ]
    )
    if share.is_mean:
        parts = numpy.where(points > 1, parts / numpy.maximum(points, 1) * points, parts)
    order = goroutine_order([numpy.flatnonzero(each).tolist() for each in points])
    buckets = numpy.repeat(numpy.arange(size), (points > 0).sum(0))
    ordered = parts[numpy.fromiter(order, int, len(buckets)), buckets]
    totals, counts = numpy.bincount(buckets, ordered, size), points.sum(0)
    if share.is_mean:
        totals = totals / numpy.maximum(counts, 1)
    for place in numpy.flatnonzero(counts).tolist():
        start = sign * (place + first) * interval.duration + interval.offset
        yield start, Share(float(totals[place]), int(counts[place]))


def are_plain(runs: Sequence[PointRun], options: ReadOptions) -> bool:
    """Whether numpy can join them: numbers in arrays, in not too many buckets of one length."""
    interval = options.interval
    if not interval or interval.zone is not None or not all(run.times for run in runs):
        return False
    arrays = (column for run in runs for column in (run.times, run.values))
    if not all(isinstance(column, array) and column.typecode in "qd" for column in arrays):
        return False
    ends = [time for run in runs for time in (run.times[0], run.times[-1])]
    buckets = (max(ends) - min(ends)) // interval.duration + 2
    return min(ends) > -_FAR and max(ends) < _FAR and len(runs) * buckets < _MOST_PARTS


def _sums(numpy: Any, values: Any, places: Any, size: int) -> Any:
    """The sum at each place as a float; that of integers wraps at 64 bits."""
    if values.dtype.kind == "f":
        return numpy.bincount(places, values, size)
    begins = numpy.flatnonzero(numpy.diff(places, prepend=-1))
    sums = numpy.zeros(size)
    sums[places[begins]] = numpy.add.reduceat(values, begins)
    return sums
