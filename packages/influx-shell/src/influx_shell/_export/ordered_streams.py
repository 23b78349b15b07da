"""Runs several queries at a time, and returns their results one after another."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from influx_core import InfluxDBClient, InfluxDBError, Series
from influx_shell._connection.result_streams import Query
from influx_shell._export.running_query import RunningQuery

__all__ = ["ordered_streams"]


async def ordered_streams(
    client: InfluxDBClient, queries: AsyncGenerator[Query | RunningQuery, None], parallel: int
) -> AsyncGenerator[AsyncGenerator[Series, None], None]:
    """Yield the result of each query, in their order; queries that follow run meanwhile.

    Each result must be read to its end before the next one is requested. A query that fails while
    others run is run again, by itself.

    Args:
        client: a client that receives responses ahead of their reader.
        queries: the queries; some may run already.
        parallel: the number of queries at a time.
    """
    running: deque[RunningQuery] = deque()
    try:
        async with aclosing(queries):
            async for query in queries:
                started = query if isinstance(query, RunningQuery) else RunningQuery(client, query)
                running.append(started)
                if len(running) >= parallel:
                    yield _result(running)
                    await running.popleft().stop()
            while running:
                yield _result(running)
                await running.popleft().stop()
    finally:
        for each in running:
            await each.stop()


async def _result(running: Sequence[RunningQuery]) -> AsyncGenerator[Series, None]:
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
