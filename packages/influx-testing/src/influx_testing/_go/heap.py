"""A binary heap with exactly the server's steps, which determine the order of equal items.

Source: https://pkg.go.dev/container/heap
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["Heap"]

_Item = TypeVar("_Item")


class Heap(Generic[_Item]):
    """Items of which none is before the first.

    Args:
        less: whether one item comes before another.
        items: in any order.
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
        """Take the first item out."""
        last = len(self.items) - 1
        self._swap(0, last)
        self._down(0, last)
        return self.items.pop()

    def replace(self, item: _Item) -> None:
        """Put an item into the place of the first one."""
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
