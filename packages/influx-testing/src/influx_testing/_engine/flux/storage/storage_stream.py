"""StorageStream: the tables of a bucket; ranges and filters are pushed down to the storage."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from influx_testing._engine.catalog.bucket_catalog import StoredBucket
from influx_testing._engine.flux.flux_errors import StartError
from influx_testing._engine.flux.numeric.window_schedule import Bounds
from influx_testing._engine.flux.query_budget import QueryBudget
from influx_testing._engine.flux.table.group_key import GroupKey
from influx_testing._engine.flux.table.keyed_table import KeyedTable, Repeated, TableColumn
from influx_testing._engine.flux.table.row_functions import RowPredicate
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_functions import RowPart
from influx_testing._engine.flux.values.flux_types import Value, reader_of
from influx_testing._engine.storage.columns import FieldColumn, FieldType
from influx_testing._engine.storage.shards import StoredSeries

__all__ = ["StorageRead", "StorageStream"]

_TYPES = {
    "boolean": "bool",
    "float": "float",
    "integer": "int",
    "string": "string",
    "unsigned": "uint",
}
_DATA_COLUMNS = frozenset({"_time", "_value"})
"""The columns that are not part of the group key."""


@dataclass(frozen=True, slots=True)
class StorageRead:
    """What is read of a bucket.

    Attributes:
        bucket: the bucket.
        start: the first nanosecond; None without `range`.
        stop: the nanosecond after the last.
        filters: the conditions of `filter`, in order.
        rows: how many rows of each table are enough: the first, or if it is negative the last ones;
            0 means all. There may be more.
    """

    bucket: StoredBucket
    start: int | None = None
    stop: int = 0
    filters: tuple[RowPart, ...] = ()
    rows: int = 0

    def within(self, start: int, stop: int) -> StorageRead:
        """Return the read of a time range; of several, what they have in common."""
        if self.start is not None:
            start, stop = max(self.start, start), min(self.stop, stop)
        return replace(self, start=start, stop=stop)

    def where(self, parts: Sequence[RowPart]) -> StorageRead:
        """Return the read of the rows that also meet more conditions."""
        return replace(self, filters=(*self.filters, *parts))


class StorageStream(TableStream):
    """The tables of a bucket: one for each series and field that has points.

    Args:
        budget: the limits of the query.
        read: what is read.
    """

    def __init__(self, budget: QueryBudget, read: StorageRead) -> None:
        super().__init__(budget, self._tables_of_storage)
        self.read = read
        if read.start is not None:
            self.bounds = Bounds(read.start, read.stop)

    def narrowed(self, read: StorageRead) -> StorageStream:
        """Return the stream of a part of these tables."""
        return StorageStream(self.budget, read)

    def with_rows(self, rows: int) -> StorageStream:
        """Return the stream of these tables, which has at least so many of their rows.

        Args:
            rows: see `StorageRead`.
        """
        self.add_reader()
        part = self.narrowed(replace(self.read, rows=rows))
        part.origin = self.origin
        return part

    def _tables_of_storage(self) -> Iterator[KeyedTable]:
        read = self.read
        if read.start is None:
            raise StartError(
                "error in building plan while starting program: cannot submit unbounded read to "
                f"\"{read.bucket.name}\"; try bounding 'from' with a call to 'range'"
            )
        for series, fields in _series(read):
            for name in sorted(fields):
                table = _field_table(read, series, name, fields[name])
                if table is not None:
                    yield table


_Fields = Mapping[str, Sequence[FieldColumn]]


def _series(read: StorageRead) -> Iterator[tuple[StoredSeries, _Fields]]:
    """Yield the series of a bucket in the order of their keys, with columns by field.

    As on the server, a field is read up to the first shard where it has another type than in the
    first one; what comes later is left out without an error.
    """
    assert read.start is not None
    types: dict[tuple[str, str], FieldType] = {}
    ended: set[tuple[str, str]] = set()
    found: dict[tuple[str, Any], tuple[StoredSeries, dict[str, list[FieldColumn]]]] = {}
    for shard in read.bucket.policy.between(read.start, read.stop - 1):
        for measurement in shard.series:
            for name, type_ in shard.fields.get(measurement, {}).items():
                if types.setdefault((measurement, name), type_) != type_:
                    ended.add((measurement, name))
            for data in shard.of(measurement):
                key = (measurement, data.series.tags)
                _, fields = found.setdefault(key, (data.series, {}))
                for name, column in data.columns.items():
                    if (measurement, name) not in ended:
                        fields.setdefault(name, []).append(column)
    for key in sorted(found):
        yield found[key]


def _field_table(
    read: StorageRead, series: StoredSeries, field: str, columns: Sequence[FieldColumn]
) -> KeyedTable | None:
    """The table of a field, whose columns have one type; None if it has no rows."""
    key = _key(read, series, field)
    values = dict(_readable(key))
    rest: list[RowPart] = []
    for part in read.filters:
        if part.columns is None or part.columns & _DATA_COLUMNS:
            rest.append(part)
        elif part.call(values) is not True:
            return None
    times, data = _points(read, columns, 0 if rest else read.rows)
    if not times:
        return None
    table = _table(key, times, _TYPES[columns[0].type], data)
    selected = RowPredicate(rest).select(table) if rest else table
    return selected if len(selected) else None


def _key(read: StorageRead, series: StoredSeries, field: str) -> GroupKey:
    tags = [(name, "string", value) for name, value in series.tags]
    return GroupKey(
        [
            ("_start", "time", read.start),
            ("_stop", "time", read.stop),
            ("_field", "string", field),
            ("_measurement", "string", series.measurement),
            *tags,
        ]
    )


def _readable(key: GroupKey) -> Iterator[tuple[str, Value]]:
    for label, type_, value in key:
        reader = reader_of(type_)
        yield label, value if reader is None else reader(value)


def _points(
    read: StorageRead, columns: Sequence[FieldColumn], rows: int
) -> tuple[Sequence[int], Sequence[Any]]:
    """Copy the times and values of a field; columns are those of shards in order of time.

    Args:
        read: has the time range.
        columns: the columns.
        rows: see `StorageRead`.
    """
    times: array[int] = array("q")
    values: Any = None
    for own_times, own_values in _pieces(read, columns, rows):
        times.extend(own_times)
        if values is None:
            values = own_values[:]
        else:
            values.extend(own_values)
    return times, values


def _pieces(
    read: StorageRead, columns: Sequence[FieldColumn], rows: int
) -> Sequence[tuple[Sequence[int], Sequence[Any]]]:
    """Read columns in order, or as many rows as are enough, from one end on."""
    assert read.start is not None
    wanted = slice(rows) if rows > 0 else slice(rows or None, None)
    left = abs(rows)
    pieces: list[tuple[Sequence[int], Sequence[Any]]] = []
    for column in columns if rows >= 0 else reversed(columns):
        times, values = column.read(read.start, read.stop - 1)
        pieces.append((times[wanted], values[wanted]) if rows else (times, values))
        left -= len(pieces[-1][0])
        if rows and left <= 0:
            break
    return pieces if rows >= 0 else pieces[::-1]


def _table(key: GroupKey, times: Sequence[int], type_: str, values: Sequence[Any]) -> KeyedTable:
    """Return the table of a series; its columns stand in the order of the real server."""
    length = len(times)
    columns: dict[str, TableColumn] = {}
    for label, key_type, value in key:
        if label == "_field":
            columns["_time"] = TableColumn("time", times)
            columns["_value"] = TableColumn(type_, values)
        columns[label] = TableColumn(key_type, Repeated(value, length))
    return KeyedTable(key, columns, length)
