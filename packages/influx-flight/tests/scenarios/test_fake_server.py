"""A client over Flight and the fake server: one address for writes, queries and everything else."""

from __future__ import annotations

import importlib.util

import pytest

from influx_core import (
    AuthenticationError,
    DatabaseNotFound,
    InfluxDBClient,
    QueryError,
    Unsigned,
    blocking,
)
from influx_testing import FakeInfluxDB, serve

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("datafusion") is None or importlib.util.find_spec("h2") is None,
    reason="datafusion or h2 is not installed (influx-testing[flight])",
)
TOKEN = "t0k3n"
START = 10**18
SQL = "SELECT time, host, n, load FROM cpu ORDER BY time"


@pytest.fixture(scope="module")
def url():
    with (
        serve(fake=FakeInfluxDB("3.x", token=TOKEN)) as server,
        blocking.InfluxDBClient(server.url, db="x", api="v3", token=TOKEN) as client,
    ):
        client.write_many(
            ("cpu", {"host": f"h{i % 2}"}, {"n": Unsigned(i), "load": i / 2}, START + i)
            for i in range(5)
        )
        yield server.url


@pytest.fixture
async def client(url):
    async with connect(url) as made:
        yield made


def connect(url, **options) -> InfluxDBClient:
    return InfluxDBClient(
        url, **{"db": "x", "api": "v3", "token": TOKEN, "transport": "flight", **options}
    )


async def test_writes_and_pings_use_the_same_address(client):
    assert (await client.ping()).startswith("3")
    await client.write("mem", {"host": "a"}, {"free": 1.5}, START)
    assert (await client.query_sql("SELECT free FROM mem"))[0].free == 1.5
    assert await client.field_keys("cpu") == {"load": "float", "n": "unsigned"}
    assert "x" in await client.databases()


async def test_a_detected_api_uses_flight_too(url):
    async with connect(url, api="auto") as client:
        series = await client.query_sql(SQL)
        assert series.data[2].kind == "unsigned"


@pytest.mark.parametrize("flavor", ["1.6", "2.x"])
async def test_other_servers_are_asked_over_http(flavor):
    with serve(fake=FakeInfluxDB(flavor)) as server:
        async with InfluxDBClient(
            server.url, db="x", transport="flight", token="t" if flavor == "2.x" else None
        ) as client:
            assert isinstance(await client.ping(), str)


async def test_influxql_has_tags_and_parameters(client):
    result = await client.execute(
        "SELECT load FROM cpu WHERE load > $least GROUP BY host", bind_params={"least": 0.5}
    )
    assert [(dict(s.tags), [row.load for row in s]) for s in result.series] == [
        ({"host": "h0"}, [1.0, 2.0]),
        ({"host": "h1"}, [1.5]),
    ]


async def test_a_chosen_format_is_asked_over_http(url):
    async with connect(url, deserializer="jsonl") as client:
        assert [row.n for row in await client.query_sql(SQL)] == [0, 1, 2, 3, 4]


async def test_errors_have_the_classes_of_http(url):
    for transport in ("auto", "flight"):
        async with connect(url, transport=transport) as client:
            with pytest.raises(DatabaseNotFound):
                await client.query_sql(SQL, db="nosuch")
            with pytest.raises(AuthenticationError) as caught:
                await client.query_sql(SQL, token="wr0ng")
            assert caught.value.status == 401
            with pytest.raises(QueryError, match="nosuch"):
                await client.query_sql("SELECT nosuch FROM cpu")
            with pytest.raises(QueryError):
                await client.execute("SELECT FROM")


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
async def test_frames_are_those_of_parquet(url, client, backend):
    pytest.importorskip(backend)
    from influx_dataframe import query_frame, stream_frames

    async with connect(url, transport="auto", deserializer="parquet") as http:
        expected = await query_frame(http, SQL, language="sql", backend=backend)
    frame = await query_frame(client, SQL, language="sql", backend=backend)
    assert frame.equals(expected)
    empty = await query_frame(client, f"{SQL} LIMIT 0", language="sql", backend=backend)
    assert len(empty) == 0
    frames = [
        len(frame)
        async for frame in stream_frames(client, SQL, language="sql", backend=backend, chunk_size=2)
    ]
    assert frames == [2, 2, 1]


def test_libraries_take_a_series_by_themselves(url):
    import pyarrow as pa

    with blocking.InfluxDBClient(url, db="x", api="v3", token=TOKEN, transport="flight") as client:
        table = pa.table(client.query_sql(SQL))
        assert table.column("n").to_pylist() == [0, 1, 2, 3, 4]
        assert str(table.schema.field("n").type) == "uint64"
