"""Splits points into requests of bounded size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from influx_core._points.data_point import PointLike
from influx_core._points.point_like import as_point, as_points
from influx_core.errors import EncodeError

__all__ = ["BATCH_BYTES", "BATCH_POINTS", "Fullness", "batches", "timed"]

BATCH_POINTS = 5_000
"""Points a request: from here on servers do not get faster."""

BATCH_BYTES = 10_000_000
"""Bytes a request at most; InfluxDB refuses bodies over 25 MB by default."""


def batches(points: object, size: int = BATCH_POINTS) -> Iterator[list[PointLike]]:
    """Divide points, lazily, into lists of at most `size`, in the forms that serializers take.

    What is not a point stays as it is: the serializer refuses it, with its index.

    Raises:
        EncodeError: these are not points at all.
    """
    iterator = iter(as_points(points))
    while batch := list(islice(iterator, size)):
        yield [_converted(point) for point in batch] if dict in map(type, batch) else batch


def _converted(point: PointLike) -> PointLike:
    try:
        return as_point(point)
    except EncodeError:
        return point


@dataclass(frozen=True, slots=True)
class Fullness:
    """When a batch that grows is sent: by points, by bytes, or by age, whatever comes first.

    Attributes:
        points: it is full with so many.
        size: it is full with so many bytes.
        flush_interval: it is due so many seconds after its first point.
    """

    points: int = BATCH_POINTS
    size: int = BATCH_BYTES
    flush_interval: float = 1.0

    def full(self, points: int, size: int) -> bool:
        """Whether a batch takes no more."""
        return points >= self.points or size >= self.size

    def exceeded(self, points: int, size: int) -> bool:
        """Whether a batch would be too large."""
        return points > self.points or size > self.size

    def due_at(self, opened: float) -> float:
        """When a batch is sent although it is not full."""
        return opened + self.flush_interval


def timed(points: Iterable[PointLike]) -> bool:
    """Whether every point has its own time: storing such points twice changes nothing."""
    return all(_timestamp(point) is not None for point in points)


def _timestamp(point: PointLike) -> object:
    return point[3] if isinstance(point, tuple) else point.timestamp
