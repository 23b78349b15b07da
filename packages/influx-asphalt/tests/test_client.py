"""The client under its old name, on every server."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from asphalt.influxdb.client import DataPoint, InfluxDBClient, InfluxDBError


@pytest.fixture
async def client(server_url: str) -> AsyncIterator[InfluxDBClient]:
    name = f"test_{uuid.uuid4().hex}"
    async with InfluxDBClient(server_url, db=name) as made:
        await made.create_database(name)
        yield made
        await made.drop_database(name)


async def test_points_are_written_and_asked_for(client):
    await client.write_many(
        [
            DataPoint("cpu", {"host": "a"}, {"load": 0.5}, 1),
            DataPoint("cpu", {"host": "b"}, {"load": 1.5}, 2),
        ]
    )
    series = await client.query("load", "cpu").where(host="b").execute()
    assert [row.load for row in series] == [1.5]


async def test_points_are_written_by_the_name_of_their_argument(client):
    await client.write_many(datapoints=[DataPoint("cpu", {}, {"load": 0.5}, 1)], precision="s")
    (row,) = await client.raw_query("SELECT load FROM cpu")
    assert row.time_ns == 1_000_000_000


def test_a_client_shows_its_options_as_2_1_0_did():
    client = InfluxDBClient("http://h:8086/", db="d", username="u", password="p", epoch="ms")
    assert client.base_urls == ["http://h:8086"]
    assert client.timeout == 60
    assert client.default_write_params == {"db": "d", "u": "u", "p": "p"}
    assert client.default_query_params == {"db": "d", "u": "u", "p": "p", "epoch": "ms"}


async def test_a_naive_datetime_is_local_time(client):
    naive = datetime(2020, 6, 1, 12)
    await client.write("m", {}, {"f": 1}, naive)
    (row,) = await client.raw_query("SELECT f FROM m")
    assert row.time == naive.astimezone(UTC)


async def test_an_error_of_the_server_is_an_influxdb_error(client):
    with pytest.raises(InfluxDBError, match="error parsing query"):
        await client.raw_query("BOO")


def test_a_point_prints_itself_in_a_precision():
    when = datetime(2016, 12, 11, 15, 40, 45, 150329, timezone(timedelta(hours=2)))
    point = DataPoint("cpu load", {"host": "a b"}, {"value": 0.5, "n": 3, "up": True}, when)
    assert point.as_line("u") == ("cpu\\ load,host=a\\ b value=0.5,n=3i,up=true 1481463645150329")
    assert point.as_line(None).endswith(" 1481463645150329000")


def test_a_point_needs_a_field():
    with pytest.raises(ValueError, match="at least one field is required"):
        DataPoint("m", {}, {})
