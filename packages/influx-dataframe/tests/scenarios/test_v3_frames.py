"""Frames of InfluxDB 3, of SQL and InfluxQL, in the formats that it answers in."""

from __future__ import annotations

import importlib.util
from collections.abc import AsyncIterator, Iterator

import pytest

from influx_core import ConfigError, InfluxDBClient, Unsigned, blocking
from influx_dataframe import query_frame, stream_frames
from influx_testing import FakeInfluxDB, serve

needs_sql = pytest.mark.skipif(
    importlib.util.find_spec("datafusion") is None, reason="datafusion is not installed"
)
START = 10**18
SQL = "SELECT host, n, load, time AS t, time FROM cpu ORDER BY time"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with (
        serve(fake=FakeInfluxDB("3.x")) as server,
        blocking.InfluxDBClient(server.url, db="x", api="v3") as client,
    ):
        client.write_many(
            ("cpu", {"host": f"h{i % 2}"}, {"n": Unsigned(i), "load": i / 2}, START + i)
            for i in range(5)
        )
        yield server.url


@pytest.fixture(params=["jsonl", "parquet"])
async def client(request, url) -> AsyncIterator[InfluxDBClient]:
    if request.param == "parquet":
        pytest.importorskip("pyarrow")
    async with InfluxDBClient(url, db="x", api="v3", deserializer=request.param) as made:
        yield made


@needs_sql
async def test_sql_makes_a_frame(client, backend, rows):
    frame = await query_frame(client, SQL, language="sql", backend=backend)
    read = rows(frame)
    assert read["host"] == ["h0", "h1", "h0", "h1", "h0"]
    assert read["n"] == [0, 1, 2, 3, 4]
    assert read["load"] == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert read["time"] == read["t"] == [START + i for i in range(5)]


@needs_sql
async def test_parquet_has_exact_types_even_without_rows(url):
    pytest.importorskip("pyarrow")
    query = f"{SQL.removesuffix(' ORDER BY time')} WHERE host = 'no'"
    async with InfluxDBClient(url, db="x", api="v3", deserializer="parquet") as client:
        table = await query_frame(client, query, language="sql", backend="pyarrow")
    assert {field.name: str(field.type) for field in table.schema} == {
        "time": "timestamp[ns, tz=UTC]",
        "host": "large_string",
        "n": "uint64",
        "load": "double",
        "t": "timestamp[ns, tz=UTC]",
    }


@needs_sql
async def test_sql_is_streamed_in_frames(client, backend, rows):
    frames = [
        rows(frame)
        async for frame in stream_frames(client, SQL, language="sql", backend=backend, chunk_size=2)
    ]
    assert [frame["n"] for frame in frames] == [[0, 1], [2, 3], [4]]


async def test_influxql_makes_a_frame_with_tags(client, backend, rows):
    frame = await query_frame(client, "SELECT load FROM cpu GROUP BY host", backend=backend)
    read = rows(frame)
    assert read["host"] == ["h0", "h0", "h0", "h1", "h1"]
    assert read["load"] == [0.0, 1.0, 2.0, 0.5, 1.5]


async def test_the_types_of_fields_are_those_of_the_server(client, backend, rows):
    frame = await query_frame(client, "SELECT n FROM cpu", types="schema", backend=backend)
    assert rows(frame)["n"] == [0, 1, 2, 3, 4]


@needs_sql
def test_a_blocking_client_takes_sql(url, backend, rows):
    with blocking.InfluxDBClient(url, db="x", api="v3") as client:
        frame = query_frame(client, SQL, language="sql", backend=backend)
        assert rows(frame)["n"] == [0, 1, 2, 3, 4]


async def test_a_server_without_sql_and_another_language_are_refused(url):
    async with InfluxDBClient(url, db="x") as client:
        with pytest.raises(ConfigError, match="SQL needs api='v3'"):
            await query_frame(client, SQL, language="sql")
        with pytest.raises(ConfigError, match="no language 'flux'; known: influxql, sql"):
            query_frame(client, SQL, language="flux")
        with pytest.raises(ConfigError, match="types"):
            await query_frame(client, SQL, language="sql", types="schema")
