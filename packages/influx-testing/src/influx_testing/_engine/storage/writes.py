"""Stores points in columns, with the server's partial failures.

If a field has another type than in the shard, only its point is dropped. If points of one write
have different types for a new field, the write to this shard fails, but the shard keeps the fields
that it has registered so far. If the shard existed before the write, the server tries again. Then
the field is known, and only the point is dropped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from influx_core import DataPoint
from influx_testing._engine.catalog.databases import Database, Databases
from influx_testing._engine.catalog.retention_policies import StoredPolicy
from influx_testing._engine.storage.columns import FieldColumn, FieldType, Value, field_type
from influx_testing._engine.storage.shards import SeriesData, Shard, Tags

__all__ = ["OddPoint", "PartialWrite", "SaveError", "WriteConflict", "WriteLimits", "Writer"]

_Name = tuple[str, Tags]
"""The series of a point: measurement and tags, in the order of the point."""

_Shape = tuple[tuple[str, ...], tuple[type, ...]]
"""The names of a point's fields, and the types of their values."""


class WriteConflict(Exception):
    """The part of a write for one shard failed, and none of its points is stored."""


class SaveError(WriteConflict):
    """A shard cannot save the names of its fields."""


class OddPoint(DataPoint, frozen=True, kw_only=True):
    """A point of a line that the server accepts, but cannot store unchanged.

    Attributes:
        pairs: all fields in order, if a field occurs twice with different types.
        unsavable: the error if its names cannot be saved because they are not valid UTF-8; in the
            point, U+FFFD replaces the invalid bytes.
    """

    pairs: tuple[tuple[str, Value], ...] = ()
    unsavable: str = ""


class PartialWrite(Exception):
    """Some points were dropped, the others are stored."""

    def __init__(self, reason: str, dropped: int) -> None:
        super().__init__(f"partial write: {reason} dropped={dropped}")
        self.reason = reason
        self.dropped = dropped


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
        expired = 0
        oldest = now - self._policy.duration if self._policy.duration else None
        parts: dict[int, _ShardPart] = {}
        part: _ShardPart | None = None
        for point in points:
            time: Any = point.timestamp
            if oldest is not None and time < oldest:
                expired += 1
                continue
            if part is None or not part.shard.start <= time < part.shard.end:
                is_new = self._policy.shard_at(time) is None
                shard = self._databases.shard_for(self._policy, time)
                part = parts.setdefault(shard.id, _ShardPart(shard, is_new))
            part.points.append(point)
        failures = list(filter(None, map(self._write_part, parts.values())))
        if failures:
            raise failures[0]
        if expired:
            raise PartialWrite("points beyond retention policy", expired)

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
        heads: dict[_Name, _Head | str] = {}
        fields: dict[str, _KnownFields] = {}
        staged: list[tuple[_Head, DataPoint]] = []
        names = [(point.measurement, tuple(point.tags.items())) for point in points]
        beyond = self._beyond_limits(names, dropped)
        counts = Counter(names)
        for point, name in zip(points, names, strict=True):
            if name in beyond:
                continue
            head = heads.get(name)
            if head is None:
                head = self._head(shard, fields, *name, several=counts[name] > 1)
                heads[name] = head
            problem = head if isinstance(head, str) else head.fields.problem(point)
            if problem:
                dropped.add(problem)
            elif not isinstance(head, str):
                staged.append((head, point))
        shard.writes += 1
        shard.dropped += len(points) - len(staged)
        try:
            _learn(shard, staged)
        except WriteConflict:
            shard.failed += 1
            _move_to_front(points, [point for point in points if "time" not in point.tags])
            _move_to_front(points, [point for _, point in staged])
            raise
        for head, point in staged:
            head.store(point)
        shard.stored += len(staged)
        if dropped.count:
            raise PartialWrite(dropped.reason, dropped.count)

    def _head(
        self,
        shard: Shard,
        fields: dict[str, _KnownFields],
        measurement: str,
        items: Tags,
        *,
        several: bool = False,
    ) -> _Head | str:
        """Return the series of a point, created if necessary; or the reason why it is invalid."""
        tags = tuple(sorted(items))
        if any(key == "time" for key, _ in tags):
            return f'invalid tag key: input tag "time" on measurement "{measurement}" is invalid'
        data = shard.data(self._database.index.add(measurement, tags, several=several))
        if measurement not in fields:
            types = shard.fields.setdefault(measurement, {})
            fields[measurement] = _KnownFields(measurement, types)
        return _Head(data, fields[measurement])

    def _beyond_limits(self, names: list[_Name], dropped: _Dropped) -> set[_Name]:
        """Return the new series that would exceed a limit.

        The values of a tag are counted as before the write. Every point of a new series counts as
        one series; if these are too many together, none of the new series is created.
        """
        unknown = {name for name in set(names) if not self._is_known(*name)}
        if not unknown:
            return unknown
        new = [name for name in names if name in unknown]
        beyond: list[_Name] = []
        reason = ""
        for name in new:
            if problem := self._too_many_values(*name):
                reason = problem
                beyond.append(name)
        refused = set(beyond)
        left = [name for name in new if name not in refused]
        most = self._limits.series
        if left and most and self._database.index.count() + len(left) > most:
            reason = f"max-series-per-database limit exceeded: ({most})"
            beyond += left
        if beyond:
            dropped.count += len(beyond)
            dropped.reason = reason
        return set(beyond)

    def _is_known(self, measurement: str, items: Tags) -> bool:
        """Whether the series exists, or is invalid because of a tag `time`."""
        tags = tuple(sorted(items))
        return any(key == "time" for key, _ in tags) or self._database.index.has(measurement, tags)

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


def _move_to_front(points: list[DataPoint], kept: list[DataPoint]) -> None:
    """Write the kept points over the beginning of the list, as the server does with its array.

    The rest of the list is unchanged, so a second attempt has some points twice.
    """
    points[: len(kept)] = kept


def _learn(shard: Shard, staged: list[tuple[_Head, DataPoint]]) -> None:
    """Register the new fields of a write; if there are any, save the fields of the shard."""
    is_new = False
    for head, point in staged:
        if isinstance(point, OddPoint) and point.unsavable:
            shard.unsavable[point.measurement] = point.unsavable
        is_new |= head.fields.learn(point)
    if is_new and shard.unsavable:
        raise SaveError(next(iter(shard.unsavable.values())))


def _pairs(point: DataPoint) -> Iterable[tuple[str, Value]]:
    """The fields of a point in order."""
    return (isinstance(point, OddPoint) and point.pairs) or point.fields.items()


class _KnownFields:
    """The fields of a measurement in a shard, during one write.

    Most points have the same fields and types as an earlier one. For these, one lookup of the shape
    replaces the check of each field.
    """

    __slots__ = ("_measurement", "_shapes", "types")

    def __init__(self, measurement: str, types: dict[str, FieldType]) -> None:
        self._measurement = measurement
        self._shapes: set[_Shape] = set()
        self.types = types

    def problem(self, point: DataPoint) -> str:
        """The reason why a point conflicts with the known fields; empty if it does not."""
        shape = _shape(point)
        if shape in self._shapes:
            return ""
        types = self.types
        all_known = True
        for name, value in _pairs(point):
            known = types.get(name)
            if known is None:
                all_known = False
            elif known != field_type(value):
                return (
                    f'field type conflict: input field "{name}" on measurement '
                    f'"{self._measurement}" is type {field_type(value)}, '
                    f"already exists as type {known}"
                )
        if len(point.fields) == 1 and "time" in point.fields:
            return (
                f'invalid field name: input field "time" on measurement '
                f'"{self._measurement}" is invalid'
            )
        if all_known and shape is not None:
            self._shapes.add(shape)
        return ""

    def learn(self, point: DataPoint) -> bool:
        """Register the types of new fields; return whether there were any.

        Raises:
            WriteConflict: an earlier point of this write has another type.
        """
        shape = _shape(point)
        if shape in self._shapes:
            return False
        types = self.types
        before = len(types)
        for name, value in _pairs(point):
            if name != "time" and types.setdefault(name, field_type(value)) != field_type(value):
                raise WriteConflict("field type conflict")
        if shape is not None:
            self._shapes.add(shape)
        return len(types) > before


def _shape(point: DataPoint) -> _Shape | None:
    """The names and types of a point's fields; None if each field must be checked."""
    if isinstance(point, OddPoint):
        return None
    fields = point.fields
    return None if "time" in fields else (tuple(fields), tuple(map(type, fields.values())))


class _Head:
    """A series in a shard, during one write."""

    __slots__ = ("_columns", "fields")

    def __init__(self, data: SeriesData, fields: _KnownFields) -> None:
        self._columns = data.columns
        self.fields = fields

    def store(self, point: DataPoint) -> None:
        """Store the values of a point."""
        columns = self._columns
        time: Any = point.timestamp
        for name, value in point.fields.items():
            column = columns.get(name)
            if column is None:
                if name == "time":
                    continue
                column = columns[name] = FieldColumn(self.fields.types[name])
            column.append(time, value)
