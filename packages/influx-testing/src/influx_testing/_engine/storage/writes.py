"""Stores points in columns, with the server's partial failures.

If a field has another type than in the shard, only its point is dropped. If points of one write
have different types for a new field, the write to this shard fails, but the shard keeps the fields
that it has registered so far. If the shard existed before the write, the server tries again. Then
the field is known, and only the point is dropped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import attrgetter

from influx_core import DataPoint
from influx_testing._engine.catalog.databases import Database, Databases
from influx_testing._engine.catalog.retention_policies import StoredPolicy
from influx_testing._engine.storage.point_groups import PointGroup, SeriesName, grouped
from influx_testing._engine.storage.series_writes import (
    KnownFields,
    SeriesWrite,
    register_fields,
    store_groups,
)
from influx_testing._engine.storage.shards import Shard, Tags
from influx_testing._engine.storage.write_errors import ExpiredPoints, PartialWrite, WriteConflict

__all__ = ["WriteLimits", "Writer"]


_time: Callable[[DataPoint], int] = attrgetter("timestamp")


@dataclass(frozen=True, slots=True)
class WriteLimits:
    """The most series of a database and values of a tag; 0 means no limit."""

    series: int = 1_000_000
    values_of_tag: int = 100_000


@dataclass(slots=True)
class _Dropped:
    """The first reason why points were dropped, and their number."""

    reason: str = ""
    count: int = 0

    def add(self, reason: str, count: int = 1) -> None:
        self.reason = self.reason or reason
        self.count += count


@dataclass(slots=True)
class _ShardPart:
    """The points of a write that belong to one shard, and whether the write created the shard."""

    shard: Shard
    is_new: bool
    points: list[DataPoint] = field(default_factory=list[DataPoint])


class Writer:
    """Stores points in one policy."""

    def __init__(
        self,
        databases: Databases,
        database: Database,
        policy: StoredPolicy,
        limits: WriteLimits,
    ) -> None:
        self._databases = databases
        self._database = database
        self._policy = policy
        self._limits = limits

    def write(self, points: Iterable[DataPoint], now: int) -> None:
        """Store points, whose timestamps are ns since 1970.

        Raises:
            PartialWrite: some points were dropped; the others are stored.
            WriteConflict: points of this write have different types for a new field.
        """
        points = list(points)
        expired: list[DataPoint] = []
        oldest = now - self._policy.duration
        if self._policy.duration:
            expired = [point for point in points if _time(point) < oldest]
            points = [point for point in points if _time(point) >= oldest]
        failures = list(filter(None, map(self._write_part, self._parts(points))))
        if failures:
            raise failures[0]
        if expired:
            raise ExpiredPoints(expired, oldest, self._policy)

    def _parts(self, points: list[DataPoint]) -> Iterable[_ShardPart]:
        """Divide points by shard; create the shards that do not exist."""
        if not points:
            return ()
        times = list(map(_time, points))
        part = self._part(times[0])
        if part.shard.start <= min(times) and max(times) < part.shard.end:
            part.points = points
            return (part,)
        parts = {part.shard.id: part}
        for point, time in zip(points, times, strict=True):
            if not part.shard.start <= time < part.shard.end:
                part = self._part(time)
                part = parts.setdefault(part.shard.id, part)
            part.points.append(point)
        return parts.values()

    def _part(self, time: int) -> _ShardPart:
        is_new = self._policy.shard_at(time) is None
        return _ShardPart(self._databases.shard_for(self._policy, time), is_new)

    def _write_part(self, part: _ShardPart) -> PartialWrite | WriteConflict | None:
        """Write to one shard; if that conflicts, try again unless it is new. Return the failure."""
        failure: WriteConflict | None = None
        for _ in range(1 if part.is_new else 2):
            try:
                self._write_shard(part.shard, part.points)
            except PartialWrite as error:
                return error
            except WriteConflict as error:
                failure = error
            else:
                return None
        return failure

    def _write_shard(self, shard: Shard, points: list[DataPoint]) -> None:
        """Check all points, and store the valid ones; after a conflict, store none."""
        dropped = _Dropped()
        staged = self._staged(shard, points, dropped)
        stored = sum(group.size for _, group in staged)
        shard.writes += 1
        shard.dropped += len(points) - stored
        try:
            register_fields(shard, staged)
        except WriteConflict:
            shard.failed += 1
            _keep_as_the_server(points, staged)
            raise
        store_groups(staged)
        shard.stored += stored
        if dropped.count:
            raise PartialWrite(dropped.reason, dropped.count)

    def _staged(
        self, shard: Shard, points: list[DataPoint], dropped: _Dropped
    ) -> list[tuple[SeriesWrite, PointGroup]]:
        """Return the valid points with their series, which are created; count the others."""
        written: dict[SeriesName, SeriesWrite | str] = {}
        fields: dict[str, KnownFields] = {}
        staged: list[tuple[SeriesWrite, PointGroup]] = []
        groups = grouped(points)
        counts: dict[SeriesName, int] = defaultdict(int)
        for group in groups:
            counts[group.name] += group.size
        beyond = self._beyond_limits(groups, counts, dropped)
        for group in groups:
            name = group.name
            if name in beyond:
                continue
            series = written.get(name)
            if series is None:
                series = self._series(shard, fields, *name, several=counts[name] > 1)
                written[name] = series
            problem = series if isinstance(series, str) else series.fields.problem(group)
            if problem:
                dropped.add(problem, group.size)
            elif not isinstance(series, str):
                staged.append((series, group))
        return staged

    def _series(
        self,
        shard: Shard,
        fields: dict[str, KnownFields],
        measurement: str,
        items: Tags,
        *,
        several: bool = False,
    ) -> SeriesWrite | str:
        """Return the series of a point, created if necessary; or the reason why it is invalid."""
        tags = _sorted(items)
        if "time" in dict(items):
            return f'invalid tag key: input tag "time" on measurement "{measurement}" is invalid'
        data = shard.data(self._database.index.add(measurement, tags, several=several))
        if measurement not in fields:
            types = shard.fields.setdefault(measurement, {})
            fields[measurement] = KnownFields(measurement, types)
        return SeriesWrite(data, fields[measurement])

    def _beyond_limits(
        self, groups: list[PointGroup], counts: dict[SeriesName, int], dropped: _Dropped
    ) -> set[SeriesName]:
        """Return the new series that would exceed a limit.

        The values of a tag are counted as before the write. Every point of a new series counts as
        one series; if these are too many together, none of the new series is created. The reason
        is that of the last such point.
        """
        last = {group.name: group.places[-1] for group in groups if not self._is_known(*group.name)}
        if not last:
            return set()
        new = sorted(last, key=last.__getitem__)
        beyond: set[SeriesName] = set()
        reason = ""
        for name in new:
            if problem := self._too_many_values(*name):
                reason = problem
                beyond.add(name)
        left = sum(counts[name] for name in new if name not in beyond)
        most = self._limits.series
        if left and most and self._database.index.count() + left > most:
            reason = f"max-series-per-database limit exceeded: ({most})"
            beyond.update(new)
        if beyond:
            dropped.count += sum(counts[name] for name in beyond)
            dropped.reason = reason
        return beyond

    def _is_known(self, measurement: str, items: Tags) -> bool:
        """Whether the series exists, or is invalid because of a tag `time`."""
        return self._database.index.has(measurement, _sorted(items)) or "time" in dict(items)

    def _too_many_values(self, measurement: str, items: Tags) -> str:
        most = self._limits.values_of_tag
        for key, value in items if most else ():
            values = self._database.index.values(measurement, key)
            if value not in values and len(values) >= most:
                return (
                    f"max-values-per-tag limit exceeded ({len(values)}/{most}): "
                    f'measurement="{measurement}" tag="{key}" value="{value}"'
                )
        return ""


def _sorted(items: Tags) -> Tags:
    """Sort tags by key."""
    return items if len(items) < 2 else tuple(sorted(items))


def _keep_as_the_server(
    points: list[DataPoint], staged: list[tuple[SeriesWrite, PointGroup]]
) -> None:
    """Write the valid points over the beginning of the list, as the server does with its array.

    The rest of the list is unchanged, so a second attempt has some points twice.
    """
    places = sorted(place for _, group in staged for place in group.places)
    valid = [points[place] for place in places]
    without_time_tags = [point for point in points if "time" not in point.tags]
    for kept in (without_time_tags, valid):
        points[: len(kept)] = kept
