"""Fills in the database and the policy of a statement's sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from influx_query.nodes import Measurement, SelectStatement, Source, SubQuery, Target
from influx_testing._engine.catalog.databases import Databases
from influx_testing.errors import StatementError

__all__ = ["SourceResolver", "refuse_system_sources"]

_SYSTEM_SOURCES = {
    "_fieldKeys": "SHOW FIELD KEYS",
    "_measurements": "SHOW MEASUREMENTS",
    "_name": "the appropriate meta command",
    "_series": "SHOW SERIES",
    "_tagKey": "the appropriate meta command",
    "_tagKeys": "SHOW TAG KEYS",
    "_tags": "SHOW TAG VALUES",
}
_Place = TypeVar("_Place", Measurement, Target)


@dataclass(frozen=True, slots=True)
class SourceResolver:
    """Completes the names of sources.

    Attributes:
        databases: the databases there are.
        database: the one the request names; empty for none.
        policy: the one the request names; empty for the default of each database.
    """

    databases: Databases
    database: str
    policy: str

    def select(self, statement: SelectStatement) -> SelectStatement:
        """Complete the sources of a SELECT, its subqueries and its target.

        Raises:
            StatementError: no database is named, or there is none of that name.
        """
        target = statement.target
        if target is not None:
            target = self.complete(target)
        sources = tuple(self.source(source) for source in statement.sources)
        return replace(statement, sources=sources, target=target)

    def source(self, source: Source) -> Source:
        """Complete one source."""
        if isinstance(source, SubQuery):
            return SubQuery(self.select(source.statement))
        assert isinstance(source, Measurement)
        return self.complete(source)

    def places(self, database: str, sources: Iterable[Source]) -> list[Measurement]:
        """Complete the sources of a SHOW statement; without any, everything in a database is meant.

        Args:
            database: the one that stands after ON; empty for the one the request names.
            sources: what stands after FROM; databases named there come first.
        """
        inner = replace(self, database=database or self.database)
        named = [source for source in sources if isinstance(source, Measurement)]
        return [inner.complete(source) for source in named or [Measurement()]]

    def complete(self, place: _Place) -> _Place:
        """Complete one name."""
        name = place.database or self.database
        if not name:
            raise StatementError("database name required")
        database = self.databases.get(name)
        policy = place.retention_policy or self.policy or database.default_policy
        if not policy:
            raise StatementError(f"default retention policy not set for: {name}")
        return replace(place, database=name, retention_policy=policy)


def refuse_system_sources(statement: SelectStatement) -> None:
    """Refuse what the server keeps for itself; in subqueries, nobody looks.

    Raises:
        StatementError: a source has such a name.
    """
    for source in statement.sources:
        if isinstance(source, Measurement) and source.name in _SYSTEM_SOURCES:
            use = _SYSTEM_SOURCES[source.name]
            raise StatementError(f"unable to use system source '{source.name}': use {use} instead")
