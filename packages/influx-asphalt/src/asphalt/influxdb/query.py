"""The names of asphalt-influxdb for queries and their results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import influx_query
from influx_core import KeyedTuple, Series

if TYPE_CHECKING:
    from asphalt.influxdb.client import InfluxDBClient

__all__ = ["KeyedTuple", "SelectQuery", "Series"]


class SelectQuery(influx_query.SelectQuery):
    """A query whose result has the shape of asphalt-influxdb 2.1.0."""

    __slots__ = ()

    async def execute(self) -> Series | list[Series] | None:
        """Run the query on its client.

        Returns:
            None, one Series, or a list of Series, by how many there are.
        """
        client = cast("InfluxDBClient", self._client)
        verb = "GET" if self.clauses.into is None else "POST"
        params: dict[str, Any] = self._query_params
        return cast(
            "Series | list[Series] | None",
            await client.raw_query(str(self.check()), http_verb=verb, **params),
        )
