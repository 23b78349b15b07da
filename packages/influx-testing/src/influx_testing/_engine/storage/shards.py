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
        """The value of a tag; empty if the series has no such tag."""
        return self.values.get(key, "")


def series_key(measurement: str, tags: Tags) -> str:
    """Write a series as SHOW SERIES does: `cpu,host=a`, with line protocol escapes."""
    name = measurement.replace(",", "\\,").replace(" ", "\\ ")
    return name + "".join(f",{_escape_tag(key)}={_escape_tag(value)}" for key, value in tags)


def _escape_tag(text: str) -> str:
    return text.replace(",", "\\,").replace("=", "\\=").replace(" ", "\\ ")


@dataclass(slots=True)
class SeriesData:
    """The data of one series in one shard."""

    series: StoredSeries
    columns: dict[str, FieldColumn] = field(default_factory=dict[str, FieldColumn])

    def is_empty(self) -> bool:
        """Whether there are no points."""
        return not any(map(len, self.columns.values()))

    def point_count(self) -> int:
        """The number of points: of the times at which a field has a value."""
        first, *others = [column.times for column in self.columns.values()] or [()]
        if all(times == first for times in others):
            return len(first)
        return len(set(first).union(*others))


@dataclass(slots=True)
class Shard:
    """The points of one policy in one time range.

    Attributes:
        id: the number of the shard, unique on the server.
        start: the first nanosecond.
        end: the nanosecond after the last.
        fields: the types of fields by measurement and field; they are kept when points are deleted.
        unsavable: the reasons why fields cannot be saved, by measurement.
        writes: the number of writes to this shard.
        failed: the number of writes that stored nothing.
        stored: the number of points stored.
        dropped: the number of points refused.
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
        """The data of all series of a measurement in this shard."""
        return self.series.get(measurement, {}).values()

    def data(self, series: StoredSeries) -> SeriesData:
        """The data of a series; created if there is none."""
        group = self.series.setdefault(series.measurement, {})
        found = group.get(series.tags)
        if found is None:
            found = group[series.tags] = SeriesData(series)
        return found

    def delete(
        self, measurement: str, chosen: Callable[[StoredSeries], bool], start: int, end: int
    ) -> list[StoredSeries]:
        """Delete the points of some series in a time range, ends included; then the empty series.

        As on the server, an empty series is kept if its key is a prefix of the key of another
        selected series that still has points.

        Returns:
            The series that were deleted from this shard.
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
        """All series that were written to this shard and not deleted."""
        return [data.series for group in self.series.values() for data in group.values()]

    def has_points_of_names_beginning_with(self, name: str) -> bool:
        """Whether a measurement has points whose name, as in a series key, begins with this one."""
        begin = series_key(name, ())
        return any(
            not data.is_empty()
            for measurement, group in self.series.items()
            if series_key(measurement, ()).startswith(begin)
            for data in group.values()
        )

    def holds(self, series: StoredSeries) -> bool:
        """Whether a series was written to this shard and not deleted."""
        return series.tags in self.series.get(series.measurement, {})

    def forget(self, series: StoredSeries) -> None:
        """Delete a series and its points."""
        group = self.series.get(series.measurement, {})
        group.pop(series.tags, None)
        if not group:
            self.series.pop(series.measurement, None)
