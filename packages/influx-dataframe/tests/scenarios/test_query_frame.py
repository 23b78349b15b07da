"""Frames of questions: the fake, in memory, and the real server answer with the same ones."""

from __future__ import annotations

import asyncio

import pytest

from influx_core import ConfigError, DecodeError, InfluxDBClient, QueryError, blocking
from influx_dataframe import query_frame, stream_frames, to_frames
from influx_testing import faults, serve

NS = 1577836800000000001
HOSTS = ("a =", "b,é")


async def fill(client: InfluxDBClient, count: int = 20) -> None:
    await client.write_many(
        (
            "m",
            {"host": HOSTS[i % 2]},
            {"whole": float(i), "n": 2**62 + i, "s": f"é,{i}"},
            NS + i,
        )
        for i in range(count)
    )


async def test_a_frame_has_times_tags_and_columns(client, backend, rows):
    await fill(client)
    frame = await query_frame(
        client, "SELECT whole, n, s FROM m GROUP BY host", backend=backend, chunk_size=3
    )
    order = [*range(0, 20, 2), *range(1, 20, 2)]
    assert rows(frame) == {
        "time": [NS + i for i in order],
        "host": [HOSTS[i % 2] for i in order],
        "whole": [float(i) for i in order],
        "n": [2**62 + i for i in order],
        "s": [f"é,{i}" for i in order],
    }


@pytest.mark.parametrize("query", ["SELECT whole, n FROM m", "SELECT * FROM m"])
async def test_the_schema_tells_floats_from_integers(client, backend, types, query):
    await fill(client)
    guessed = types(await query_frame(client, query, backend=backend))
    known = types(await query_frame(client, query, backend=backend, types="schema"))
    assert guessed["whole"] == guessed["n"]
    assert (
        known["whole"]
        == {"pandas": "float64", "polars": "Float64", "pyarrow": "double", "numpy": "<f8"}[backend]
    )
    assert known["n"] == guessed["n"]


@pytest.mark.parametrize(
    ("query", "params"),
    [("SELECT n FROM month.m", {}), ("SELECT n FROM m", {"retention_policy": "month"})],
    ids=["in the query", "as an argument"],
)
async def test_the_schema_is_that_of_the_retention_policy(client, backend, types, query, params):
    await fill(client)
    await client.admin.create_retention_policy("month", None)
    await client.write_lines(f"m n=1 {NS}", retention_policy="month")
    known = types(await query_frame(client, query, backend=backend, types="schema", **params))
    expected = {"pandas": "float64", "polars": "Float64", "pyarrow": "double", "numpy": "<f8"}
    assert known["n"] == expected[backend]


async def test_an_answer_without_rows_has_the_columns_and_types_of_one_with_rows(
    client, backend, rows, types
):
    await fill(client)
    query = "SELECT whole, n, s FROM m WHERE time > {} GROUP BY host"
    full, empty = [
        await query_frame(client, query.format(when), backend=backend, types="schema")
        for when in (0, NS * 2)
    ]
    assert types(full) == types(empty)
    assert set(rows(empty)) == {"time", "host", "whole", "n", "s"}
    assert not any(rows(empty).values())


async def test_a_stream_gives_frames_of_the_size_asked_for(client, backend, rows):
    await fill(client, 25)
    query = "SELECT n FROM m GROUP BY host"
    whole = rows(await query_frame(client, query, backend=backend))
    frames = [frame async for frame in stream_frames(client, query, backend=backend, chunk_size=10)]
    assert [len(frame) for frame in frames] == [10, 10, 5]
    parts = list(map(rows, frames))
    assert {name: [v for part in parts for v in part[name]] for name in whole} == whole


async def test_a_stream_of_nothing_gives_one_empty_frame(client, backend, rows):
    await fill(client, 1)
    query = "SELECT n FROM m WHERE time > 2000000000000000000"
    frames = [frame async for frame in stream_frames(client, query, backend=backend)]
    assert [rows(frame) for frame in frames] == [{"time": [], "n": []}]


async def test_a_later_frame_of_a_stream_is_no_narrower(client, backend, types):
    values = [None, 1, 0.5, 2, None]
    for i, value in enumerate(values):
        fields = {"other": True} if value is None else {"f": float(value), "other": True}
        await client.write("m", {}, fields, i)
    stream = stream_frames(client, "SELECT f, other FROM m", backend=backend, chunk_size=1)
    seen = [types(frame)["f"] async for frame in stream]
    assert len(seen) == 5
    assert seen[2] == seen[3] == seen[4]
    assert len(set(seen)) == 3


def test_the_blocking_client_gives_frames_too(server_url, backend, rows):
    with blocking.InfluxDBClient(server_url, db="blocking_frames") as client:
        client.create_database("blocking_frames")
        client.write_many(("m", {}, {"f": i / 4}, i) for i in range(5))
        frame = query_frame(client, "SELECT f FROM m", backend=backend)
        assert rows(frame)["f"] == [0, 0.25, 0.5, 0.75, 1.0]
        frames = list(stream_frames(client, "SELECT f FROM m", backend=backend, chunk_size=2))
        assert [len(frame) for frame in frames] == [2, 2, 1]
        early = stream_frames(client, "SELECT f FROM m", backend=backend, chunk_size=2)
        next(early)
        early.close()
        client.drop_database("blocking_frames")


async def test_the_builder_and_placeholders_will_do(client, backend, rows):
    await fill(client, 4)
    wet = client.query("n", "m").where(host="a =").limit(1)
    assert len(rows(await query_frame(client, wet, backend=backend))["n"]) == 1
    query = "SELECT n FROM m WHERE host = $host"
    frame = await query_frame(client, query, backend=backend, bind_params={"host": "a ="})
    assert len(rows(frame)["n"]) == 2


async def test_several_measurements_or_statements_say_what_to_use(client, backend):
    await client.write_many([("a", {}, {"f": 1.0}, 1), ("b", {}, {"f": 1.0}, 1)])
    with pytest.raises(ConfigError, match=r"2 measurements \(a, b\).*to_frames\("):
        await query_frame(client, "SELECT f FROM a, b", backend=backend)
    with pytest.raises(ConfigError, match="2 statements"):
        await query_frame(client, "SELECT f FROM a; SELECT f FROM b", backend=backend)
    with pytest.raises(ConfigError, match=r"several measurements \(a, b\)"):
        [f async for f in stream_frames(client, "SELECT f FROM a, b", backend=backend)]
    result = await client.execute("SELECT f FROM a; SELECT f FROM b", columnar=True)
    assert [*to_frames(result, backend=backend)] == ["a", "b"]


async def test_the_schema_of_a_query_that_is_not_plain_is_an_error(client):
    with pytest.raises(ConfigError, match=r'types="schema" needs one SELECT'):
        await query_frame(client, "SELECT n + 1 FROM m", types="schema")


async def test_an_error_of_a_statement_is_raised(client, backend):
    with pytest.raises(QueryError, match="mixing aggregate"):
        await query_frame(client, "SELECT mean(n), n FROM m", backend=backend)


async def test_a_kind_that_a_column_has_not_is_an_error(client, backend):
    await fill(client, 3)
    with pytest.raises(DecodeError, match="column 's' is said to be float"):
        await query_frame(client, "SELECT s FROM m", backend=backend, types={"s": "float"})


async def test_a_cut_answer_is_an_error_and_never_a_short_frame(backend):
    with serve() as server:
        async with InfluxDBClient(server.url, db="cut") as client:
            await client.create_database("cut")
            await fill(client)
            server.fail(faults.truncate())
            with pytest.raises(DecodeError):
                await query_frame(client, "SELECT n FROM m", backend=backend, chunk_size=5)


async def test_frames_of_many_questions_at_once_do_not_mix(client, backend, rows):
    await fill(client)
    asked = [
        query_frame(client, f"SELECT n FROM m LIMIT {count}", backend=backend)
        for count in range(1, 6)
    ]
    frames = await asyncio.gather(*asked)
    assert [len(rows(frame)["n"]) for frame in frames] == [1, 2, 3, 4, 5]
