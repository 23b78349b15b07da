"""MeasurementViews: one measurement in one policy, limited to the time range of a query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from influx_query.nodes import Measurement
from influx_testing._engine.catalog.databases import Databases
from influx_testing._engine.storage.columns import FieldType
from influx_testing._engine.storage.series_index import Index
from influx_testing._engine.storage.shards import Shard
from influx_testing._engine.storage.table_schemas import TableSchema, fields_of
from influx_testing._go.regex import compile_regex

__all__ = ["MeasurementView", "MeasurementViews", "stronger"]

_Type = TypeVar("_Type", bound=str)

_STRENGTH = ("float", "integer", "unsigned", "string", "boolean", "tag", "")


def stronger(one: _Type, other: _Type) -> _Type:
    """Return which of two types of a name takes precedence; an empty type is unknown."""
    return min(one, other, key=_STRENGTH.index)


@dataclass(frozen=True, slots=True)
class MeasurementView:
    """A measurement in the shards of one policy that a query reads.

    Attributes:
        name: the name of the measurement.
        index: the index of its database.
        shards: the shards, in order of time.
        start: the first nanosecond that may be read.
        schema: the columns of the table; None if they are those of the shards.
    """

    name: str
    index: Index
    shards: tuple[Shard, ...]
    start: int
    schema: TableSchema | None = None

    def field_types(self) -> dict[str, FieldType]:
        """The fields of all shards; if shards differ, the type with precedence.

        A measurement without series has none, although shards still know their types.
        """
        if self.schema is not None:
            return fields_of(self.schema)
        types: dict[str, FieldType] = {}
        if not self.index.knows(self.name):
            return types
        for shard in self.shards:
            for name, type_ in shard.fields.get(self.name, {}).items():
                types[name] = stronger(type_, types.get(name, type_))
        return types

    def time_bounds(self) -> tuple[int, int] | None:
        """The times of the first and the last point of the shards; None if there are no points."""
        times = [
            column.times
            for shard in self.shards
            for data in shard.of(self.name)
            for column in data.columns.values()
            if len(column)
        ]
        return (min(each[0] for each in times), max(each[-1] for each in times)) if times else None

    def tag_keys(self) -> set[str]:
        """The tag keys; empty if the query reads no shard."""
        if self.schema is not None:
            return {name for name, kind in self.schema.items() if kind == "tag"}
        return self.index.tag_keys(self.name) if self.shards else set()


class MeasurementViews:
    """Finds the views of a source.

    Args:
        databases: the databases of the server.
        start: the start of the time range that selects shards.
        end: its end, included.
        read_from: the first nanosecond that may be read.
        by_schema: whether the schema of a table determines its columns.
    """

    def __init__(
        self,
        databases: Databases,
        start: int,
        end: int,
        read_from: int,
        *,
        by_schema: bool = False,
    ) -> None:
        self._databases = databases
        self.by_schema = by_schema
        self._read_from = read_from
        self._start = start
        self._end = end
        self._found: dict[Measurement, tuple[MeasurementView, ...]] = {}

    def of(self, source: Measurement) -> tuple[MeasurementView, ...]:
        """The views of a source that has a database and a policy; a regex may have several.

        Raises:
            StatementError: the database or the policy does not exist.
        """
        found = self._found.get(source)
        if found is None:
            found = self._found[source] = self._find(source)
        return found

    def _find(self, source: Measurement) -> tuple[MeasurementView, ...]:
        database = self._databases.get(source.database)
        policy = database.policy(source.retention_policy)
        shards = tuple(policy.between(self._start, self._end))
        schemas = database.schemas.tables if self.by_schema else {}
        return tuple(
            MeasurementView(name, database.index, shards, self._read_from, schemas.get(name))
            for name in _names(source, database.index)
        )


def _names(source: Measurement, index: Index) -> list[str]:
    if source.regex is None:
        return [source.name]
    pattern = compile_regex(source.regex.pattern)
    return [name for name in index.measurements() if pattern.matches(name)]
