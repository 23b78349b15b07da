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


def divided_stream(
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
    return _flat(_DividedReading(client, whole, parallel).parts(later))


class _DividedReading:
    """The query for all rows, and those for the later rows that run beside it.

    Args:
        client: a client that receives responses ahead of their reader.
        query: the query for all rows.
        parallel: the number of queries at a time.
    """

    def __init__(self, client: InfluxDBClient, query: Query, parallel: int) -> None:
        self._client = client
        self._query = query
        self._parallel = parallel
        self._order = _Order()
        self._rest = LaterRows(0, ())
        self._following: RunningQuery | None = None
        self._again_after: int | None = None

    async def parts(
        self, later: Callable[[], Awaitable[LaterRows | None]]
    ) -> AsyncGenerator[AsyncGenerator[Series, None], None]:
        """Yield streams, each for the rows after those of the one before it."""
        whole = RunningQuery(self._client, self._query)
        try:
            rest = await later()
            if rest is not None:
                self._rest = rest
                self._following = RunningQuery(self._client, rest.queries[0])
            yield self._earlier(whole)
            await whole.stop()
            if self._following is not None:
                yield self._later(self._following)
        finally:
            await whole.stop()
            await self._leave_later()
        if self._again_after is not None:
            yield _after(stream(self._client, self._query), self._again_after)

    async def _earlier(self, whole: RunningQuery) -> AsyncGenerator[Series, None]:
        """Yield all rows, or those before the later ones if their queries can go on there."""
        piece = await whole.first()
        while piece is not None:
            if self._following is not None and await self._goes_on(self._following, piece):
                before = _rows_before(piece, self._rest.start)
                if before:
                    yield piece.slice(0, before)
                return
            yield piece
            piece = await whole.next()
        await self._leave_later()

    async def _goes_on(self, following: RunningQuery, piece: Series) -> bool:
        """Whether later rows are in a piece and can be read by their queries, or those are left."""
        in_order = self._order.holds(piece)
        if in_order and self._order.last < self._rest.start:
            return False
        if in_order and await _begins_in_order(following, piece.columns):
            return True
        await self._leave_later()
        return False

    async def _later(self, following: RunningQuery) -> AsyncGenerator[Series, None]:
        """Yield the later rows as long as their times increase, and note which are missing."""
        self._order.last = self._again_after = self._rest.start - 1
        held: Series | None = None  # until it is known that its last time is not that of more rows
        queries = _queries(following, self._rest.queries[1:])
        streams = ordered_streams(self._client, queries, self._parallel)
        async with aclosing(_flat(streams)) as pieces:
            async for piece in pieces:
                end = self._order.last
                if not self._order.holds(piece):
                    return
                if held is not None:
                    yield held
                    self._again_after = end
                held = piece
        if held is not None:
            yield held
        self._again_after = None

    async def _leave_later(self) -> None:
        if self._following is not None:
            await self._following.stop()
            self._following = None


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
