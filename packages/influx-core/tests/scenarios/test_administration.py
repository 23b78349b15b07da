"""What an administrator does, and that no name or value ever becomes a second statement."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest

from influx_core import ConfigError, InfluxDBClient, QueryError
from influx_core._client.admin import RetentionPolicy
from influx_query import time

SELECT = 'SELECT mean(f) INTO "hourly" FROM "m" GROUP BY time(1h)'
HOSTILE = [
    'x"; DROP DATABASE "victim',
    "x'; DROP DATABASE victim; --",
    "x\\'; DROP DATABASE victim",
    'x\\"; DROP DATABASE victim',
    "x\n; DROP DATABASE victim",
    "x/*",
    "SELECT",
    "ü; 東京",
]


@pytest.fixture(params=HOSTILE)
def hostile(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def refused_if_invalid(name: str):
    """The server has a rule of its own for databases and policies: no slash, no control."""
    if set(name) & set("/\\\n"):
        return pytest.raises(QueryError, match="invalid name")
    return contextlib.nullcontext()


@pytest.fixture
async def victim(client: InfluxDBClient):
    """A database that must still be there in the end."""
    await client.create_database("victim")
    yield
    assert "victim" in await client.databases()
    await client.drop_database("victim")


async def test_a_database_has_the_retention_period_that_it_is_created_with(client):
    await client.admin.create_database("brief", retention_period="7d")
    (policy,) = await client.admin.retention_policies("brief")
    assert (policy.duration, policy.default) == (timedelta(days=7), True)
    await client.admin.drop_database("brief")


async def test_retention_policies_come_and_go(client: InfluxDBClient):
    await client.admin.create_retention_policy("week", "7d", shard_duration=timedelta(days=1))
    assert await client.admin.retention_policies() == [
        RetentionPolicy("autogen", None, timedelta(days=7), 1, True),
        RetentionPolicy("week", timedelta(days=7), timedelta(days=1), 1, False),
    ]
    await client.admin.drop_retention_policy("week")
    await client.admin.create_retention_policy("ever", None, default=True)
    ever = (await client.admin.retention_policies())[1]
    assert (ever.duration, ever.default) == (None, True)


async def test_users_have_grants(client: InfluxDBClient):
    db = client.admin._database(None)
    await client.admin.create_user("reader", "s3cret")
    await client.admin.grant("read", "reader")
    assert await client.admin.users() == {"reader": False}
    assert await client.admin.grants("reader") == {db: "READ"}
    await client.admin.revoke("all", "reader")
    assert await client.admin.grants("reader") in ({}, {db: "NO PRIVILEGES"})
    await client.admin.set_password("reader", "an'other")
    await client.admin.drop_user("reader")
    assert await client.admin.users() == {}


async def test_continuous_queries_come_and_go(client: InfluxDBClient):
    db = client.admin._database(None)
    await client.admin.create_continuous_query("roll up", SELECT, every="30m", cover="2h")
    queries = (await client.admin.continuous_queries())[db]
    assert "RESAMPLE EVERY 30m FOR 2h BEGIN SELECT mean(f)" in queries["roll up"]
    await client.admin.drop_continuous_query("roll up")
    assert (await client.admin.continuous_queries()).get(db, {}) == {}


async def test_measurements_are_dropped_and_series_listed(client: InfluxDBClient):
    await client.write("a b", {"t": "x y"}, {"f": 1}, 1)
    assert await client.schema.series() == [r"a\ b,t=x\ y"]
    await client.admin.drop_measurement("a b")
    assert await client.measurements() == []


async def test_a_hostile_name_of_a_database_is_its_name_or_none(client, victim, hostile):
    with refused_if_invalid(hostile):
        await client.create_database(hostile)
        assert hostile in await client.databases()
        await client.drop_database(hostile)
    assert hostile not in await client.databases()


async def test_every_helper_takes_hostile_names_for_names(client, victim, hostile):
    db = client.admin._database(None)
    await client.admin.create_user(hostile, hostile)
    await client.admin.grant("write", hostile)
    select = client.query("mean(f)", hostile).into("n").group_by(time("1h"))
    await client.admin.create_continuous_query(hostile, select)
    assert await client.admin.grants(hostile) == {db: "WRITE"}
    assert list((await client.admin.continuous_queries())[db]) == [hostile]
    await client.admin.drop_continuous_query(hostile)
    await client.admin.revoke("write", hostile)
    await client.admin.set_password(hostile, hostile)
    await client.admin.drop_user(hostile)
    assert hostile not in await client.admin.users()


async def test_hostile_retention_policies_are_names_or_none(client, victim, hostile):
    with refused_if_invalid(hostile):
        await client.admin.create_retention_policy(hostile, "1d")
        assert [policy.name for policy in await client.admin.retention_policies()][1:] == [hostile]
    await client.admin.drop_retention_policy(hostile)


async def test_every_question_takes_hostile_names_for_names(client, victim, hostile):
    await client.write("m", {"t": "x"}, {"f": 1}, 1)
    refused = (ConfigError, "db takes text without line ends")
    if "\n" not in hostile:
        refused = (QueryError, "database not found")
    for ask in (client.tag_keys, client.field_keys, client.schema.series):
        assert not await ask(hostile)
        with pytest.raises(refused[0], match=refused[1]):
            await ask(db=hostile)
    assert await client.tag_values(hostile, measurement=hostile) == []
    await client.admin.drop_measurement(hostile)


async def test_hostile_values_are_bound_as_values(client, victim, hostile):
    await client.write("m", {"t": "x"}, {"f": 1}, 1)
    answer = await client.raw_query("SELECT f FROM m WHERE t = $t", bind_params={"t": hostile})
    assert answer is None
    assert (await client.query("f", "m").where(t=hostile).execute()).rows() == []


async def test_a_name_that_no_text_can_carry_is_refused_before_anything_is_sent():
    async with InfluxDBClient("http://127.0.0.1:1") as client:
        for name in ("nul\0", "\ud800"):
            with pytest.raises(ConfigError, match="cannot be written as InfluxQL"):
                await client.create_database(name)


@pytest.mark.parametrize(
    ("select", "reason"),
    [
        ("SELECT mean(f) INTO n FROM m GROUP BY time(1h); DROP DATABASE x", "one statement"),
        ("DROP DATABASE x", "runs a SELECT, not DROP DATABASE x"),
        ("SELECT mean(f", "does not parse"),
    ],
)
async def test_a_continuous_query_runs_one_select(select, reason):
    async with InfluxDBClient("http://127.0.0.1:1", db="x") as client:
        with pytest.raises(ConfigError, match=reason):
            await client.admin.create_continuous_query("n", select)


async def test_what_needs_a_database_says_so():
    async with InfluxDBClient("http://127.0.0.1:1") as client:
        with pytest.raises(ConfigError, match="no database: name one"):
            await client.admin.retention_policies()
        with pytest.raises(ConfigError, match="no span of time"):
            await client.admin.create_continuous_query("n", SELECT, db="x", every="soon")


async def test_a_server_that_is_not_managed_by_influxql_is_not_asked():
    async with InfluxDBClient("http://127.0.0.1:1", api="v2", token="t") as client:
        with pytest.raises(ConfigError, match="api 'v2' cannot create users by InfluxQL"):
            await client.admin.create_user("u", "p")
