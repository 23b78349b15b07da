"""Measurements as Arrow tables.

A measurement is a table: its tags are dictionaries of strings, its fields nullable columns, and
`time` is a timestamp in nanoseconds. Columns are in order of their names, rows in order of tags
and time, as the real server sorts them.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.storage.shards import SeriesData, Shard
from influx_testing._engine.storage.table_schemas import TYPE_NAMES, ColumnKind, TableSchema
from influx_testing.errors import FakeUnsupported

__all__ = [
    "COLUMN_TYPE",
    "MEASUREMENT_NAME",
    "StoredTables",
    "check_engine",
    "column_kinds",
    "module",
    "table_names",
    "table_of",
]

COLUMN_TYPE = "iox::column::type"
"""The metadata of a column that says whether it is a tag, a field of some type or the time."""

MEASUREMENT_NAME = "iox::measurement::name"
"""The metadata of a table that says which measurement it is."""

_FIRST, _LAST = -(2**63), 2**63 - 1


@cache
def module(name: str) -> Any:
    """A module of pyarrow.

    Raises:
        FakeUnsupported: it is not installed.
    """
    try:
        return import_module(name)
    except ImportError:
        raise _missing() from None


@cache
def check_engine() -> None:
    """Check that DataFusion is installed; only the process that runs SQL imports it.

    Raises:
        FakeUnsupported: it is not.
    """
    if find_spec("datafusion") is None:
        raise _missing()


def _missing() -> FakeUnsupported:
    return FakeUnsupported(
        "SQL without DataFusion; install it with: pip install 'influx-testing[sql]'"
    )


@dataclass(frozen=True, slots=True)
class _Made:
    """A table, and from what it was made; a shard counts what is written to it."""

    table: Any
    schema: TableSchema
    shards: list[tuple[Shard, int, int]]

    def is_of(self, schema: TableSchema, shards: list[tuple[Shard, int, int]]) -> bool:
        return (
            schema == self.schema
            and len(shards) == len(self.shards)
            and all(
                old[0] is new[0] and old[1:] == new[1:]
                for old, new in zip(self.shards, shards, strict=True)
            )
        )


class StoredTables:
    """The tables of the database that was asked last; those that did not change stay the same."""

    def __init__(self) -> None:
        self._database: Database | None = None
        self._made: dict[str, _Made] = {}

    def of(self, database: Database) -> dict[str, Any]:
        """All measurements as Arrow tables, by name; those without points, too, if created."""
        if self._database is not database:
            self._database, self._made = database, {}
        self._made = {name: self._current(database, name) for name in table_names(database)}
        return {name: made.table for name, made in self._made.items()}

    def _current(self, database: Database, name: str) -> _Made:
        shards = [(shard, shard.writes, _size(shard, name)) for shard in database.policy().shards]
        made = self._made.get(name)
        schema = dict(database.schemas.tables.get(name, {}))
        if made is None or not made.is_of(schema, shards):
            made = _Made(table_of(database, name), schema, shards)
        return made


def _size(shard: Shard, measurement: str) -> int:
    """How many values a shard holds of a measurement; deleting makes them less."""
    return sum(sum(map(len, data.columns.values())) for data in shard.of(measurement))


def table_names(database: Database) -> list[str]:
    """The names of all tables; those without points, too, if created."""
    return sorted({*database.index.measurements(), *database.schemas.tables})


def column_kinds(database: Database, measurement: str) -> dict[str, ColumnKind]:
    """What each column of a table is."""
    parts = (data for shard in database.policy().shards for data in shard.of(measurement))
    return _kinds(measurement, parts, database.schemas.tables.get(measurement, {}))


def table_of(database: Database, measurement: str) -> Any:
    """A measurement of the default policy as an Arrow table."""
    arrow = module("pyarrow")
    parts = [data for shard in database.policy().shards for data in shard.of(measurement)]
    kinds = _kinds(measurement, parts, database.schemas.tables.get(measurement, {}))
    columns: dict[str, list[Any]] = {name: [] for name in kinds}
    tags = sorted(name for name, kind in kinds.items() if kind == "tag")
    for data in sorted(parts, key=lambda part: _place(part, tags)):
        _fill(columns, data)
    names = sorted(columns)
    types = [_type(arrow, kinds[name]) for name in names]
    fields = [
        arrow.field(name, type_, name != "time", {COLUMN_TYPE: TYPE_NAMES[kinds[name]]})
        for name, type_ in zip(names, types, strict=True)
    ]
    arrays = [arrow.array(columns[name], type_) for name, type_ in zip(names, types, strict=True)]
    return arrow.table(arrays, schema=arrow.schema(fields, {MEASUREMENT_NAME: measurement}))


def _kinds(
    measurement: str, parts: Iterable[SeriesData], schema: TableSchema
) -> dict[str, ColumnKind]:
    """What each column is: those of the schema, and those of the points."""
    kinds: dict[str, ColumnKind] = {"time": "timestamp", **schema}
    for data in parts:
        tags: list[tuple[str, ColumnKind]] = [(name, "tag") for name in data.series.values]
        fields: list[tuple[str, ColumnKind]] = [
            (name, column.type) for name, column in data.columns.items()
        ]
        for name, kind in [*tags, *fields]:
            if kinds.setdefault(name, kind) != kind:
                raise FakeUnsupported(f"SQL over {measurement}: {name} is of two kinds")
    return kinds


def _place(data: SeriesData, tags: list[str]) -> list[tuple[bool, str]]:
    """Where the rows of a series go: by its tags, those without one first."""
    values = data.series.values
    return [(tag in values, values.get(tag, "")) for tag in tags]


def _type(arrow: Any, kind: str) -> Any:
    kinds = {
        "boolean": arrow.bool_,
        "float": arrow.float64,
        "integer": arrow.int64,
        "string": arrow.string,
        "tag": lambda: arrow.dictionary(arrow.int32(), arrow.string()),
        "timestamp": lambda: arrow.timestamp("ns"),
        "unsigned": arrow.uint64,
    }
    return kinds[kind]()


def _fill(columns: dict[str, list[Any]], data: SeriesData) -> None:
    """Append the points of a series to the columns of its table."""
    times, values = _aligned(data)
    for name, column in columns.items():
        if name == "time":
            column.extend(times)
        elif name in values:
            column.extend(values[name])
        else:
            column.extend([data.series.values.get(name)] * len(times))


def _aligned(data: SeriesData) -> tuple[Sequence[int], dict[str, Sequence[Any]]]:
    """The times of a series, and the values of its fields at each of them."""
    read = {name: column.read(_FIRST, _LAST) for name, column in data.columns.items()}
    times = next((times for times, _ in read.values()), array("q"))
    if all(other == times for other, _ in read.values()):
        return times, {name: values for name, (_, values) in read.items()}
    known = {name: dict(zip(*pair, strict=True)) for name, pair in read.items()}
    merged = sorted({time for values in known.values() for time in values})
    return merged, {name: list(map(values.get, merged)) for name, values in known.items()}
