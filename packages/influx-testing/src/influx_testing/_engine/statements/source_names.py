"""Adds the missing databases and policies to the sources of a statement."""

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
        databases: all databases.
        database: the database of the request; empty for none.
        policy: the policy of the request; empty for the default policy of each database.
    """

    databases: Databases
    database: str
    policy: str

    def select(self, statement: SelectStatement) -> SelectStatement:
        """Complete the sources of a SELECT, its subqueries and its target.

        Raises:
            StatementError: no database is named, or it does not exist.
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
        """Complete the sources of a SHOW statement; without sources, return the whole database.

        Args:
            database: the database after ON; empty for the database of the request.
            sources: the sources after FROM; a database in a source takes precedence.
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
    """Refuse the system sources of the server; subqueries are not checked, as on the server.

    Raises:
        StatementError: a source is a system source.
    """
    for source in statement.sources:
        if isinstance(source, Measurement) and source.name in _SYSTEM_SOURCES:
            use = _SYSTEM_SOURCES[source.name]
            raise StatementError(f"unable to use system source '{source.name}': use {use} instead")
