"""The query and result classes of asphalt-influxdb, under their old names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import influx_query
from influx_core import KeyedTuple, Series

if TYPE_CHECKING:
    from collections.abc import Generator

    from asphalt.influxdb.client import InfluxDBClient

__all__ = ["KeyedTuple", "SelectQuery", "Series"]


class SelectQuery(influx_query.SelectQuery):
    """A query builder that returns results as asphalt-influxdb 2.1.0 did."""

    __slots__ = ()

    async def execute(self) -> Series | list[Series] | None:
        """Run the query with the client that created it.

        Returns:
            None for no series, a Series for one, a list for several.
        """
        client = cast("InfluxDBClient", self._client)
        verb = "GET" if self.clauses.into is None else "POST"
        params: dict[str, Any] = self._query_params
        return cast(
            "Series | list[Series] | None",
            await client.raw_query(str(self.check()), http_verb=verb, **params),
        )

    def __await__(self) -> Generator[Any, None, Series | list[Series] | None]:
        """Run the query, as `execute` does."""
        return self.execute().__await__()
