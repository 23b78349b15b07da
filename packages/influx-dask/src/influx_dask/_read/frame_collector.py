"""FrameCollector: joins the frames of a stream to one, in the order of time, in little memory."""

from __future__ import annotations

from typing import Any

from influx_dask._libraries import np, pd
from influx_dask._read.frame_shape import FrameShape, time_index

__all__ = ["FrameCollector"]


class FrameCollector:
    """Takes frames in the order of a response, and makes one of them.

    A tag is kept as a number for each row. The columns are joined one after another, and the pieces
    of each are released then, so that no more than one column is in memory twice.

    Args:
        shape: the columns that the frame has; others are dropped.
    """

    def __init__(self, shape: FrameShape) -> None:
        self._shape = shape
        self._times: list[Any] = []
        self._pieces: dict[str, list[Any]] = {name: [] for name in shape.columns}
        self._codes: dict[str, dict[str, int]] = {tag: {} for tag in shape.tags}

    def add(self, frame: Any) -> None:
        """Take the next rows."""
        if not len(frame):
            return
        self._times.append(np.array(frame.index.asi8))
        for tag in self._shape.tags:
            self._pieces[tag].append(self._coded(tag, frame[tag]))
        for name, _ in self._shape.fields:
            self._pieces[name].append(frame[name].array.copy())

    def frame(self) -> Any:
        """Return all rows, ordered by time; rows of one time keep their order."""
        if not self._times:
            return self._shape.empty()
        times = np.concatenate(self._times)
        self._times.clear()
        order = None
        if np.any(times[1:] < times[:-1]):
            order = np.argsort(times, kind="stable")
            times = times[order]
        columns = {name: self._column(name, order) for name in self._shape.columns}
        return pd.DataFrame(columns, index=time_index(times), copy=False)

    def _coded(self, tag: str, values: Any) -> Any:
        """The number of each value, -1 for a missing one, in as few bytes as they need."""
        found, uniques = pd.factorize(values)
        known = self._codes[tag]
        numbers = [known.setdefault(value, len(known)) for value in uniques]
        type_ = np.min_scalar_type(-len(known) - 1)
        return np.array([*numbers, -1], type_)[found]

    def _column(self, name: str, order: Any) -> Any:
        pieces = self._pieces.pop(name)
        if name in self._codes:
            joined = np.concatenate(pieces)
            pieces.clear()
            ordered = joined if order is None else joined[order]
            return pd.Categorical.from_codes(ordered, categories=list(self._codes[name]))
        made = pd.concat(
            [pd.Series(piece, copy=False) for piece in pieces], ignore_index=True
        ).array
        pieces.clear()
        return made if order is None else made.take(order)
