"""The client manages InfluxDB 2.x: buckets, organizations, tokens, mappings, tasks, deletions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from influx_core import (
    AlreadyExists,
    AuthenticationError,
    AuthorizationError,
    ConfigError,
    DatabaseNotFound,
    InfluxDBClient,
    NotFound,
    Permission,
    ResponseError,
    blocking,
)
from influx_testing import FakeInfluxDB, ManualClock, MemoryTransport

HOUR = 3600 * 10**9
TASK = 'option task = {name: "copy", every: 1h}\nfrom(bucket: "my-bucket") |> range(start: -1h)'


@pytest.fixture
def fake() -> FakeInfluxDB:
    return FakeInfluxDB("2.x", clock=ManualClock(100 * HOUR))


def options(fake: FakeInfluxDB, token: str = "my-token") -> dict[str, object]:
    """The options of a client of a fake."""
    transport = MemoryTransport(fake)
    return {"transport": transport, "api": "v2", "token": token, "org": "my-org", "db": "my-bucket"}


@pytest.fixture
async def client(fake: FakeInfluxDB) -> AsyncIterator[InfluxDBClient]:
    async with InfluxDBClient("memory://", **options(fake)) as made:
        yield made


async def test_buckets_are_created_changed_and_deleted(client: InfluxDBClient) -> None:
    made = await client.buckets.create("b", retention="7d", description="d")
    assert (made.name, made.retention, made.description) == ("b", timedelta(days=7), "d")
    assert made in await client.buckets.list()
    changed = await client.buckets.update("b", name="c", description="")
    assert (changed.id, changed.name, changed.retention) == (made.id, "c", timedelta(days=7))
    assert (await client.buckets.set_retention(changed, None)).retention is None
    assert await client.buckets.get("c") == await client.buckets.set_retention("c", None)
    await client.buckets.delete("c")
    with pytest.raises(NotFound, match=r"bucket .c. not found"):
        await client.buckets.delete("c")


async def test_a_bucket_with_a_name_that_is_taken_is_refused(client: InfluxDBClient) -> None:
    with pytest.raises(AlreadyExists, match="my-bucket") as caught:
        await client.buckets.create("my-bucket")
    assert (caught.value.status, caught.value.code) == (422, "conflict")
    with pytest.raises(ResponseError, match="at least 1h"):
        await client.buckets.create("short", retention="1m")


async def test_all_pages_of_a_list_are_read(client: InfluxDBClient) -> None:
    for number in range(102):
        await client.buckets.create(f"b{number}")
    assert len(await client.buckets.list()) == 105


async def test_points_beyond_the_retention_are_refused(client: InfluxDBClient) -> None:
    await client.buckets.create("b", retention="1h")
    with pytest.raises(ResponseError, match="retention"):
        await client.write("m", {}, {"v": 1}, 98 * HOUR, db="b")
    await client.write("m", {}, {"v": 1}, 100 * HOUR, db="b")


async def test_organizations_are_created_changed_and_deleted(client: InfluxDBClient) -> None:
    made = await client.organizations.create("o", description="d")
    assert await client.organizations.get("o") == made == await client.organizations.get(made.id)
    bucket = await client.buckets.create("my-bucket", org="o")
    assert bucket.org_id == made.id
    assert (await client.organizations.update("o", name="p")).name == "p"
    assert {each.name for each in await client.organizations.list()} == {"my-org", "p"}
    await client.organizations.delete("p")
    with pytest.raises(NotFound):
        await client.organizations.get("p")


async def test_a_token_may_do_what_it_permits(client: InfluxDBClient, fake: FakeInfluxDB) -> None:
    await client.buckets.create("in")
    made = await client.authorizations.create(read=["in"], write=["my-bucket"], description="d")
    assert made.token not in repr(made)
    async with InfluxDBClient("memory://", **options(fake, made.token)) as limited:
        await limited.write("m", {}, {"v": 1}, 1)
        with pytest.raises(AuthorizationError):
            await limited.write("m", {}, {"v": 1}, 1, db="in")
        with pytest.raises(AuthenticationError, match="unauthorized"):
            await limited.buckets.create("b", org=made.org_id)
        assert await limited.databases() == ["in"]
        await client.authorizations.update(made, active=False)
        with pytest.raises(AuthorizationError):
            await limited.write("m", {}, {"v": 1}, 1)
    await client.authorizations.delete(made)
    assert [each.description for each in await client.authorizations.list()] == ["my-user's Token"]


async def test_a_token_of_other_permissions(client: InfluxDBClient) -> None:
    made = await client.authorizations.create([Permission("read", "tasks")])
    assert (await client.authorizations.get(made.id)).permissions[0].resource == "tasks"
    with pytest.raises(ConfigError, match="a token needs a permission"):
        await client.authorizations.create()


async def test_a_mapping_says_where_1x_writes_and_reads(
    client: InfluxDBClient, fake: FakeInfluxDB
) -> None:
    made = await client.dbrps.create("db", "rp", "my-bucket")
    assert made.is_default
    transport = MemoryTransport(fake)
    async with InfluxDBClient("memory://", "db", transport=transport, token="my-token") as old:
        await old.write("m", {}, {"v": 1}, 1)
        assert len(await old.raw_query("SELECT v FROM rp.m")) == 1
    assert (await client.raw_query("SELECT v FROM m")).name == "m"
    assert (await client.dbrps.update(made, retention_policy="other")).retention_policy == "other"
    assert [each.is_virtual for each in await client.dbrps.list(db="my-bucket")] == [True]
    await client.dbrps.delete(made)
    assert await client.dbrps.list(db="db") == []


async def test_tasks_are_created_changed_run_and_deleted(
    client: InfluxDBClient, fake: FakeInfluxDB
) -> None:
    made = await client.tasks.create(TASK, description="d")
    assert (made.name, made.every, made.is_active) == ("copy", "1h", True)
    changed = await client.tasks.update(made, cron="@daily", offset="5m")
    assert (changed.every, changed.cron, changed.offset) == ("", "@daily", "5m")
    assert await client.tasks.get("copy") == changed
    run = await client.tasks.run(made, at=99 * HOUR)
    assert (run.task_id, run.status) == (made.id, "scheduled")
    (finished,) = await client.tasks.runs(made)
    assert (finished.id, finished.status) == (run.id, "success")
    assert [each.message for each in await client.tasks.logs(made)][-1] == "Completed(success)"
    await client.tasks.delete(made)
    with pytest.raises(NotFound, match="failed to find task"):
        await client.tasks.logs(made)


async def test_points_are_deleted_by_time_and_tags(client: InfluxDBClient) -> None:
    await client.write_many([("m", {"h": h}, {"v": 1}, t) for h in "ab" for t in range(3)])
    await client.delete("my-bucket", 1, 2, '_measurement="m" AND h=a')
    (series,) = (await client.execute("SELECT v FROM m GROUP BY h")).series[:1]
    assert [row.time_ns for row in series] == [0]
    with pytest.raises(ResponseError, match="OR is not supported"):
        await client.delete("my-bucket", 0, 9, "h=a OR h=b")
    with pytest.raises(NotFound):
        await client.delete("nosuch", 0, 9)


async def test_the_helpers_of_databases_mean_buckets(client: InfluxDBClient) -> None:
    await client.create_database("x")
    await client.create_database("x")
    await client.write("m", {"t": "a"}, {"f": 1.5}, 1, db="x")
    assert "x" in await client.databases()
    assert await client.measurements(db="x") == ["m"]
    assert await client.tag_keys(db="x") == ["t"]
    assert await client.tag_values("t", db="x") == ["a"]
    assert await client.field_keys(db="x") == {"f": "float"}
    await client.drop_database("x")
    await client.drop_database("x")
    with pytest.raises(DatabaseNotFound):
        await client.write("m", {}, {"f": 1.5}, 1, db="x")


@pytest.mark.parametrize(("flavor", "api"), [("1.6", "v1"), ("3.x", "v3")])
async def test_other_servers_say_what_they_have(flavor: str, api: str) -> None:
    transport = MemoryTransport(FakeInfluxDB(flavor))
    async with InfluxDBClient("memory://", transport=transport, api=api) as client:
        with pytest.raises(ConfigError, match="no configuration of buckets: that needs api='v2'"):
            await client.buckets.list()
        with pytest.raises(ConfigError, match="no configuration of points"):
            await client.delete("b", 0, 1)


async def test_a_client_without_an_organization_says_so(fake: FakeInfluxDB) -> None:
    async with InfluxDBClient("memory://", **{**options(fake), "org": None}) as client:
        with pytest.raises(ConfigError, match="no organization"):
            await client.buckets.list()


def test_the_blocking_client_does_the_same(fake: FakeInfluxDB) -> None:
    with blocking.InfluxDBClient("memory://", **options(fake)) as client:
        bucket = client.buckets.create("b")
        client.write("m", {}, {"v": 1}, 1, db="b")
        client.delete(bucket, 0, 9)
        assert client.authorizations.create(read=[bucket]).is_active
        assert client.organizations.get("my-org").id == bucket.org_id
        assert client.dbrps.list(db="b")[0].bucket_id == bucket.id
        assert client.tasks.create(TASK).name == "copy"
        client.buckets.delete(bucket)
