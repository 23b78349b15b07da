"""Responses as the server sends them: the same bytes that curl gets."""

from __future__ import annotations

import asyncio
import urllib.request
from datetime import datetime
from urllib.parse import urlencode

import pytest

from influx_core import ConfigError, InfluxDBClient, QueryError, ResponseError
from influx_testing import FakeInfluxDB, serve

LINES = b"climate,room=attic celsius=21.5,n=3i 1\nclimate,room=hall celsius=19 2"


def fetch_csv(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"Accept": "application/csv"})
    with urllib.request.urlopen(request) as response:
        return response.read()


async def joined(pieces) -> bytes:
    return b"".join([piece async for piece in pieces])


async def test_csv_equals_what_another_client_gets(client: InfluxDBClient, server_url: str):
    await client.write_lines(LINES)
    received = await joined(client.stream_bytes("SELECT * FROM climate"))
    assert received.startswith(b"name,tags,time,celsius,n,room\nclimate,,1,21.5,3,attic\n")
    if server_url.startswith("http"):
        (db,) = [name for name in await client.databases() if name in repr(client)]
        query = urlencode({"db": db, "q": "SELECT * FROM climate"})
        assert received == await asyncio.to_thread(fetch_csv, f"{server_url}/query?{query}")


async def test_an_error_of_a_statement_is_part_of_the_body(client: InfluxDBClient):
    received = await joined(client.stream_bytes("SELECT nosuch(n) FROM climate", format="json"))
    assert b"undefined function nosuch()" in received
    with pytest.raises(QueryError, match="nosuch"):
        await client.execute("SELECT nosuch(n) FROM climate")


async def test_a_refused_query_raises(client: InfluxDBClient):
    with pytest.raises(ResponseError, match="error parsing query"):
        await joined(client.stream_bytes("SELEKT"))


async def test_any_path_of_the_server_can_be_read(client: InfluxDBClient):
    body = await joined(client.stream_get("/query", {"q": "SHOW DATABASES"}))
    assert b'"databases"' in body
    with pytest.raises(QueryError, match="missing required parameter") as refused:
        await joined(client.stream_get("/query"))
    assert refused.value.status == 400
    with pytest.raises(ConfigError, match="the path 'query' does not begin with '/'"):
        await joined(client.stream_get("query"))


async def test_flux_is_annotated_csv():
    fake = FakeInfluxDB("2.x")
    fake.load(LINES, "my-bucket")
    with serve(fake=fake) as server:
        options = {"api": "v2", "token": "my-token", "org": "my-org"}
        async with InfluxDBClient(server.url, "my-bucket", **options) as client:
            text = 'from(bucket: "my-bucket") |> range(start: 0)'
            received = await joined(client.stream_bytes(text, language="flux"))
            assert received.startswith(b"#datatype,string,long,dateTime:RFC3339")
            with pytest.raises(ConfigError, match="annotated CSV"):
                await joined(client.stream_bytes(text, language="flux", format="json"))


async def test_parameters_of_flux_have_the_time_zone_of_the_client():
    fake = FakeInfluxDB("2.x")
    fake.load(LINES, "my-bucket")
    options = {"api": "v2", "token": "my-token", "org": "my-org"}
    text = 'from(bucket: "my-bucket") |> range(start: begin)'
    query = {"language": "flux", "bind_params": {"begin": datetime(1970, 1, 1)}}
    with serve(fake=fake) as server:
        async with InfluxDBClient(server.url, "my-bucket", naive="utc", **options) as client:
            assert b"attic" in await joined(client.stream_bytes(text, **query))
        async with InfluxDBClient(server.url, "my-bucket", **options) as client:
            with pytest.raises(ConfigError, match="has no offset"):
                await joined(client.stream_bytes(text, **query))


async def test_influxdb_3_sends_its_own_csv():
    fake = FakeInfluxDB("3.x")
    fake.load(LINES, "db")
    with serve(fake=fake) as server:
        async with InfluxDBClient(server.url, "db", api="v3") as client:
            received = await joined(client.stream_bytes("SELECT n FROM climate"))
            assert received.split(b"\n")[0] == b"iox::measurement,time,n"
            lines = await joined(client.stream_bytes("SELECT n FROM climate", format="json"))
            assert lines.startswith(b"{")
