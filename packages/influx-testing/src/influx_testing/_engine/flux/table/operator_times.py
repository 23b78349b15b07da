"""OperatorTimes: how long each function of a query works, without the functions before it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

__all__ = ["OperatorTimes"]

_Item = TypeVar("_Item")


@dataclass(slots=True)
class OperatorTimes:
    """Measures functions by name, each time that one of them makes a table.

    Attributes:
        clock: returns nanoseconds.
        times: the durations by function, in the order in which the functions finished first.
    """

    clock: Callable[[], int] = time.perf_counter_ns
    times: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    _inner: list[int] = field(default_factory=list[int])

    def timed(self, name: str, items: Iterable[_Item]) -> Iterator[_Item]:
        """Yield what a function makes, and measure it.

        Args:
            name: the name of the function.
            items: its tables; other measured functions may make theirs meanwhile.
        """
        source = iter(items)
        while True:
            started = self.clock()
            self._inner.append(0)
            try:
                item: Any = next(source, self)
            finally:
                taken = self.clock() - started
                own = taken - self._inner.pop()
                if self._inner:
                    self._inner[-1] += taken
            if item is self:
                return
            self.times.setdefault(name, []).append(own)
            yield item
