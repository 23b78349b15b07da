"""Runs several queries at a time, and returns their results one after another."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from influx_core import InfluxDBClient, InfluxDBError, Series
from influx_shell._connection.result_streams import Query, stream

__all__ = ["ordered_streams"]


async def ordered_streams(
    client: InfluxDBClient, queries: AsyncGenerator[Query, None], parallel: int
) -> AsyncGenerator[AsyncGenerator[Series, None], None]:
    """Yield the result of each query, in their order; queries that follow run meanwhile.

    Each result must be read to its end before the next one is requested. A query that fails while
    others run is run again, by itself.

    Args:
        client: a client that receives responses ahead of their reader.
        queries: the queries.
        parallel: the number of queries at a time.
    """
    running: deque[_RunningQuery] = deque()
    try:
        async with aclosing(queries):
            async for query in queries:
                running.append(_RunningQuery(client, query))
                if len(running) >= parallel:
                    yield _result(running)
                    await running.popleft().stop()
            while running:
                yield _result(running)
                await running.popleft().stop()
    finally:
        for each in running:
            await each.stop()


async def _result(running: Sequence[_RunningQuery]) -> AsyncGenerator[Series, None]:
    """Yield the result of the first of several queries."""
    current = running[0]
    try:
        piece = await current.first()
    except InfluxDBError:
        if len(running) == 1:
            raise
        for each in running:
            await each.stop()
        piece = await current.first()
    while piece is not None:
        yield piece
        piece = await current.next()


class _RunningQuery:
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
