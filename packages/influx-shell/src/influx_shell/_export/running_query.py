"""RunningQuery: a query that was sent before its result is read."""

from __future__ import annotations

import asyncio

from influx_core import InfluxDBClient, Series
from influx_shell._connection.result_streams import Query, stream

__all__ = ["RunningQuery"]


class RunningQuery:
    """A query that was sent; the first piece of its result is awaited."""

    def __init__(self, client: InfluxDBClient, query: Query) -> None:
        self._client = client
        self._query = query
        self._start()

    async def first(self) -> Series | None:
        """Return the first piece of the result, None if it has none; a stopped query runs again."""
        if self._stopped:
            self._start()
        return await self._first

    async def next(self) -> Series | None:
        """Return the next piece of the result; None at its end."""
        return await anext(self._pieces, None)

    async def stop(self) -> None:
        """Stop the query, and release its connection."""
        self._stopped = True
        self._first.cancel()
        await asyncio.wait((self._first,))
        await self._pieces.aclose()

    def _start(self) -> None:
        self._stopped = False
        self._pieces = stream(self._client, self._query)
        self._first = asyncio.create_task(self.next())
