"""When is a batch full: points cut into requests of bounded size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from influx_core.points import PointLike

__all__ = ["BATCH_BYTES", "BATCH_POINTS", "batches", "timed"]

BATCH_POINTS = 5_000
"""Points a request: from here on servers do not get faster."""

BATCH_BYTES = 10_000_000
"""Bytes a request at most; InfluxDB refuses bodies over 25 MB by default."""

_T = TypeVar("_T")


def batches(items: Iterable[_T], size: int = BATCH_POINTS) -> Iterator[list[_T]]:
    """Cut an iterable, lazily, into lists of at most `size`."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def timed(points: Iterable[PointLike]) -> bool:
    """Whether every point has its own time: storing such points twice changes nothing."""
    return all(_timestamp(point) is not None for point in points)


def _timestamp(point: PointLike) -> object:
    return point[3] if isinstance(point, tuple) else point.timestamp
