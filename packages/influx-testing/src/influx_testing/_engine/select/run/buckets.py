"""Divides runs of points into buckets and reduces each of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import itemgetter, neg
from sys import maxsize

from influx_testing._engine.select.functions.reducers import Reduced, Reducer
from influx_testing._engine.select.plan.time_conditions import MIN_TIME
from influx_testing._engine.select.run.point_runs import PointRun, PointRuns, joined
from influx_testing._engine.select.run.points import (
    Key,
    Point,
    Points,
    ReadOptions,
    Results,
    RowsWanted,
    subset,
)

__all__ = [
    "at_bucket_start",
    "bounded",
    "buckets_of",
    "limited",
    "limited_results",
    "reduced",
    "reduced_with_pauses",
    "without_pauses",
]

_NO_TIME = -(2**63)
"""The time that means "no more points" in the server."""


def reduced(
    runs: PointRuns,
    function: Reducer,
    options: ReadOptions,
    *,
    in_parts: bool = False,
) -> Iterator[Point]:
    """Reduce every bucket of every group.

    A bucket ends with the first point outside it. So points of one bucket that are not consecutive
    form two buckets, as on the server.

    Args:
        runs: the points, ordered by group, then time.
        function: reduces the points of one key in one bucket.
        options: the groups and buckets.
        in_parts: whether the server reduces each series first, and then the results by the starts
            of their buckets. When clocks change, two buckets can have the same start; they become
            one.
    """
    return without_pauses(reduced_with_pauses(runs, function, options, in_parts=in_parts))


def reduced_with_pauses(
    runs: PointRuns, function: Reducer, options: ReadOptions, *, in_parts: bool = False
) -> Iterator[Point | None]:
    """See `reduced`; a bucket without a result is a pause."""
    for start, buckets in _buckets(runs, options, in_parts=in_parts):
        is_empty = True
        for key in sorted(buckets) if len(buckets) > 1 else buckets:
            parts = buckets[key]
            results = function(parts[0] if len(parts) == 1 else joined(parts))
            for time, value, beside in results if len(results) == 1 else _ordered(results):
                is_empty = False
                yield key, start if time is None else time, value, beside
        if is_empty:
            yield None


def without_pauses(results: Results) -> Iterator[Point]:
    """The points among the results of a function."""
    return (point for point in results if point is not None)


def _buckets(
    runs: PointRuns, options: ReadOptions, *, in_parts: bool
) -> Iterator[tuple[int, dict[Key, list[PointRun]]]]:
    """Yield the start of each bucket with its points by key.

    A point outside its own bucket ends the iteration. A subquery can return such a point if it
    begins before the time range.
    """
    buckets: dict[Key, list[PointRun]] = {}
    group: Key | None = None
    start = end = place = 0
    in_parts = in_parts and options.interval.zone is not None
    for run in runs:
        if not run.times:
            continue
        is_same = subset(run.key, options.dimensions) == group
        group = subset(run.key, options.dimensions)
        at, count = 0, len(run.times)
        while at < count:
            time = run.times[at]
            if not (is_same and start <= time < end):
                before = place
                start, end = options.window(time)
                place = options.window(start)[0] if in_parts else start
                if not (in_parts and place == before and is_same):
                    if buckets:
                        yield before, buckets
                    buckets = {}
                if not start <= time < end:
                    return
                is_same = True
            beyond = _beyond(run.times, at, start, end, ascending=options.ascending)
            found = run.cut(slice(at, beyond))
            if found.keys is None and not buckets:
                buckets[found.key] = [found]
            else:
                for part in found.by_key():
                    buckets.setdefault(part.key, []).append(part)
            at = beyond
    if buckets:
        yield place, buckets


def buckets_of(times: Sequence[int], options: ReadOptions) -> Iterator[tuple[int, int, int]]:
    """Yield the start of each bucket, and the places of its first point and of the one after it."""
    at, count = 0, len(times)
    ascending, window = options.ascending, options.window
    while at < count:
        start, end = window(times[at])
        beyond = _beyond(times, at, start, end, ascending=ascending)
        if beyond == at:
            return
        yield start, at, beyond
        at = beyond


def _beyond(times: Sequence[int], at: int, start: int, end: int, *, ascending: bool) -> int:
    """The place of the first time from a place on that is outside a bucket."""
    if ascending:
        return bisect_left(times, end, at)
    return bisect_left(times, 1 - start, at, key=neg)


def _ordered(results: list[Reduced]) -> list[Reduced]:
    """Sort results that have their own times in ascending order of time."""
    if len(results) < 2 or results[0][0] is None:
        return results
    return sorted(results, key=itemgetter(0))


def at_bucket_start(results: Results, options: ReadOptions) -> Iterator[Point | None]:
    """Move every point to the start of its bucket; the earliest possible time becomes 1970.

    A bucket that starts at the first nanosecond of 64 bits ends the points.
    """
    window = options.window
    for point in results:
        if point is None:
            yield None
            continue
        key, time, value, beside = point
        start, _ = window(time)
        if start == _NO_TIME:
            return
        yield key, 0 if start == MIN_TIME else start, value, beside


def bounded(options: ReadOptions) -> ReadOptions:
    """Limit the points read from each shard to those that LIMIT and OFFSET need, plus one.

    The server does this if no other function is between them and the storage. With OFFSET and no
    LIMIT, it reads `offset` points and one more. If points have finer groups than the result, or
    GROUP BY has a tag twice, LIMIT and OFFSET are applied to each shard, and then to the whole.
    """
    if not options.limit and not options.offset:
        return options
    options = replace(options, wanted=RowsWanted())
    if len(options.dimensions) != len(options.group_by):
        return replace(options, limits_shards=True)
    return replace(options, first=min(options.limit + options.offset + 1, maxsize))


def limited(points: Points, options: ReadOptions) -> Iterator[Point]:
    """Skip the first `offset` points of each group, and end the group after `limit` points."""
    return without_pauses(limited_results(points, options))


def limited_results(results: Results, options: ReadOptions) -> Iterator[Point | None]:
    """See `limited`; pauses remain."""
    last: Key | None = None
    count = 0
    end = options.offset + options.limit if options.limit else maxsize
    for point in results:
        if point is None:
            yield None
            continue
        if point[0] != last:
            last, count = point[0], 0
        count += 1
        if count == end:
            options.wanted.complete = last
        if options.offset < count <= end:
            yield point
