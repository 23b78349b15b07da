"""FrameCollector: joins the frames of a stream to one, in the order of time, in little memory."""

from __future__ import annotations

from typing import Any

from influx_dask._frame_libraries import np, pd
from influx_dask._read.collected_columns import (
    CollectedColumn,
    GrowingArray,
    TagColumn,
    field_column,
)
from influx_dask._read.frame_shape import FrameShape, time_index

__all__ = ["FrameCollector"]


class FrameCollector:
    """Takes frames in the order of a response, and makes one of them.

    The columns grow in their place, so that none of them is in memory twice.

    Args:
        shape: the columns that the frame has; others are dropped.
    """

    def __init__(self, shape: FrameShape) -> None:
        self._shape = shape
        self._times = GrowingArray("int64")
        self._columns: dict[str, CollectedColumn] = {
            **{tag: TagColumn() for tag in shape.tags},
            **{name: field_column(kind) for name, kind in shape.fields},
        }

    def add(self, frame: Any) -> None:
        """Take the next rows."""
        if not len(frame):
            return
        self._times.extend(frame.index.asi8)
        for name, column in self._columns.items():
            column.add(frame[name])

    def frame(self) -> Any:
        """Return all rows, ordered by time; rows of one time keep their order."""
        times = self._times.take()
        if not len(times):
            return self._shape.empty()
        order = None
        if np.any(times[1:] < times[:-1]):
            order = np.argsort(times, kind="stable")
            times = times[order]
        columns = {name: _ordered(column, order) for name, column in self._columns.items()}
        return pd.DataFrame(columns, index=time_index(times), copy=False)


def _ordered(column: CollectedColumn, order: Any) -> Any:
    made = column.array()
    return made if order is None else made.take(order)
