"""Queries run at a time; their results come one after another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from influx_core import QueryError, Series
from influx_shell._connection.result_streams import Query
from influx_shell._export.ordered_streams import ordered_streams


class Server:
    """A client whose queries are numbers of pieces; it remembers what runs.

    Args:
        most: the queries that may run at a time.
    """

    def __init__(self, most: int = 100) -> None:
        self.most = most
        self.running: list[str] = []
        self.began: list[str] = []

    async def api_name(self) -> str:
        return "v1"

    async def stream(self, text: str, **_: object) -> AsyncGenerator[Series, None]:
        self.began.append(text)
        if len(self.running) >= self.most:
            raise QueryError("max-concurrent-queries limit exceeded")
        self.running.append(text)
        try:
            name, pieces = text.split()
            for number in range(int(pieces)):
                await asyncio.sleep(0)
                yield Series(name, ["time", "n"], [[0, number]])
            if int(pieces) == 0:
                raise QueryError(f"{name} is bad")
        finally:
            self.running.remove(text)


async def queries(*texts: str) -> AsyncGenerator[Query, None]:
    for text in texts:
        yield Query(text, "influxql")


async def read(
    server: Server, texts: tuple[str, ...], parallel: int, found: list[str]
) -> list[str]:
    async with aclosing(ordered_streams(server, queries(*texts), parallel)) as streams:
        async for pieces in streams:
            async for piece in pieces:
                found.append(f"{piece.name}{piece.rows[0][1]}")
                assert len(server.running) <= parallel
    return found


@pytest.mark.parametrize("parallel", [1, 2, 3, 9])
async def test_results_come_in_the_order_of_the_queries(parallel):
    server = Server()
    assert await read(server, ("a 2", "b 1", "c 3"), parallel, []) == [
        "a0",
        "a1",
        "b0",
        "c0",
        "c1",
        "c2",
    ]
    assert not server.running


async def test_the_next_query_runs_before_a_result_is_read():
    server = Server()
    streams = ordered_streams(server, queries("a 3", "b 3", "c 3"), 2)
    pieces = await anext(streams)
    await anext(pieces)
    assert server.running == ["a 3", "b 3"]
    await streams.aclose()
    assert not server.running


async def test_a_query_that_fails_beside_others_runs_again_alone():
    server = Server(most=1)
    assert await read(server, ("a 2", "b 1", "c 1"), 3, []) == ["a0", "a1", "b0", "c0"]


@pytest.mark.parametrize("parallel", [1, 2, 3])
async def test_an_error_comes_after_the_results_before_it(parallel):
    server = Server()
    found: list[str] = []
    with pytest.raises(QueryError, match="b is bad"):
        await read(server, ("a 2", "b 0", "c 1"), parallel, found)
    assert found == ["a0", "a1"]
    assert not server.running
