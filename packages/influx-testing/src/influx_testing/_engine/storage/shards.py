"""Storage: the points of one database, by shard, measurement, series and field.

A shard stores the field types; the database's index stores the series.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from influx_testing._engine.storage.columns import FieldColumn, FieldType

__all__ = ["SeriesData", "Shard", "StoredSeries", "Tags"]

Tags = tuple[tuple[str, str], ...]
"""Tag keys and values, sorted by key."""


class StoredSeries:
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

    series: StoredSeries
    columns: dict[str, FieldColumn] = field(default_factory=dict[str, FieldColumn])

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
        unsavable: why the fields of a measurement cannot be saved, by measurement.
        writes: how often something was written here.
        failed: how often nothing of it could be stored.
        stored: points written so far.
        dropped: points refused so far.
    """

    id: int
    start: int
    end: int
    fields: dict[str, dict[str, FieldType]] = field(default_factory=dict[str, dict[str, FieldType]])
    unsavable: dict[str, str] = field(default_factory=dict[str, str])
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

    def data(self, series: StoredSeries) -> SeriesData:
        """What is held of a series, made if needed."""
        group = self.series.setdefault(series.measurement, {})
        found = group.get(series.tags)
        if found is None:
            found = group[series.tags] = SeriesData(series)
        return found

    def delete(
        self, measurement: str, chosen: Callable[[StoredSeries], bool], start: int, end: int
    ) -> list[StoredSeries]:
        """Forget the points of the chosen series in a span, ends included; then empty series.

        As on the server, one stays if its key begins the key of a chosen one that has points.

        Returns:
            The series that are gone from here.
        """
        group = self.series.get(measurement, {})
        touched = [data for data in group.values() if chosen(data.series)]
        for data in touched:
            for column in data.columns.values():
                column.delete(start, end)
        kept = [data.series.key for data in touched if not data.is_empty()]
        gone = [
            data.series
            for data in touched
            if not any(key.startswith(data.series.key) for key in kept)
        ]
        for series in gone:
            self.forget(series)
        return gone

    def all_series(self) -> list[StoredSeries]:
        """Every series that has been written here and is not deleted."""
        return [data.series for group in self.series.values() for data in group.values()]

    def holds(self, series: StoredSeries) -> bool:
        """Whether a series has been written here and is not deleted."""
        return series.tags in self.series.get(series.measurement, {})

    def forget(self, series: StoredSeries) -> None:
        """Forget a series and what is stored of it."""
        group = self.series.get(series.measurement, {})
        group.pop(series.tags, None)
        if not group:
            self.series.pop(series.measurement, None)
