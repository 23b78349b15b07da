"""Storage: the points of one database, by shard, measurement, series and field.

Like the real server's `inmem` index, one index of series spans all policies of a database, while
field types belong to a shard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from influx_testing.engine.columns import Column, FieldType

__all__ = ["Index", "Series", "SeriesData", "Shard", "Tags"]

Tags = tuple[tuple[str, str], ...]
"""Tag keys and values, sorted by key."""


class Series:
    """The identity of a series: a measurement and its tags."""

    __slots__ = ("key", "measurement", "tags", "values")

    def __init__(self, measurement: str, tags: Tags) -> None:
        self.measurement = measurement
        self.tags = tags
        self.values = dict(tags)
        self.key = series_key(measurement, tags)

    def tag(self, key: str) -> str:
        """The value of a tag; empty where the series has no such tag."""
        return self.values.get(key, "")


def series_key(measurement: str, tags: Tags) -> str:
    """Write a series as SHOW SERIES does: `cpu,host=a`, with line protocol escapes."""
    name = measurement.replace(",", "\\,").replace(" ", "\\ ")
    return name + "".join(f",{_escape_tag(key)}={_escape_tag(value)}" for key, value in tags)


def _escape_tag(text: str) -> str:
    return text.replace(",", "\\,").replace("=", "\\=").replace(" ", "\\ ")


@dataclass(slots=True)
class SeriesData:
    """What one shard holds of one series."""

    series: Series
    columns: dict[str, Column] = field(default_factory=dict[str, Column])

    def is_empty(self) -> bool:
        """Whether nothing is stored any more."""
        return not any(map(len, self.columns.values()))


@dataclass(slots=True)
class Shard:
    """The points of one policy in one span of time.

    Attributes:
        id: its number, unique on the server.
        start: first nanosecond.
        end: the nanosecond after the last.
        fields: field types, by measurement and field; they outlive deleted points.
        writes: how often something was written here.
        failed: how often nothing of it could be stored.
        stored: points written so far.
        dropped: points refused so far.
    """

    id: int
    start: int
    end: int
    fields: dict[str, dict[str, FieldType]] = field(default_factory=dict[str, dict[str, FieldType]])
    series: dict[str, dict[Tags, SeriesData]] = field(
        default_factory=dict[str, dict[Tags, SeriesData]]
    )
    writes: int = 0
    failed: int = 0
    stored: int = 0
    dropped: int = 0

    def of(self, measurement: str) -> Iterable[SeriesData]:
        """All series of a measurement that have been written here."""
        return self.series.get(measurement, {}).values()

    def data(self, series: Series) -> SeriesData:
        """What is held of a series, made if needed."""
        group = self.series.setdefault(series.measurement, {})
        found = group.get(series.tags)
        if found is None:
            found = group[series.tags] = SeriesData(series)
        return found

    def delete(
        self, measurement: str, chosen: Callable[[Series], bool], start: int, end: int
    ) -> None:
        """Forget the points of the chosen series in a span, ends included; then empty series."""
        group = self.series.get(measurement, {})
        for data in [data for data in group.values() if chosen(data.series)]:
            for column in data.columns.values():
                column.delete(start, end)
            if data.is_empty():
                del group[data.series.tags]
        if not group:
            self.series.pop(measurement, None)
            self.fields.pop(measurement, None)


class Index:
    """Which series a database has."""

    def __init__(self) -> None:
        self._measurements: dict[str, dict[Tags, Series]] = {}
        self._values: dict[tuple[str, str], set[str]] = {}

    def measurements(self) -> list[str]:
        """The names of all measurements, sorted."""
        return sorted(self._measurements)

    def series(self, measurement: str) -> Iterator[Series]:
        """The series of a measurement, in no order."""
        return iter(list(self._measurements.get(measurement, {}).values()))

    def count(self) -> int:
        """How many series there are."""
        return sum(map(len, self._measurements.values()))

    def has(self, measurement: str, tags: Tags) -> bool:
        """Whether there is a series."""
        return tags in self._measurements.get(measurement, {})

    def add(self, measurement: str, tags: Tags) -> Series:
        """Find or make a series."""
        group = self._measurements.setdefault(measurement, {})
        found = group.get(tags)
        if found is None:
            found = group[tags] = Series(measurement, tags)
            for key, value in tags:
                self._values.setdefault((measurement, key), set()).add(value)
        return found

    def values(self, measurement: str, key: str) -> set[str]:
        """The values a tag has, or has had while its measurement was there."""
        return self._values.get((measurement, key), set())

    def keep_only(self, shards: Iterable[Shard]) -> None:
        """Drop every series that no shard holds any more."""
        shards = list(shards)
        for measurement in self.measurements():
            held = {tags for shard in shards for tags in shard.series.get(measurement, ())}
            group = self._measurements[measurement]
            lost = [tags for tags in group if tags not in held]
            for tags in lost:
                del group[tags]
            if lost:
                self._recount(measurement, group)
            if not group:
                self._forget(measurement)

    def _forget(self, measurement: str) -> None:
        del self._measurements[measurement]
        for name in [name for name in self._values if name[0] == measurement]:
            del self._values[name]

    def _recount(self, measurement: str, group: Iterable[Tags]) -> None:
        """Collect the values of a measurement's tags anew; keys stay known without any."""
        for name in self._values:
            if name[0] == measurement:
                self._values[name] = set()
        for tags in group:
            for key, value in tags:
                self._values.setdefault((measurement, key), set()).add(value)

    def tag_keys(self, measurement: str) -> set[str]:
        """Every tag key of a measurement."""
        return {key for name, key in self._values if name == measurement}
