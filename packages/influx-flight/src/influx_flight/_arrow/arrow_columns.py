"""Columns in the memory of Arrow record batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from influx_core import DecodeError
from influx_core.columns import Column, LazyColumns, column_of_array
from influx_flight._pyarrow import pa

__all__ = ["ArrowColumns"]

_MOST_TEXT = 1 << 30
"""The bytes of strings that are joined with offsets of 32 bits; more need offsets of 64 bits."""


class ArrowColumns(LazyColumns):
    """Columns of the rows of one or several record batches.

    Attributes:
        batches: `pyarrow.RecordBatch`es with the same schema, at least one.
    """

    batches: list[Any]

    def __init__(self, batches: Sequence[Any]) -> None:
        self.batches = list(batches)
        self._length: int = sum([batch.num_rows for batch in batches])

    @property
    def width(self) -> int:
        """The number of columns."""
        width: int = self.batches[0].num_columns
        return width

    @property
    def length(self) -> int:
        """The number of rows."""
        return self._length

    def convert(self) -> tuple[Column, ...]:
        """Join the batches and convert their columns; one that stands alone is not copied.

        Raises:
            DecodeError: a time is out of range for nanoseconds in 64 bits.
        """
        return tuple(map(self._column, range(self.width)))

    def part(self, positions: Sequence[int], start: int, stop: int) -> Self:
        """Return some columns, and some of their rows, without a copy."""
        parts: list[Any] = []
        begin = 0
        for batch in self.batches:
            first, last = max(start - begin, 0), min(stop - begin, batch.num_rows)
            if first < last:
                parts.append(batch.slice(first, last - first))
            begin += batch.num_rows
        picked = list(positions)
        return type(self)([part.select(picked) for part in parts or [self.batches[0].slice(0, 0)]])

    def joined(self, others: Sequence[LazyColumns]) -> LazyColumns | None:
        """Return these rows, followed by those of others, without a copy."""
        same = [other for other in others if isinstance(other, ArrowColumns)]
        schema = self.batches[0].schema
        if len(same) < len(others) or any(other.batches[0].schema != schema for other in same):
            return None
        return ArrowColumns([batch for each in (self, *same) for batch in each.batches])

    def _column(self, position: int) -> Column:
        try:
            return column_of_array(_joined([batch.column(position) for batch in self.batches]))
        except (pa.ArrowException, ValueError) as error:
            field = self.batches[0].schema.field(position)
            raise DecodeError(f"column {field.name!r} of type {field.type}: {error}") from error


def _joined(arrays: list[Any]) -> Any:
    if len(arrays) == 1:
        return arrays[0]
    if pa.types.is_string(arrays[0].type) and sum(a.nbytes for a in arrays) > _MOST_TEXT:
        arrays = [array.cast(pa.large_string()) for array in arrays]
    return pa.concat_arrays(arrays)
