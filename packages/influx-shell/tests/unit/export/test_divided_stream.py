"""Rows that are read at several places at once are those of one query, in its order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core import QueryError, Series
from influx_shell._connection.result_streams import Query
from influx_shell._export.divided_stream import LaterRows, divided_stream

COLUMNS = ("time", "n")
TIMES = st.integers(0, 60)


class Server:
    """A client whose queries select rows by time; the order of equal times differs in ranges.

    Args:
        times: the times of the rows.
        piece: the rows of a piece.
        fails: the text of a query that fails.
        columns: the columns of ranges.
    """

    def __init__(self, times, piece=2, fails=None, columns=COLUMNS) -> None:
        self.rows = [[time, n] for n, time in enumerate(sorted(times))]
        self.piece = piece
        self.fails = fails
        self.columns = columns
        self.began: list[str] = []
        self.running = 0

    async def api_name(self) -> str:
        return "v1"

    async def stream(self, text: str, **_: object) -> AsyncGenerator[Series, None]:
        self.began.append(text)
        self.running += 1
        try:
            await asyncio.sleep(0)
            if text == self.fails:
                raise QueryError("out of memory")
            rows, columns = self.rows, COLUMNS
            if text != "whole":
                start, stop = map(int, text.split())
                chosen = [row for row in self.rows if start <= row[0] < stop]
                rows = sorted(chosen, key=lambda row: (row[0], -row[1]))
                columns = self.columns
            for first in range(0, len(rows), self.piece):
                part = rows[first : first + self.piece]
                partial = first + self.piece < len(rows)
                yield Series("m", columns, [list(row) for row in part], partial=partial)
                await asyncio.sleep(0)
        finally:
            self.running -= 1


async def read(server: Server, cuts: list[int], parallel: int = 2) -> list[list[object]]:
    async def later() -> LaterRows | None:
        bounds = pairwise([*cuts, 10**6])
        queries = [Query(f"{start} {stop}", "influxql") for start, stop in bounds]
        return LaterRows(cuts[0], queries) if cuts else None

    whole = Query("whole", "influxql")
    async with aclosing(divided_stream(server, whole, later, parallel)) as pieces:
        found = [piece async for piece in pieces]
    assert server.running == 0
    assert {piece.columns for piece in found} <= {COLUMNS}
    return [row for piece in found for row in piece.rows]


@given(
    st.lists(TIMES, max_size=40)
    | st.builds(lambda few, many: [*few, *many], st.lists(TIMES, max_size=2), st.sets(TIMES)),
    st.integers(1, 7),
    st.sets(st.integers(1, 60), max_size=4).map(sorted),
    st.integers(2, 3),
)
def test_whatever_the_times_are_the_rows_are_those_of_one_query(times, piece, cuts, parallel):
    server = Server(times, piece)
    assert asyncio.run(read(server, cuts, parallel)) == server.rows


async def test_later_rows_are_read_while_earlier_ones_are():
    server = Server(range(40))
    assert await read(server, [15, 30]) == server.rows
    assert server.began == ["whole", "15 30", "30 1000000"]


async def test_the_later_rows_are_left_at_once_if_the_first_rows_have_equal_times():
    server = Server([0, 0, *range(1, 40)])
    whole, later = Query("whole", "influxql"), LaterRows(20, [Query("20 1000000", "influxql")])

    async def found() -> LaterRows:
        return later

    async with aclosing(divided_stream(server, whole, found, 2)) as pieces:
        first = await anext(pieces)
        assert server.running == 1
        rows = [*first.rows, *[row async for piece in pieces for row in piece.rows]]
    assert rows == server.rows
    assert server.began == ["whole", "20 1000000"]


async def test_the_whole_is_read_on_if_equal_times_come_before_the_later_rows():
    server = Server([*range(40), 11])
    assert await read(server, [20]) == server.rows
    assert server.began == ["whole", "20 1000000"]


async def test_the_whole_is_read_again_if_equal_times_come_among_the_later_rows():
    server = Server([*range(40), 33])
    assert await read(server, [21]) == server.rows
    assert server.began == ["whole", "21 1000000", "whole"]


@pytest.mark.parametrize("piece", range(1, 15))
async def test_equal_times_at_the_end_of_a_piece_keep_their_order(piece):
    server = Server([*range(40), 33], piece)
    assert await read(server, [21]) == server.rows


async def test_rows_that_are_stored_meanwhile_hide_no_others():
    class Growing(Server):
        async def stream(self, text: str, **options: object) -> AsyncGenerator[Series, None]:
            if self.began.count("whole") == 1 and text == "whole":
                self.rows = sorted([*self.rows, [5, 98], [6, 99]])
            async for piece in super().stream(text, **options):
                yield piece

    server = Growing([*range(40), 33])
    before = list(server.rows)
    assert await read(server, [21]) == before
    assert server.began[-1] == "whole"


@pytest.mark.parametrize(
    "server",
    [
        Server(range(40), fails="20 1000000"),
        Server(range(40), columns=("time", "n_1")),
        Server(range(20)),
    ],
)
async def test_the_whole_is_read_on_if_the_later_rows_cannot_be_had(server):
    assert await read(server, [20]) == server.rows
    assert server.began == ["whole", "20 1000000"]


async def test_a_whole_that_fails_fails():
    server = Server(range(40), fails="whole")
    with pytest.raises(QueryError, match="out of memory"):
        await read(server, [20])
    assert server.running == 0


async def test_a_reader_that_stops_leaves_no_query():
    server = Server(range(40))

    async def later() -> LaterRows:
        return LaterRows(20, [Query("20 1000000", "influxql")])

    pieces = divided_stream(server, Query("whole", "influxql"), later, 2)
    async with aclosing(pieces):
        await anext(pieces)
    assert server.running == 0
