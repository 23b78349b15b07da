"""The index of the series, tags and values of a database, over all of its policies.

It reproduces the real server's `inmem` index with its oddities. A measurement keeps the tags of
deleted series until it is created again. A series that occurs several times in the write that
creates it exists twice: if the measurement was created again since, deleting one does not delete
the other, so the measurement stays even without series; and if the old measurement has no series
left then, the new measurement is removed with all its data.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from influx_testing._engine.storage.shards import StoredSeries, Tags

__all__ = ["Index"]


@dataclass(slots=True, eq=False)
class _Entry:
    """A series, the measurement from which its deletion removes it, and whether it exists twice."""

    series: StoredSeries
    home: _Measurement
    is_twin: bool


class _Measurement:
    """The series of a measurement, and the values of their tags, including deleted series."""

    __slots__ = ("is_stale", "members", "values")

    def __init__(self) -> None:
        self.members: dict[StoredSeries, _Entry] = {}
        self.values: dict[str, set[str]] = defaultdict(set)
        self.is_stale = False

    def add(self, entry: _Entry) -> None:
        self.members[entry.series] = entry
        for key, value in entry.series.tags:
            self.values[key].add(value)

    def drop(self, series: StoredSeries) -> None:
        del self.members[series]
        self.is_stale = True


class Index:
    """The index of the series of a database."""

    def __init__(self) -> None:
        self._measurements: dict[str, _Measurement] = {}
        self._series: dict[tuple[str, Tags], _Entry] = {}
        self._created: set[str] = set()
        self._dropped: set[str] = set()

    def estimate(self) -> int:
        """The number of measurements that the server estimates.

        It subtracts the names ever dropped from the names ever created, so a measurement that
        exists again does not count.
        """
        return len(self._created) - len(self._dropped)

    def measurements(self) -> list[str]:
        """The names of all measurements, sorted."""
        return sorted(self._measurements)

    def knows(self, measurement: str) -> bool:
        """Whether a measurement exists."""
        return measurement in self._measurements

    def series(self, measurement: str) -> Iterator[StoredSeries]:
        """The series of a measurement, in no particular order."""
        known = self._measurements.get(measurement)
        entries = [] if known is None else list(known.members.values())
        return (entry.series for entry in entries if self._is_alive(entry))

    def _is_alive(self, entry: _Entry) -> bool:
        series = entry.series
        return self._series.get((series.measurement, series.tags)) is entry

    def count(self) -> int:
        """The number of series."""
        return len(self._series)

    def has(self, measurement: str, tags: Tags) -> bool:
        """Whether a series exists."""
        return (measurement, tags) in self._series

    def add(self, measurement: str, tags: Tags, *, several: bool = False) -> StoredSeries:
        """Return a series; create it if it does not exist.

        Args:
            measurement: the measurement of the series.
            tags: the tags of the series.
            several: whether the current write has more than one point of the series.
        """
        entry = self._series.get((measurement, tags))
        if entry is None:
            home = self._measurements.setdefault(measurement, _Measurement())
            self._created.add(measurement)
            entry = _Entry(StoredSeries(measurement, tags), home, several)
            home.add(entry)
            self._series[measurement, tags] = entry
        return entry.series

    def values(self, measurement: str, key: str) -> set[str]:
        """The values of a tag, including those of deleted series."""
        known = self._measurements.get(measurement)
        return set() if known is None else known.values.get(key, set())

    def tag_keys(self, measurement: str) -> set[str]:
        """The tag keys of a measurement, including those of deleted series."""
        known = self._measurements.get(measurement)
        return set() if known is None else set(known.values)

    def drop(self, series: StoredSeries) -> None:
        """Drop a series; with the last series, drop its measurement too."""
        home = self._series.pop((series.measurement, series.tags)).home
        home.drop(series)
        if not home.members:
            lost = self._measurements.pop(series.measurement, home)
            self._dropped.add(series.measurement)
            for member in lost.members:
                self._series.pop((series.measurement, member.tags), None)

    def rebuild(self) -> None:
        """Create measurements again that still have tags of deleted series."""
        for name, old in self._measurements.items():
            if old.is_stale:
                new = self._measurements[name] = _Measurement()
                for entry in old.members.values():
                    new.add(entry)
                    if not entry.is_twin:
                        entry.home = new
