"""Chooses points that were read from a file, and puts them into batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from influx_copy._files.point_columns_builder import batches_of
from influx_copy.interfaces import ColumnarBatch, CopyRange, PointFilter
from influx_core import DataPoint

__all__ = ["chosen_points", "next_batches"]

_ROWS = 20_000


def chosen_points(
    points: Iterable[DataPoint], range_: CopyRange, where: PointFilter
) -> Iterator[DataPoint]:
    """Yield the points of a range that are selected; those without a time are."""
    for point in points:
        time = point.timestamp
        if range_.measurement and point.measurement != range_.measurement:
            continue
        if isinstance(time, int) and not range_.start <= time < range_.stop:
            continue
        if where.measurements and point.measurement not in where.measurements:
            continue
        if any(point.tags.get(key) != value for key, value in where.tags.items()):
            continue
        yield point


def next_batches(points: Iterator[DataPoint]) -> list[ColumnarBatch]:
    """The next points as batches, one for each measurement; empty at the end."""
    return list(batches_of(islice(points, _ROWS)))
