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
        items, last = self.items, len(self.items) - 1
        items[0], items[last] = items[last], items[0]
        self._down(0, last)
        return items.pop()

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
            items[index], items[child] = items[child], items[index]
            index = child

    def _up(self, index: int) -> None:
        items, less = self.items, self._less
        while index > 0 and less(items[index], items[above := (index - 1) // 2]):
            items[index], items[above] = items[above], items[index]
            index = above
