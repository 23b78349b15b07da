"""Determines the order of equal values after the server has sorted them.

The server's sort is not stable: it is Go's pattern-defeating quicksort, where the order of equal
values depends on all other values. So this module repeats that sort swap by swap, but only in the
requested part of the list.

Source: https://pkg.go.dev/sort#Sort, https://arxiv.org/abs/2106.05123
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["place_of"]

_INSERTED = 12
"""The longest range that is sorted by insertion sort, which is stable."""
_MANY = 50
_MOST_SWAPS = 12
_WORD = (1 << 64) - 1


def place_of(keys: Sequence[Any], index: int) -> int:
    """Return the original index of the key that sorting moves to `index`; compares with `<`."""
    return _Sort(keys).find(index)


class _Sort:
    def __init__(self, keys: Sequence[Any]) -> None:
        self._keys = list(keys)
        self._places = list(range(len(keys)))

    def find(self, index: int) -> int:
        """Sort until the key at `index` is final; returns the original index of that key."""
        start, end = 0, len(self._keys)
        depth = end.bit_length()
        balanced = partitioned = True
        while end - start > _INSERTED:
            if not depth:
                self._heap_sort(start, end)
                return self._places[index]
            if not balanced:
                self._break_patterns(start, end)
                depth -= 1
            pivot, swaps = self._choose_pivot(start, end)
            if swaps == _MOST_SWAPS:
                self._reverse(start, end)
                pivot = end - 1 - (pivot - start)
            looks_sorted = swaps in {0, _MOST_SWAPS}
            if balanced and partitioned and looks_sorted and self._nearly_sorted(start, end):
                return self._places[index]
            if start > 0 and not self._less(start - 1, pivot):
                middle = self._partition_equal(start, end, pivot)
                if index < middle:
                    return self._places[index]
                start = middle
                continue
            middle, partitioned = self._partition(start, end, pivot)
            if index == middle:
                return self._places[index]
            shorter = min(middle - start, end - middle)
            sorts_left_apart = middle - start < end - middle
            goes_on = (index > middle) == sorts_left_apart
            balanced = shorter >= (end - start) // 8 if goes_on else True
            partitioned = partitioned if goes_on else True
            start, end = (start, middle) if index < middle else (middle + 1, end)
        self._insertion_sort(start, end)
        return self._places[index]

    def _less(self, one: int, other: int) -> bool:
        return bool(self._keys[one] < self._keys[other])

    def _swap(self, one: int, other: int) -> None:
        for items in (self._keys, self._places):
            items[one], items[other] = items[other], items[one]

    def _insertion_sort(self, start: int, end: int) -> None:
        for index in range(start + 1, end):
            self._sink(index, start)

    def _sink(self, index: int, start: int) -> None:
        while index > start and self._less(index, index - 1):
            self._swap(index, index - 1)
            index -= 1

    def _choose_pivot(self, start: int, end: int) -> tuple[int, int]:
        """Choose the pivot; returns its index and the number of swaps among the samples."""
        quarter = (end - start) // 4
        samples = [start + quarter * part for part in (1, 2, 3)]
        swaps = 0
        if end - start >= _MANY:
            for number, sample in enumerate(samples):
                samples[number], more = self._median(sample - 1, sample, sample + 1)
                swaps += more
        pivot, more = self._median(*samples)
        return pivot, swaps + more

    def _median(self, low: int, middle: int, high: int) -> tuple[int, int]:
        swaps = 0
        if self._less(middle, low):
            low, middle, swaps = middle, low, swaps + 1
        if self._less(high, middle):
            middle, swaps = high, swaps + 1
        if self._less(middle, low):
            middle, swaps = low, swaps + 1
        return middle, swaps

    def _reverse(self, start: int, end: int) -> None:
        for items in (self._keys, self._places):
            items[start:end] = items[start:end][::-1]

    def _nearly_sorted(self, start: int, end: int) -> bool:
        """Try to sort by moving at most five keys; returns whether the range is sorted."""
        index = start + 1
        for _ in range(5):
            while index < end and not self._less(index, index - 1):
                index += 1
            if index == end:
                return True
            if end - start < _MANY:
                return False
            self._swap(index, index - 1)
            if index - start >= 2:
                self._sink(index - 1, 0)
            if end - index >= 2:
                self._rise(index + 1, end)
        return False

    def _rise(self, index: int, end: int) -> None:
        while index < end and self._less(index, index - 1):
            self._swap(index, index - 1)
            index += 1

    def _partition(self, start: int, end: int, pivot: int) -> tuple[int, bool]:
        """Move smaller keys before the pivot; returns its index, and whether no swap was needed."""
        self._swap(start, pivot)
        left, right = self._cross(start + 1, end - 1, self._keys[start])
        untouched = left > right
        while left <= right:
            self._swap(left, right)
            left, right = self._cross(left + 1, right - 1, self._keys[start])
        self._swap(right, start)
        return right, untouched

    def _partition_equal(self, start: int, end: int, pivot: int) -> int:
        """Move keys equal to the pivot before larger ones, where none is smaller.

        Returns the index of the first larger key.
        """
        self._swap(start, pivot)
        value = self._keys[start]
        left, right = start + 1, end - 1
        while True:
            while left <= right and not value < self._keys[left]:
                left += 1
            while left <= right and value < self._keys[right]:
                right -= 1
            if left > right:
                return left
            self._swap(left, right)
            left, right = left + 1, right - 1

    def _cross(self, left: int, right: int, value: Any) -> tuple[int, int]:
        keys = self._keys
        while left <= right and keys[left] < value:
            left += 1
        while left <= right and not keys[right] < value:
            right -= 1
        return left, right

    def _break_patterns(self, start: int, end: int) -> None:
        """Swap three keys around the middle with pseudo-random ones, to break patterns."""
        length = end - start
        mask = (1 << length.bit_length()) - 1
        state = length
        middle = start + length // 4 * 2
        for number in range(3):
            state ^= state << 13 & _WORD
            state ^= state >> 17
            state ^= state << 5 & _WORD
            other = state & mask
            other = other - length if other >= length else other
            self._swap(middle - 1 + number, start + other)

    def _heap_sort(self, start: int, end: int) -> None:
        size = end - start
        for index in reversed(range((size - 1) // 2 + 1)):
            self._sift(start, index, size)
        for index in reversed(range(size)):
            self._swap(start, start + index)
            self._sift(start, 0, index)

    def _sift(self, start: int, index: int, size: int) -> None:
        while (child := 2 * index + 1) < size:
            if child + 1 < size and self._less(start + child, start + child + 1):
                child += 1
            if not self._less(start + index, start + child):
                return
            self._swap(start + index, start + child)
            index = child
