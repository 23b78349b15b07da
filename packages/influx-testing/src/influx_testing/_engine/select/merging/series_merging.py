"""Merges the series of one group by time, with points of equal times in the order of the server.

If all times differ, columns are sorted as a whole. Otherwise the order is that of the server, which
keeps one stream per series in a binary heap. The order of points with equal times depends on how
that heap is rearranged, so this module repeats its steps, point by point.

For a selector, the server merges series bucket by bucket. Of equal points, the selector keeps the
first one in this order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from influx_testing._engine.select.merging.bucket_order import goroutine_order
from influx_testing._engine.select.merging.time_order import TimeOrder, time_order
from influx_testing._engine.select.run.point_runs import PointRun
from influx_testing._engine.select.run.points import Key, Point, Points, ReadOptions, subset
from influx_testing._go.heap import Heap

__all__ = ["merged", "merged_by_bucket", "merged_in_order", "merged_streams"]

Merged = PointRun | list[Point]
"""A run, or points whose order is that of the server's heap."""


def merged_in_order(runs: Sequence[PointRun]) -> PointRun:
    """Merge the runs of one group by time; equal times keep the order of the runs."""
    return runs[0] if len(runs) == 1 else _sorted(runs, time_order([run.times for run in runs]))


def merged(runs: Sequence[PointRun], *, ascending: bool) -> Merged:
    """Merge the runs of one group.

    Args:
        runs: the points of each series, always in ascending order of time.
        ascending: whether the result is in ascending order of time.
    """
    if len(runs) == 1:
        return _directed(runs[0], ascending=ascending)
    order = time_order([run.times for run in runs])
    if order.has_equal:
        return _by_heap([list(run.points()) for run in runs], ascending=ascending)
    return _directed(_sorted(runs, order), ascending=ascending)


def _directed(run: PointRun, *, ascending: bool) -> PointRun:
    return run if ascending else run.cut(slice(None, None, -1))


def _sorted(runs: Sequence[PointRun], order: TimeOrder) -> PointRun:
    """The points of runs in an order of time."""
    key = runs[0].key
    keys: Sequence[Any] | None = None
    if any(run.key != key for run in runs):
        keys = order.take([[run.key] * len(run.times) for run in runs])
    return PointRun(
        key,
        order.times,
        order.take([run.values for run in runs]),
        tuple(map(order.take, zip(*(run.beside for run in runs), strict=True))),
        keys,
    )


def merged_by_bucket(
    runs: Sequence[PointRun], bucket: Callable[[int], int], *, ascending: bool
) -> Merged:
    """Merge the runs of one group for a selector: by bucket, with any order inside a bucket.

    Args:
        runs: the points of each series, always in ascending order of time; some may be empty.
        bucket: returns the start of the bucket of a time.
        ascending: whether the buckets of the result are in ascending order of time.
    """
    if not _have_equals(runs):
        return merged(runs, ascending=ascending)
    several = [list(run.points()) for run in runs]
    if not ascending:
        several = [points[::-1] for points in reversed(several)]
    sign = 1 if ascending else -1
    buckets = [[sign * bucket(point[1]) for point in points] for points in several]
    rests = [iter(points) for points in several]
    return [next(rests[taken]) for taken in goroutine_order(buckets)]


def _have_equals(runs: Sequence[PointRun]) -> bool:
    """Whether two points have the same time and value."""
    pairs = chain.from_iterable(zip(run.times, run.values, strict=True) for run in runs)
    return len(set(pairs)) < sum(len(run.times) for run in runs)


def _by_heap(lists: Sequence[list[Point]], *, ascending: bool) -> list[Point]:
    # Lists are consumed from their ends; in descending order, the server also reverses the series.
    stacks = [points[::-1] for points in lists] if ascending else list(lists[::-1])

    def less(one: list[Point], other: list[Point]) -> bool:
        left, right = one[-1], other[-1]
        if left[1] != right[1]:
            return (left[1] < right[1]) == ascending
        return _texts_less(left, right, ascending=ascending)

    heap = Heap(less, [stack for stack in stacks if stack])
    result: list[Point] = []
    while heap.items:
        stack = heap.pop()
        result.append(stack.pop())
        if stack:
            heap.push(stack)
    return result


def _texts_less(left: Point, right: Point, *, ascending: bool) -> bool:
    """Compare the other selected values of two points; the first one that is not text ends this."""
    for one, other in zip(left[3], right[3], strict=True):
        if not (isinstance(one, str) and isinstance(other, str)):
            return False
        if one != other:
            return (one < other) == ascending
    return False


class _Stream:
    """A stream whose first point is read.

    Attributes:
        point: that point; None at the end.
        place: its group, and its time or the start of its bucket.
        bucket: the start and the end of its bucket.
    """

    def __init__(self, points: Points, options: ReadOptions, *, by_bucket: bool) -> None:
        self._points = iter(points)
        self._options = options
        self._by_bucket = by_bucket
        self.place: tuple[Key, int] = (("", ()), 0)
        self.bucket = 0, 0
        self.advance()

    def advance(self) -> None:
        """Read the next point."""
        self.point = next(self._points, None)
        if self.point is not None:
            key, time = self.point[:2]
            self.bucket = self._options.window(time) if self._by_bucket else (time, time)
            self.place = subset(key, self._options.dimensions), self.bucket[0]

    def is_within(self, group: Key, bucket: tuple[int, int]) -> bool:
        """Whether the point is in a group, and in a bucket or before it in the direction of time.

        A subquery can have a point that is outside of its own bucket.
        """
        if self.point is None or self.place[0] != group:
            return False
        start, end = bucket
        return self.point[1] < end if self._options.ascending else self.point[1] >= start


def merged_streams(
    streams: Iterable[Points], options: ReadOptions, *, by_bucket: bool
) -> Iterator[Point]:
    """Merge streams of points. The server's heap decides in which order points of one place come.

    Args:
        streams: points, each ordered by group, then time.
        options: the groups, the buckets and the direction.
        by_bucket: whether the server takes all points of a bucket from one stream before those of
            the next, as it does for functions.
    """

    def less(one: _Stream, other: _Stream) -> bool:
        return one.place < other.place if options.ascending else one.place > other.place

    opened = [_Stream(points, options, by_bucket=by_bucket) for points in streams]
    heap = Heap(less, [stream for stream in opened if stream.point is not None])
    while heap.items:
        stream = heap.pop()
        group, bucket = stream.place[0], stream.bucket
        while stream.point is not None:
            yield stream.point
            stream.advance()
            if not by_bucket or not stream.is_within(group, bucket):
                break
        if stream.point is not None:
            heap.push(stream)
