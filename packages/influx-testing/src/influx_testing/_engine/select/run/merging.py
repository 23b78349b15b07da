"""Merges the series of one group by time, with points of equal times in the order of the server.

If all times differ, columns are sorted as a whole. Otherwise the order is that of the server, which
keeps one stream per series in a binary heap. The order of points with equal times depends on how
that heap is rearranged, so this module repeats its steps, point by point.

For a selector, the server merges series bucket by bucket, in as many goroutines as there are
processors. Of equal points, the selector keeps the first one in this order. Sums and means of the
series are added in this order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, groupby, pairwise
from operator import itemgetter
from typing import Any

from influx_testing._engine.select.run.buckets import buckets_of
from influx_testing._engine.select.run.point_runs import PointRun
from influx_testing._engine.select.run.points import Key, Point, Points, ReadOptions, subset
from influx_testing._engine.select.run.time_order import TimeOrder, time_order
from influx_testing._go.heap import Heap
from influx_testing._go.scheduler import GOMAXPROCS

__all__ = ["merged", "merged_by_bucket", "merged_in_order", "merged_shares", "merged_streams"]

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
        runs: the points of each series, always in ascending order of time; none is empty.
        bucket: returns the start of the bucket of a time.
        ascending: whether the buckets of the result are in ascending order of time.
    """
    if not _have_equals(runs):
        return merged(runs, ascending=ascending)
    several = [list(run.points()) for run in runs]
    if not ascending:
        several = [points[::-1] for points in reversed(several)]
    return _in_goroutines(several, bucket, ascending=ascending)


def merged_shares(runs: Sequence[PointRun], options: ReadOptions) -> list[Point]:
    """Reduce the runs of one group in a shard to shares, one for each key in each bucket.

    Args:
        runs: the points of each series, always in ascending order of time; none is empty.
        options: how to reduce them, the buckets and the direction.
    """
    assert options.share is not None
    ascending, share = options.ascending, options.share
    series: dict[Key, list[list[Point]]] = defaultdict(list)
    for run in runs if ascending else reversed(runs):
        key, times, values, *_ = _directed(run, ascending=ascending)
        buckets = buckets_of(times, options)
        shares = [(key, start, share(values[at:end]), ()) for start, at, end in buckets]
        if shares:
            series[key].append(shares)
    joined: list[Point] = []
    for key, several in series.items():
        points = _in_goroutines(several, lambda start: start, ascending=ascending)
        for start, same in groupby(points, key=itemgetter(1)):
            joined.append((key, start, share([point[2] for point in same]), ()))
    if len(series) > 1:
        joined.sort(key=lambda point: (point[1] if ascending else -point[1], point[0]))
    return joined


def _in_goroutines(
    several: Sequence[list[Point]], bucket: Callable[[int], int], *, ascending: bool
) -> list[Point]:
    """Merge lists by bucket: each goroutine some of them, and then their results."""
    share = max(len(several) // GOMAXPROCS, 1)
    ends = [*range(share, len(several), share)][: GOMAXPROCS - 1]
    parts = [several[start:end] for start, end in pairwise([0, *ends, len(several)])]
    shared = [_by_bucket(part, bucket, ascending=ascending) for part in parts]
    return _by_bucket(shared, bucket, ascending=ascending)


def _have_equals(runs: Sequence[PointRun]) -> bool:
    """Whether two points have the same time and value."""
    pairs = chain.from_iterable(zip(run.times, run.values, strict=True) for run in runs)
    return len(set(pairs)) < sum(len(run.times) for run in runs)


def _by_bucket(
    lists: Sequence[list[Point]], bucket: Callable[[int], int], *, ascending: bool
) -> list[Point]:
    """Merge lists by bucket: repeatedly take a whole bucket from the list with the first one."""
    if len(lists) == 1:
        return lists[0]
    sign = 1 if ascending else -1
    buckets = [[sign * bucket(point[1]) for point in points] for points in lists]
    rests = [iter(points) for points in lists]
    return [next(rests[taken]) for taken in _bucket_order(buckets)]


def _bucket_order(lists: Sequence[Sequence[int]]) -> Iterator[int]:
    """The numbers of the lists that the points come from.

    Args:
        lists: the bucket of each point in each list, in ascending order.
    """
    if len(lists) > 2 and _are_regular(lists):
        return _regular_order(len(lists), len(lists[0]))
    return _heap_order(lists)


def _heap_order(lists: Sequence[Sequence[int]]) -> Iterator[int]:
    firsts = [buckets[0] if buckets else 0 for buckets in lists]
    places = [0] * len(lists)
    full = [number for number, buckets in enumerate(lists) if buckets]
    heap = Heap(lambda one, other: firsts[one] < firsts[other], full)
    while heap.items:
        taken = heap.pop()
        buckets, place, current = lists[taken], places[taken], firsts[taken]
        while place < len(buckets) and buckets[place] == current:
            yield taken
            place += 1
        if place < len(buckets):
            places[taken], firsts[taken] = place, buckets[place]
            heap.push(taken)


def _are_regular(lists: Sequence[Sequence[int]]) -> bool:
    """Whether all lists have one point in each of the same buckets."""
    buckets = lists[0]
    return len(set(buckets)) == len(buckets) and all(other == buckets for other in lists)


def _regular_order(width: int, buckets: int) -> Iterator[int]:
    """The order for lists of one point in each bucket, which rearrange the heap always alike."""
    firsts = [0] * width
    heap = Heap(lambda one, other: firsts[one] < firsts[other], list(range(width)))
    popped: list[int] = []
    for _ in range(width):
        taken = heap.pop()
        popped.append(taken)
        firsts[taken] = 1
        heap.push(taken)
    state = list(range(width))
    for _ in range(buckets - 1):
        yield from [state[place] for place in popped]
        state = [state[place] for place in heap.items]
    last = Heap(lambda one, other: False, state)
    while last.items:
        yield last.pop()


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
