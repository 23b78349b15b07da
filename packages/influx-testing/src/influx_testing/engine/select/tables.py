"""Tables: one measurement in one policy, as a query over a span of time sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from influx_query.nodes import Measurement
from influx_testing.engine.columns import FieldType
from influx_testing.engine.databases import Databases
from influx_testing.engine.storage import Index, Series, Shard
from influx_testing.engine.regexes import compile_regex

__all__ = ["Table", "Tables", "stronger"]

_STRENGTH = ("float", "integer", "string", "boolean", "tag", "")


def stronger(one: str, other: str) -> str:
    """Of two types of one name, the one the name is read as; an empty one is unknown."""
    return min(one, other, key=_STRENGTH.index)


@dataclass(frozen=True, slots=True)
class Table:
    """A measurement in the shards of one policy that a query touches."""

    name: str
    index: Index
    shards: tuple[Shard, ...]

    def field_types(self) -> dict[str, FieldType]:
        """The fields of all shards; where shards differ, the stronger type."""
        types: dict[str, FieldType] = {}
        for shard in self.shards:
            for name, type_ in shard.fields.get(self.name, {}).items():
                types[name] = stronger(type_, types.get(name, type_))  # type: ignore[assignment]
        return types

    def tag_keys(self) -> set[str]:
        """The tag keys; none if no shard is touched."""
        return self.index.tag_keys(self.name) if self.shards else set()

    def series(self) -> Iterator[Series]:
        """All series of the measurement, in whichever policy they are."""
        return self.index.series(self.name)


class Tables:
    """Finds the tables of a source."""

    def __init__(self, databases: Databases, start: int, end: int) -> None:
        self._databases = databases
        self._start = start
        self._end = end
        self._found: dict[Measurement, tuple[Table, ...]] = {}

    def of(self, source: Measurement) -> tuple[Table, ...]:
        """The tables of a source whose database and policy are filled in; a regex has many.

        Raises:
            StatementError: there is no such database or policy.
        """
        found = self._found.get(source)
        if found is None:
            found = self._found[source] = self._find(source)
        return found

    def _find(self, source: Measurement) -> tuple[Table, ...]:
        database = self._databases.get(source.database)
        policy = database.policy(source.retention_policy)
        shards = tuple(policy.between(self._start, self._end))
        return tuple(
            Table(name, database.index, shards) for name in _names(source, database.index)
        )


def _names(source: Measurement, index: Index) -> list[str]:
    if source.regex is None:
        return [source.name]
    pattern = compile_regex(source.regex.pattern)
    return [name for name in index.measurements() if pattern.search(name)]
