"""What a write changes in a shard: the fields of measurements, and the columns of series."""

from __future__ import annotations

from array import array
from operator import itemgetter

from influx_testing._engine.storage.columns import FieldColumn, FieldType, field_type
from influx_testing._engine.storage.point_groups import OddPoint, PointGroup
from influx_testing._engine.storage.shards import SeriesData, Shard
from influx_testing._engine.storage.write_errors import SaveError, WriteConflict

__all__ = ["KnownFields", "SeriesWrite", "register_fields", "store_groups"]


class KnownFields:
    """The fields of a measurement in a shard, during one write."""

    __slots__ = ("_measurement", "types")

    def __init__(self, measurement: str, types: dict[str, FieldType]) -> None:
        self._measurement = measurement
        self.types = types

    def problem(self, group: PointGroup) -> str:
        """The reason why points conflict with the known fields; empty if they do not."""
        for name, value in group.pairs():
            known = self.types.get(name)
            if known is not None and known != field_type(value):
                return (
                    f'field type conflict: input field "{name}" on measurement '
                    f'"{self._measurement}" is type {field_type(value)}, '
                    f"already exists as type {known}"
                )
        if list(group.columns) == ["time"]:
            return (
                f'invalid field name: input field "time" on measurement '
                f'"{self._measurement}" is invalid'
            )
        return ""

    def register(self, group: PointGroup) -> bool:
        """Register the types of new fields; return whether there were any.

        Raises:
            WriteConflict: an earlier point of this write has another type.
        """
        types = self.types
        before = len(types)
        for name, value in group.pairs():
            if name != "time" and types.setdefault(name, field_type(value)) != field_type(value):
                raise WriteConflict("field type conflict")
        return len(types) > before


class SeriesWrite:
    """A series in a shard, during one write."""

    __slots__ = ("_columns", "fields")

    def __init__(self, data: SeriesData, fields: KnownFields) -> None:
        self._columns = data.columns
        self.fields = fields

    def store(self, group: PointGroup) -> None:
        """Store the values of points."""
        if group.size == 1:
            self.store_row(group, 0)
            return
        times, ascending = array("q", group.times), group.is_ascending()
        for name, values in group.columns.items():
            column = self._column(name)
            if column is not None:
                column.extend(times, values, ascending=ascending)

    def store_row(self, group: PointGroup, row: int) -> None:
        """Store the values of one of the points."""
        time = group.times[row]
        for name, values in group.columns.items():
            column = self._column(name)
            if column is not None:
                column.append(time, values[row])

    def _column(self, name: str) -> FieldColumn | None:
        """The column of a field, created if necessary; None for `time`, which is no field."""
        column = self._columns.get(name)
        if column is None and name != "time":
            column = self._columns[name] = FieldColumn(self.fields.types[name])
        return column


def register_fields(shard: Shard, staged: list[tuple[SeriesWrite, PointGroup]]) -> None:
    """Register the new fields of a write; if there are any, save the fields of the shard."""
    is_new = False
    for series, group in staged:
        point = group.first
        if isinstance(point, OddPoint) and point.unsavable:
            shard.unsavable[point.measurement] = point.unsavable
        is_new |= series.fields.register(group)
    if is_new and shard.unsavable:
        raise SaveError(next(iter(shard.unsavable.values())))


def store_groups(staged: list[tuple[SeriesWrite, PointGroup]]) -> None:
    """Store groups; the points of a series that has several groups are stored in their order."""
    if len(staged) == 1:
        series, group = staged[0]
        series.store(group)
        return
    by_series: dict[SeriesWrite, list[PointGroup]] = {}
    for series, group in staged:
        by_series.setdefault(series, []).append(group)
    for series, groups in by_series.items():
        if len(groups) == 1:
            series.store(groups[0])
            continue
        rows = ((place, group, row) for group in groups for row, place in enumerate(group.places))
        for _, group, row in sorted(rows, key=itemgetter(0)):
            series.store_row(group, row)
