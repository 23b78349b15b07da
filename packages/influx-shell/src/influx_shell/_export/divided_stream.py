"""Reads the rows of one query at several places at once, as long as that cannot change their order.

A server with several cores runs one query on little more than one of them. Rows with different
times have one order, whoever reads them; that of rows with equal times depends on all rows before
them. So later rows are read by queries of their own while earlier ones are written, and the query
for all rows decides where times are equal.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from operator import itemgetter

from influx_core import InfluxDBClient, InfluxDBError, Series
from influx_shell._connection.result_streams import Query, stream
from influx_shell._export.ordered_streams import ordered_streams
from influx_shell._export.running_query import RunningQuery

__all__ = ["LaterRows", "divided_stream"]


@dataclass(frozen=True, slots=True)
class LaterRows:
    """The rows of a query from a time on.

    Attributes:
        start: the time, in nanoseconds.
        queries: queries for these rows, one after another.
    """

    start: int
    queries: Sequence[Query]


async def divided_stream(
    client: InfluxDBClient,
    whole: Query,
    later: Callable[[], Awaitable[LaterRows | None]],
    parallel: int,
) -> AsyncGenerator[Series, None]:
    """Yield the rows of a query in its order.

    Args:
        client: a client that receives responses ahead of their reader.
        whole: the query for all rows.
        later: returns queries for the later rows; None if they are not worth it.
        parallel: the number of queries at a time.
    """
    first = RunningQuery(client, whole)
    following: RunningQuery | None = None
    try:
        rest = await later()
        if rest is not None:
            following = RunningQuery(client, rest.queries[0])
        order = _Order()
        piece = await first.first()
        while piece is not None:
            if following is not None and rest is not None:
                if not order.holds(piece):
                    await following.stop()
                    following = None
                elif order.last >= rest.start:
                    if await _begins_in_order(following, piece.columns):
                        break
                    await following.stop()
                    following = None
            yield piece
            piece = await first.next()
        if piece is None or following is None or rest is None:
            return
        before = _rows_before(piece, rest.start)
        if before:
            yield piece.slice(0, before)
        await first.stop()
        order.last = last = rest.start - 1
        held: Series | None = None  # until it is known that its last time is not that of more rows
        queries = _queries(following, rest.queries[1:])
        async with aclosing(_flat(ordered_streams(client, queries, parallel))) as pieces:
            async for piece in pieces:
                end = order.last
                if not order.holds(piece):
                    break
                if held is not None:
                    yield held
                    last = end
                held = piece
            else:
                if held is not None:
                    yield held
                return
    finally:
        await first.stop()
        if following is not None:
            await following.stop()
    async with aclosing(stream(client, whole)) as pieces:
        async for piece in _after(pieces, last):
            yield piece


class _Order:
    """Whether each row of some pieces is later than the one before it.

    Attributes:
        last: the last time so far.
    """

    def __init__(self) -> None:
        self.last = -(2**63)

    def holds(self, piece: Series) -> bool:
        """Whether the rows of the next piece are."""
        times = piece.increasing_times()
        if times is None or times[0] <= self.last:
            return False
        self.last = times[1]
        return True


async def _begins_in_order(query: RunningQuery, columns: tuple[str, ...]) -> bool:
    """Whether the first piece of a result has these columns, and increasing times."""
    try:
        piece = await query.first()
    except InfluxDBError:
        return False  # the query for all rows runs on
    if piece is None or piece.columns != columns:
        return False
    return piece.increasing_times() is not None


def _rows_before(piece: Series, time: int) -> int:
    """The number of rows before a time; the rows are in the order of time."""
    place = piece.columns.index("time")
    return bisect_left(piece.rows, time, key=itemgetter(place))


async def _queries(
    running: RunningQuery, others: Sequence[Query]
) -> AsyncGenerator[Query | RunningQuery, None]:
    yield running
    for each in others:
        yield each


async def _flat(
    streams: AsyncGenerator[AsyncGenerator[Series, None], None],
) -> AsyncGenerator[Series, None]:
    async with aclosing(streams):
        async for pieces in streams:
            async with aclosing(pieces):
                async for piece in pieces:
                    yield piece


async def _after(pieces: AsyncGenerator[Series, None], time: int) -> AsyncGenerator[Series, None]:
    """Yield the rows after a time."""
    async for piece in pieces:
        before = _rows_before(piece, time + 1)
        if before < len(piece):
            yield piece.slice(before, len(piece)) if before else piece
