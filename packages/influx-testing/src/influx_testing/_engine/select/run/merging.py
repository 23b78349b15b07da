"""Merges streams of points by time; points with equal times in the order of the server's heap.

The server keeps one stream per series in a binary heap. The order of points with equal times
depends on how that heap is rearranged, so this module repeats its steps, but only if there are such
points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from operator import itemgetter

from influx_testing._engine.select.run.points import Point
from influx_testing._go.heap import Heap

__all__ = ["merged"]

_TIME = itemgetter(1)


def merged(streams: Sequence[Iterable[Point]], *, ascending: bool) -> Iterable[Point]:
    """Merge streams of one group.

    Args:
        streams: by series, each in ascending order of time, whatever is asked.
        ascending: whether the result is.
    """
    if len(streams) == 1 and ascending:
        return streams[0]
    lists = [list(stream) for stream in streams]
    result = sorted(chain.from_iterable(lists), key=_TIME)
    if any(one == other for one, other in pairwise(map(_TIME, result))):
        return _by_heap(lists, ascending=ascending)
    return result if ascending else result[::-1]


def _by_heap(lists: Sequence[list[Point]], *, ascending: bool) -> list[Point]:
    # Lists are consumed from their ends; backwards, the server also turns the order of series.
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
    """Compare the values beside two points as long as they are text."""
    for one, other in zip(left[3], right[3], strict=True):
        if not (isinstance(one, str) and isinstance(other, str)):
            return False
        if one != other:
            return (one < other) == ascending
    return False
