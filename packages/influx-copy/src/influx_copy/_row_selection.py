"""Chooses rows of columns and batches."""

from __future__ import annotations

from collections.abc import Sequence

from influx_copy.interfaces import ColumnarBatch
from influx_core.columns import Column

__all__ = ["rows_of_batch", "rows_of_column"]


def rows_of_batch(batch: ColumnarBatch, rows: Sequence[int]) -> ColumnarBatch:
    """The points of a batch at these positions, which are in order."""
    if len(rows) == len(batch):
        return batch
    return ColumnarBatch(
        batch.measurement,
        {
            key: tag if isinstance(tag, str) else rows_of_column(tag, rows)
            for key, tag in batch.tags.items()
        },
        {name: rows_of_column(column, rows) for name, column in batch.fields.items()},
        rows_of_column(batch.times, rows),
    )


def rows_of_column(column: Column, rows: Sequence[int]) -> Column:
    """The values of a column at these positions, which are in order."""
    if len(rows) == column.length:
        return column
    values = column.to_list()
    return Column.of([values[at] for at in rows], column.kind)
