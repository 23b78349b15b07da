"""Cuts a stream of points into buckets and reduces each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from operator import itemgetter
from sys import maxsize

from influx_testing._engine.select.functions.reducers import Reduced, Reducer
from influx_testing._engine.select.plan.time_conditions import MIN_TIME
from influx_testing._engine.select.run.points import (
    Key,
    Point,
    Points,
    ReadOptions,
    RowsWanted,
    subset,
)

__all__ = ["at_bucket_start", "bounded", "limited", "reduced"]


def reduced(
    points: Points,
    function: Reducer,
    options: ReadOptions,
    *,
    alone: bool = False,
    in_parts: bool = False,
) -> Iterator[Point]:
    """Reduce every bucket of every group.

    A bucket is over when a point outside of it comes, so points of one bucket that do not follow
    each other make two buckets, as they do on the server.

    Args:
        points: by group, then time.
        function: reduces the points of one group in one bucket.
        options: how they are grouped.
        alone: whether nothing but this is asked for: then the server takes it for the end if
            nothing is left of the first bucket, or of two after one another.
        in_parts: whether the server reduces each series first and then what it got, by the starts
            of buckets: where clocks change, two buckets can begin at one time, and become one.
    """
    empty = 1
    for start, buckets in _buckets(points, options, in_parts=in_parts):
        empty += 1
        for key in sorted(buckets):
            for time, value, beside in _ordered(function(buckets[key])):
                empty = 0
                yield key, start if time is None else time, value, beside
        if alone and empty == 2:
            return


def _buckets(
    points: Points, options: ReadOptions, *, in_parts: bool
) -> Iterator[tuple[int, dict[Key, list[Point]]]]:
    """Yield the start of each bucket with its points by key.

    A point that is not even inside of its own bucket, as one of a subquery can be that begins
    before the time asked for, ends everything.
    """
    dimensions = options.dimensions
    buckets: dict[Key, list[Point]] = {}
    bucket: list[Point] = []
    group: Key | None = None
    last: Key | None = None
    start = end = place = 0
    in_parts = in_parts and options.interval.zone is not None
    for point in points:
        key, time, value, _ = point
        if value is None:
            continue
        beyond = not start <= time < end
        if beyond or key is not last:
            last = key
            if beyond or subset(key, dimensions) != group:
                before = place
                start, end = options.window(time)
                place = options.window(start)[0] if in_parts else start
                if not (in_parts and place == before and subset(key, dimensions) == group):
                    if buckets:
                        yield before, buckets
                    group = subset(key, dimensions)
                    buckets = defaultdict(list)
                if not start <= time < end:
                    return
            bucket = buckets[key]
        bucket.append(point)
    if buckets:
        yield place, buckets


def _ordered(results: list[Reduced]) -> list[Reduced]:
    """Put points that have times of their own into the order of time, forwards in any case."""
    if len(results) < 2 or results[0][0] is None:
        return results
    return sorted(results, key=itemgetter(0))


def at_bucket_start(points: Points, options: ReadOptions) -> Iterator[Point]:
    """Move every point to the start of its bucket; the first moment there is becomes 1970."""
    for key, time, value, beside in points:
        start, _ = options.window(time)
        yield key, 0 if start == MIN_TIME else start, value, beside


def bounded(options: ReadOptions) -> ReadOptions:
    """Read no more points of a shard than LIMIT and OFFSET let through, and one more.

    So does the server where no function stands between them and storage. OFFSET without LIMIT
    leaves one point a shard. Where points are grouped finer than they are shown, or by one tag
    twice, both are applied to each shard first, and then again to all of them.
    """
    if not options.limit and not options.offset:
        return options
    options = replace(options, wanted=RowsWanted())
    if len(options.dimensions) != len(options.group_by):
        return replace(options, limits_shards=True)
    return replace(options, first=min(options.limit + options.offset + 1, maxsize))


def limited(points: Points, options: ReadOptions) -> Iterator[Point]:
    """Leave out the first `offset` points of each group and stop it after `limit`."""
    last: Key | None = None
    count = 0
    end = options.offset + options.limit if options.limit else maxsize
    for point in points:
        if point[0] != last:
            last, count = point[0], 0
        count += 1
        if count == end:
            options.wanted.complete = last
        if options.offset < count <= end:
            yield point
