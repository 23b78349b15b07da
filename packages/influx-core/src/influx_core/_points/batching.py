"""Splits points into requests of bounded size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from influx_core._points.data_point import PointLike
from influx_core._points.point_like import as_point, as_points
from influx_core.errors import EncodeError

__all__ = ["BATCH_BYTES", "BATCH_POINTS", "Fullness", "batches", "converted", "timed"]

BATCH_POINTS = 5_000
"""The most points of a request; larger requests are not faster on servers."""

BATCH_BYTES = 10_000_000
"""The most bytes of a request; InfluxDB refuses bodies over 25 MB by default."""


def batches(points: object, size: int = BATCH_POINTS) -> Iterator[list[PointLike]]:
    """Divide points lazily into lists of at most `size`, in the forms that serializers accept.

    An item that is not a point stays unchanged: the serializer refuses it, with its index.

    Raises:
        EncodeError: the argument is not an iterable of points, nor a point.
    """
    iterator = iter(as_points(points))
    while batch := list(islice(iterator, size)):
        yield [converted(point) for point in batch] if dict in map(type, batch) else batch


def converted(point: PointLike) -> PointLike:
    """Return a point in a form that serializers accept; what is not a point stays unchanged."""
    try:
        return as_point(point)
    except EncodeError:
        return point


@dataclass(frozen=True, slots=True)
class Fullness:
    """The limits at which a growing batch is sent: points, bytes or age, whichever comes first.

    Attributes:
        points: the number of points of a full batch.
        size: the number of bytes of a full batch.
        flush_interval: the seconds after the first point at which a batch is due.
    """

    points: int = BATCH_POINTS
    size: int = BATCH_BYTES
    flush_interval: float = 1.0

    def full(self, points: int, size: int) -> bool:
        """Whether a batch of these points and bytes is full."""
        return points >= self.points or size >= self.size

    def exceeded(self, points: int, size: int) -> bool:
        """Whether a batch of these points and bytes is too large."""
        return points > self.points or size > self.size

    def due_at(self, opened: float) -> float:
        """The time at which a batch is sent even if it is not full."""
        return opened + self.flush_interval


def timed(points: Iterable[PointLike]) -> bool:
    """Whether every point has a time, so that storing the points twice changes nothing."""
    return all(_timestamp(point) is not None for point in points)


def _timestamp(point: PointLike) -> object:
    return point[3] if isinstance(point, tuple) else point.timestamp
