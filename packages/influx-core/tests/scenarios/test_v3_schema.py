"""Names of databases, tags and fields on InfluxDB 3: what is asked, and what is made of it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from influx_core import ConfigError, InfluxDBClient, RetentionPolicy


@pytest.fixture
async def client(stub) -> AsyncIterator[InfluxDBClient]:
    async with InfluxDBClient(stub.url, db="x", api="v3") as made:
        yield made


def says_rows(stub, *rows: dict) -> None:
    stub.says(200, b"".join(json.dumps(row).encode() + b"\n" for row in rows))


async def test_deleted_databases_are_not_listed(stub, client):
    says_rows(
        stub,
        {"iox::database": "_internal", "deleted": False},
        {"iox::database": "old", "deleted": True},
        {"iox::database": "x", "deleted": False},
    )
    assert await client.databases() == ["_internal", "x"]
    assert stub.requests[0].asked["q"] == "SHOW DATABASES"


async def test_measurements_tags_and_fields_are_listed(stub, client):
    says_rows(stub, {"iox::measurement": "measurements", "name": "cpu"})
    assert await client.measurements() == ["cpu"]
    says_rows(stub, {"iox::measurement": "cpu", "tagKey": "host"})
    assert await client.tag_keys("cpu") == ["host"]
    says_rows(stub, {"iox::measurement": "cpu", "key": "host", "value": "a"})
    assert await client.tag_values("host", measurement="cpu") == ["a"]
    says_rows(stub, {"iox::measurement": "cpu", "fieldKey": "n", "fieldType": "unsigned"})
    assert await client.field_keys("cpu") == {"n": "unsigned"}
    assert [request.asked["q"] for request in stub.requests] == [
        "SHOW MEASUREMENTS",
        "SHOW TAG KEYS FROM cpu",
        "SHOW TAG VALUES FROM cpu WITH KEY IN (host)",
        "SHOW FIELD KEYS FROM cpu",
    ]


START = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("bounds", "condition"),
    [
        ({"start": 0}, "time >= '1970-01-01T00:00:00Z'"),
        ({"stop": START}, "time < '2020-01-01T00:00:00Z'"),
        (
            {"start": START, "stop": "2020-01-01T00:00:00.000000001Z"},
            "time >= '2020-01-01T00:00:00Z' AND time < '2020-01-01T00:00:00.000000001Z'",
        ),
    ],
)
async def test_a_time_range_replaces_the_last_day(stub, client, bounds, condition):
    await client.tag_values("host", measurement="cpu", **bounds)
    await client.tag_keys("cpu", **bounds)
    await client.measurements(**bounds)
    assert [request.asked["q"] for request in stub.requests] == [
        f"SHOW TAG VALUES FROM cpu WITH KEY IN (host) WHERE {condition}",
        f"SHOW TAG KEYS FROM cpu WHERE {condition}",
        f"SHOW MEASUREMENTS WHERE {condition}",
    ]


async def test_a_wrong_time_is_refused(client):
    with pytest.raises(ConfigError, match="start: 'yesterday' is not an RFC 3339 time"):
        await client.tag_values("host", start="yesterday")


async def test_what_is_not_planned_is_refused_before_anything_is_sent(stub, client):
    with pytest.raises(ConfigError, match="'v3' cannot list series"):
        await client.schema.series()
    for call in (client.admin.users, client.admin.continuous_queries):
        with pytest.raises(ConfigError, match="by InfluxQL"):
            await call()
    assert stub.requests == []


async def test_the_retention_policy_of_a_database_has_its_period(stub, client):
    says_rows(stub, {"iox::database": "x", "name": "autogen", "duration": "720h0m0s"})
    kept = timedelta(days=30)
    assert await client.admin.retention_policies() == [
        RetentionPolicy("autogen", kept, None, None, default=True)
    ]
    says_rows(stub, {"iox::database": "x", "name": "autogen", "duration": "0s"})
    assert (await client.admin.retention_policies())[0].duration is None
