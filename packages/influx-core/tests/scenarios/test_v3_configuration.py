"""The configuration of InfluxDB 3: databases, tables and tokens."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from influx_core import (
    AlreadyExists,
    ConfigError,
    DecodeError,
    InfluxDBClient,
    ListedDatabase,
    NotFound,
    blocking,
)

DATABASE = "/api/v3/configure/database"
TOKEN = {
    "id": 7,
    "name": "ci",
    "token": "apiv3_s3cret",
    "hash": "h4sh",
    "created_at": "2026-06-01T00:00:00.5Z",
    "expiry": None,
}


@pytest.fixture
async def client(stub) -> AsyncIterator[InfluxDBClient]:
    async with InfluxDBClient(stub.url, db="x", api="v3", token="admin") as made:
        yield made


def sent(stub) -> tuple[str, str, object]:
    """The last request: method, path, and its parameters or its body."""
    request = stub.requests[-1]
    assert request.headers["authorization"] == "Bearer admin"
    return request.method, request.path, request.asked if request.body else request.params


async def test_databases_are_created_with_a_retention_period_and_without(stub, client):
    await client.create_database("plain")
    assert sent(stub) == ("POST", DATABASE, {"db": "plain"})
    await client.admin.create_database("short", retention_period="7d")
    assert sent(stub) == ("POST", DATABASE, {"db": "short", "retention_period": "604800s"})


async def test_a_database_that_exists_is_no_error_and_neither_is_one_that_does_not(stub, client):
    stub.says(409, "attempted to create a resource that already exists: x")
    await client.create_database("x")
    stub.says(404, "the requested resource was not found")
    await client.drop_database("x")


async def test_databases_are_listed_with_the_deleted_ones_if_asked(stub, client):
    stub.says(200, b'[{"iox::database":"a","deleted":false},{"iox::database":"b","deleted":true}]')
    listed = await client.admin.list_databases(include_deleted=True)
    assert listed == [ListedDatabase("a"), ListedDatabase("b", deleted=True)]
    assert sent(stub) == ("GET", DATABASE, {"format": "json", "show_deleted": "true"})
    stub.says(200, b'[{"iox::database":"a"}]')
    assert await client.admin.list_databases() == [ListedDatabase("a")]


@pytest.mark.parametrize(
    ("at", "text"),
    [("now", "now"), (datetime(2030, 1, 1, tzinfo=UTC), "2030-01-01T00:00:00Z")],
)
async def test_a_database_is_deleted_at_a_time(stub, client, at, text):
    await client.admin.drop_database("x", hard_delete_at=at)
    assert sent(stub) == ("DELETE", DATABASE, {"db": "x", "hard_delete_at": text})


async def test_a_retention_period_is_set_and_removed(stub, client):
    await client.admin.set_retention_period(timedelta(hours=2))
    assert sent(stub) == ("PUT", DATABASE, {"db": "x", "retention_period": "7200s"})
    stub.says(204)
    await client.admin.remove_retention_period(db="other")
    assert sent(stub) == ("DELETE", f"{DATABASE}/retention_period", {"db": "other"})
    stub.says(404, "the requested resource was not found")
    with pytest.raises(NotFound):
        await client.admin.remove_retention_period()


@pytest.mark.parametrize("period", ["soon", "1ms", timedelta(0)])
async def test_a_retention_period_is_a_number_of_seconds(stub, client, period):
    with pytest.raises(ConfigError):
        await client.admin.set_retention_period(period)
    assert stub.requests == []


async def test_a_table_has_tags_and_typed_fields(stub, client):
    fields = {"load": "float", "n": "integer", "u": "unsigned", "s": "string", "up": "boolean"}
    await client.admin.tables.create("cpu", ["host"], fields)
    assert sent(stub) == (
        "POST",
        "/api/v3/configure/table",
        {
            "db": "x",
            "table": "cpu",
            "tags": ["host"],
            "fields": [
                {"name": "load", "type": "float64"},
                {"name": "n", "type": "int64"},
                {"name": "u", "type": "uint64"},
                {"name": "s", "type": "utf8"},
                {"name": "up", "type": "bool"},
            ],
        },
    )
    await client.admin.tables.delete("cpu", hard_delete_at="never")
    params = {"db": "x", "table": "cpu", "hard_delete_at": "never"}
    assert sent(stub) == ("DELETE", "/api/v3/configure/table", params)


async def test_dropping_a_measurement_deletes_the_table_if_it_is_there(stub, client):
    await client.admin.drop_measurement("cpu")
    assert sent(stub) == ("DELETE", "/api/v3/configure/table", {"db": "x", "table": "cpu"})
    stub.says(404, "the requested resource was not found")
    await client.admin.drop_measurement("cpu", "other")


@pytest.mark.parametrize(
    ("tags", "fields", "reason"),
    [
        ([], {"f": "double"}, "field 'f' has no type 'double'; known: float, integer"),
        (["f"], {"f": "float"}, "'f' names two columns"),
        (["t", "t"], {}, "'t' names two columns"),
    ],
)
async def test_a_wrong_table_is_refused(stub, client, tags, fields, reason):
    with pytest.raises(ConfigError, match=reason):
        await client.admin.tables.create("cpu", tags, fields)
    assert stub.requests == []


async def test_tokens_are_created_regenerated_and_deleted(stub, client):
    tokens = client.admin.tokens
    stub.says(201, json.dumps(TOKEN))
    made = await tokens.create_named_admin("ci", expiry="30d")
    assert sent(stub) == (
        "POST",
        "/api/v3/configure/token/named_admin",
        {"token_name": "ci", "expiry_secs": 2_592_000},
    )
    assert (made.token, made.name, made.id, made.hash) == ("apiv3_s3cret", "ci", 7, "h4sh")
    assert made.created_at == datetime(2026, 6, 1, 0, 0, 0, 500_000, tzinfo=UTC)
    assert made.expiry is None
    await tokens.create_admin()
    assert sent(stub) == ("POST", "/api/v3/configure/token/admin", {})
    await tokens.regenerate_admin()
    assert sent(stub) == ("POST", "/api/v3/configure/token/admin/regenerate", {})
    stub.says(200)
    await tokens.delete("ci")
    assert sent(stub) == ("DELETE", "/api/v3/configure/token", {"token_name": "ci"})


async def test_a_secret_is_in_no_repr_and_no_error(stub, client):
    stub.says(201, json.dumps(TOKEN))
    shown = repr(await client.admin.tokens.create_admin())
    assert "s3cret" not in shown
    assert "h4sh" not in shown
    stub.says(201, '{"token": "apiv3_s3cret"}')
    with pytest.raises(DecodeError) as caught:
        await client.admin.tokens.create_admin()
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_a_second_first_token_is_refused(stub, client):
    stub.says(409, "token name already exists, _admin")
    with pytest.raises(AlreadyExists):
        await client.admin.tokens.create_admin()


def test_the_blocking_client_has_the_same(stub):
    with blocking.InfluxDBClient(stub.url, db="x", api="v3", token="admin") as client:
        client.admin.create_database("x", retention_period="1d")
        client.admin.set_retention_period("2d")
        client.admin.remove_retention_period()
        client.admin.tables.create("cpu", ["host"])
        client.admin.tables.delete("cpu")
        stub.says(200, b"[]")
        assert client.admin.list_databases() == []
        stub.says(201, json.dumps(TOKEN))
        assert client.admin.tokens.create_admin().name == "ci"
        assert client.admin.tokens.create_named_admin("ci").token == "apiv3_s3cret"
        assert client.admin.tokens.regenerate_admin().id == 7
        client.admin.tokens.delete("ci")
        client.admin.drop_database("x", hard_delete_at="now")
    assert len(stub.requests) == 11


@pytest.mark.parametrize("api", ["v1", "v2"])
async def test_another_server_is_not_asked(stub, api):
    async with InfluxDBClient(stub.url, db="x", api=api) as client:
        for call in (
            lambda: client.admin.list_databases(),
            lambda: client.admin.set_retention_period("1d"),
            lambda: client.admin.drop_database("x", hard_delete_at="now"),
            lambda: client.admin.tables.create("m", []),
            lambda: client.admin.tokens.create_admin(),
        ):
            with pytest.raises(ConfigError, match=f"'{api}' has no configuration of"):
                await call()
    assert stub.requests == []
