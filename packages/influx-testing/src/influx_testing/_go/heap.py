"""A binary heap with the algorithm of Go, which determines the order of equal items.

Source: https://pkg.go.dev/container/heap
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["Heap"]

_Item = TypeVar("_Item")


class Heap(Generic[_Item]):
    """A binary heap: no item comes before the first one.

    Args:
        less: whether one item comes before another.
        items: the items, in any order; the heap reorders this list.
    """

    def __init__(self, less: Callable[[_Item, _Item], bool], items: list[_Item]) -> None:
        self.items = items
        self._less = less
        for index in reversed(range(len(items) // 2)):
            self._down(index, len(items))

    def push(self, item: _Item) -> None:
        """Add an item."""
        self.items.append(item)
        self._up(len(self.items) - 1)

    def pop(self) -> _Item:
        """Remove and return the first item."""
        last = len(self.items) - 1
        self._swap(0, last)
        self._down(0, last)
        return self.items.pop()

    def replace(self, item: _Item) -> None:
        """Replace the first item by another one."""
        self.items[0] = item
        self._down(0, len(self.items))

    def _down(self, index: int, count: int) -> None:
        items, less = self.items, self._less
        while (child := 2 * index + 1) < count:
            if child + 1 < count and less(items[child + 1], items[child]):
                child += 1
            if not less(items[child], items[index]):
                return
            self._swap(index, child)
            index = child

    def _up(self, index: int) -> None:
        while index > 0 and self._less(self.items[index], self.items[(index - 1) // 2]):
            self._swap(index, (index - 1) // 2)
            index = (index - 1) // 2

    def _swap(self, one: int, other: int) -> None:
        items = self.items
        items[one], items[other] = items[other], items[one]
