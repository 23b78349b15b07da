"""BoundQuery: a query of the builder that belongs to a client."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, cast

from influx_core._results.query_result import QueryResult
from influx_query import SelectQuery

__all__ = ["BoundQuery"]


class BoundQuery(SelectQuery):
    """A query created by `client.query()`; `await query.execute()` or `await query` runs it."""

    __slots__ = ()

    async def execute(self) -> QueryResult:
        """Run the query on its client; see `InfluxDBClient.execute`."""
        return cast(QueryResult, await super().execute())

    def __await__(self) -> Generator[Any, None, QueryResult]:
        """Run the query, as `execute` does."""
        return self.execute().__await__()
