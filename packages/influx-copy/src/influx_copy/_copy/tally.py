"""RangeTally: counts what passes in a copy of one range."""

from __future__ import annotations

from typing import cast

from influx_copy._plan.plan import RangeResult
from influx_copy.interfaces import ColumnarBatch, FieldType

__all__ = ["RangeTally"]


class RangeTally:
    """Counts points and bytes, and collects the first and last time and the types of fields."""

    def __init__(self) -> None:
        self._rows = 0
        self._bytes = 0
        self._first: int | None = None
        self._last: int | None = None
        self._types: dict[str, set[FieldType]] = {}

    def add(self, batch: ColumnarBatch, size: int) -> None:
        """Count a batch that was written with `size` bytes."""
        if not len(batch):
            return
        self._rows += len(batch)
        self._bytes += size
        times = batch.times.to_list()
        first, last = min(times), max(times)
        self._first = first if self._first is None else min(self._first, first)
        self._last = last if self._last is None else max(self._last, last)
        for name, column in batch.fields.items():
            self._types.setdefault(name, set()).add(cast(FieldType, column.kind))

    def result(self) -> RangeResult:
        """What was counted."""
        types = {name: tuple(sorted(kinds)) for name, kinds in sorted(self._types.items())}
        return RangeResult(self._rows, self._first, self._last, types, self._bytes)
