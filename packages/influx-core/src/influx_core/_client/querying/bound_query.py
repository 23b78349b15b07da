"""BoundQuery: a query of the builder that belongs to a client."""

from __future__ import annotations

from typing import cast

from influx_core._results.query_result import QueryResult
from influx_query import SelectQuery

__all__ = ["BoundQuery"]


class BoundQuery(SelectQuery):
    """A query created by `client.query()`; `await query.execute()` runs it."""

    __slots__ = ()

    async def execute(self) -> QueryResult:
        """Run the query on its client; see `InfluxDBClient.execute`."""
        return cast(QueryResult, await super().execute())
