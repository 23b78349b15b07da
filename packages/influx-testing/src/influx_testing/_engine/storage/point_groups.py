"""Groups the points of a write by series and fields, so that columns are stored, not points.

Points of one group agree in everything that decides whether the server stores them. Groups are in
the order of their first points: the first problem, and the order in which series and fields are
created, are those of the points.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice
from operator import lt
from typing import Any

from influx_core import DataPoint
from influx_testing._engine.storage.columns import Value
from influx_testing._engine.storage.shards import Tags

__all__ = ["OddPoint", "PointGroup", "SeriesName", "grouped"]

SeriesName = tuple[str, Tags]
"""The series of a point: measurement and tags, in the order of the point."""


class OddPoint(DataPoint, frozen=True, kw_only=True):
    """A point of a line that the server accepts, but cannot store unchanged.

    Attributes:
        pairs: all fields in order, if a field occurs twice with different types.
        unsavable: the error if its names cannot be saved because they are not valid UTF-8; in the
            point, U+FFFD replaces the invalid bytes.
    """

    pairs: tuple[tuple[str, Value], ...] = ()
    unsavable: str = ""


class PointGroup:
    """Points of one series with the same fields, of the same types, in their order.

    Attributes:
        name: the series.
        places: the places of the points in the write.
        size: the number of points.
        first: the first point.
        times: the times in ns.
        columns: the values of each field.
    """

    __slots__ = ("columns", "first", "name", "places", "size", "times")

    def __init__(self, name: SeriesName, places: Sequence[int], points: list[DataPoint]) -> None:
        self.name = name
        self.places = places
        self.size = len(places)
        self.first = points[places[0]]
        self.times: list[Any]
        if len(places) == 1:
            self.times = [self.first.timestamp]
            self.columns = {key: [value] for key, value in self.first.fields.items()}
            return
        own = [points[place] for place in places]
        self.times = [point.timestamp for point in own]
        rows = [point.fields for point in own]
        self.columns = {key: [row[key] for row in rows] for key in rows[0]}

    def has_one_type(self) -> bool:
        """Whether all values of each field have the same type."""
        if self.size == 1:
            return True
        return all(len(set(map(type, column))) == 1 for column in self.columns.values())

    def is_ascending(self) -> bool:
        """Whether every time is later than the one before."""
        return all(map(lt, self.times, islice(self.times, 1, None)))

    def pairs(self) -> Iterable[tuple[str, Value]]:
        """The fields of the first point in order; a field can occur twice in an `OddPoint`."""
        first = self.first
        return (isinstance(first, OddPoint) and first.pairs) or first.fields.items()


def grouped(points: list[DataPoint]) -> list[PointGroup]:
    """Return the groups of points; each point is one if any is odd, or fields differ in type."""
    if len(points) == 1 or OddPoint in map(type, points):
        return _singles(points)
    places: dict[tuple[str, Tags, tuple[str, ...]], list[int]] = defaultdict(list)
    for place, point in enumerate(points):
        places[point.measurement, tuple(point.tags.items()), tuple(point.fields)].append(place)
    groups = [PointGroup((key[0], key[1]), found, points) for key, found in places.items()]
    return groups if all(group.has_one_type() for group in groups) else _singles(points)


def _singles(points: list[DataPoint]) -> list[PointGroup]:
    return [
        PointGroup((point.measurement, tuple(point.tags.items())), (place,), points)
        for place, point in enumerate(points)
    ]
