"""Fills in which database and policy a statement's sources mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from influx_query.nodes import Measurement, SelectStatement, Source, SubQuery, Target
from influx_testing.engine.databases import Databases
from influx_testing.engine.select.trees import replace
from influx_testing.errors import StatementError

__all__ = ["Normalizer"]

_Place = TypeVar("_Place", Measurement, Target)


@dataclass(frozen=True, slots=True)
class Normalizer:
    """Completes names.

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
        sources = tuple(self.source(source) for source in statement.sources)
        target = statement.target
        if target is not None:
            target = self._complete(target)
        return replace(statement, sources=sources, target=target)

    def source(self, source: Source) -> Source:
        """Complete one source."""
        if isinstance(source, SubQuery):
            return SubQuery(self.select(source.statement))
        assert isinstance(source, Measurement)
        return self._complete(source)

    def _complete(self, place: _Place) -> _Place:
        name = place.database or self.database
        if not name:
            raise StatementError("database name required")
        database = self.databases.get(name)
        policy = place.retention_policy or self.policy or database.default_policy
        if not policy:
            raise StatementError(f"default retention policy not set for: {name}")
        return replace(place, database=name, retention_policy=policy)
