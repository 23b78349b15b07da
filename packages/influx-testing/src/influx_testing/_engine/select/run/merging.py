"""Merges streams of points by time, with points of equal times in the order of the server.

The server keeps one stream per series in a binary heap. The order of points with equal times
depends on how that heap is rearranged, so this module repeats its steps, but only if there are such
points.

For a selector, the server merges series bucket by bucket, in as many goroutines as there are
processors. Of equal points, the selector keeps the first one in this order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, pairwise
from operator import itemgetter

from influx_testing._engine.select.run.points import Point
from influx_testing._go.heap import Heap
from influx_testing._go.scheduler import GOMAXPROCS

__all__ = ["merged", "merged_by_bucket"]

_TIME = itemgetter(1)
_TIME_AND_VALUE = itemgetter(1, 2)


def merged(streams: Sequence[Iterable[Point]], *, ascending: bool) -> Iterable[Point]:
    """Merge the streams of one group.

    Args:
        streams: the stream of each series, always in ascending order of time.
        ascending: whether the result is in ascending order of time.
    """
    if len(streams) == 1 and ascending:
        return streams[0]
    lists = [list(stream) for stream in streams]
    result = sorted(chain.from_iterable(lists), key=_TIME)
    if any(one == other for one, other in pairwise(map(_TIME, result))):
        return _by_heap(lists, ascending=ascending)
    return result if ascending else result[::-1]


def merged_by_bucket(
    streams: Sequence[Iterable[Point]], bucket: Callable[[int], int], *, ascending: bool
) -> Iterable[Point]:
    """Merge the streams of one group for a selector: by bucket, with any order inside a bucket.

    Args:
        streams: the stream of each series, always in ascending order of time.
        bucket: returns the start of the bucket of a time.
        ascending: whether the buckets of the result are in ascending order of time.
    """
    lists = [list(stream) for stream in streams]
    several = [points for points in lists if points]
    points = list(chain.from_iterable(several))
    if len(set(map(_TIME_AND_VALUE, points))) == len(points):
        return merged(lists, ascending=ascending)
    if not ascending:
        several = [points[::-1] for points in reversed(several)]
    share = max(len(several) // GOMAXPROCS, 1)
    ends = [*range(share, len(several), share)][: GOMAXPROCS - 1]
    parts = [several[start:end] for start, end in pairwise([0, *ends, len(several)])]
    shared = [_by_bucket(part, bucket, ascending=ascending) for part in parts]
    return _by_bucket(shared, bucket, ascending=ascending)


def _by_bucket(
    lists: Sequence[list[Point]], bucket: Callable[[int], int], *, ascending: bool
) -> list[Point]:
    """Merge lists by bucket: repeatedly take a whole bucket from the list with the first one."""
    stacks = [[(bucket(point[1]), point) for point in reversed(points)] for points in lists]

    def less(one: list[tuple[int, Point]], other: list[tuple[int, Point]]) -> bool:
        left, right = one[-1][0], other[-1][0]
        return left < right if ascending else left > right

    heap = Heap(less, stacks)
    result: list[Point] = []
    while heap.items:
        stack = heap.pop()
        current = stack[-1][0]
        while stack and stack[-1][0] == current:
            result.append(stack.pop()[1])
        if stack:
            heap.push(stack)
    return result


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
