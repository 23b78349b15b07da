"""Merges streams of points by time; where times are equal, in the order of the server's heap.

The server keeps one stream per series in a binary heap. Which of several points of one moment comes
first depends on how that heap is rearranged, so it is followed here step by step, but only if there
are such points at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from operator import itemgetter

from influx_testing.engine.select.points import Point

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
    heap = _Heap([stack for stack in stacks if stack], ascending=ascending)
    result: list[Point] = []
    while heap.stacks:
        result.append(heap.pop())
    return result


class _Heap:
    """A binary heap of stacks of points, ordered by the point on top."""

    def __init__(self, stacks: list[list[Point]], *, ascending: bool) -> None:
        self.stacks = stacks
        self._ascending = ascending
        for index in reversed(range(len(stacks) // 2)):
            self._down(index, len(stacks))

    def pop(self) -> Point:
        """Take the first point of all."""
        stacks = self.stacks
        last = len(stacks) - 1
        stacks[0], stacks[last] = stacks[last], stacks[0]
        self._down(0, last)
        stack = stacks.pop()
        point = stack.pop()
        if stack:
            stacks.append(stack)
            self._up(len(stacks) - 1)
        return point

    def _less(self, one: int, other: int) -> bool:
        left, right = self.stacks[one][-1], self.stacks[other][-1]
        if left[1] != right[1]:
            return (left[1] < right[1]) == self._ascending
        return _texts_less(left, right, ascending=self._ascending)

    def _down(self, index: int, count: int) -> None:
        while (child := 2 * index + 1) < count:
            if child + 1 < count and self._less(child + 1, child):
                child += 1
            if not self._less(child, index):
                return
            self._swap(index, child)
            index = child

    def _up(self, index: int) -> None:
        while index > 0 and self._less(index, (index - 1) // 2):
            self._swap(index, (index - 1) // 2)
            index = (index - 1) // 2

    def _swap(self, one: int, other: int) -> None:
        stacks = self.stacks
        stacks[one], stacks[other] = stacks[other], stacks[one]


def _texts_less(left: Point, right: Point, *, ascending: bool) -> bool:
    """Compare the values beside two points as long as they are text."""
    for one, other in zip(left[3], right[3], strict=True):
        if not (isinstance(one, str) and isinstance(other, str)):
            return False
        if one != other:
            return (one < other) == ascending
    return False
