"""From InfluxDB 1.x to InfluxDB 3 and back, and to other servers that take line protocol."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from influx_copy_points import START, WEEK

from influx_copy import (
    CopyOptions,
    LossRefused,
    Plan,
    Selection,
    TypesDiffer,
    copy,
    open_sink,
    verify,
)
from influx_core import ConfigError, InfluxDBClient
from influx_testing import FakeInfluxDB, serve

LINES = [
    f'm,host=a load=1.5,whole=2,n=9007199254740993i,ok=true,text="a" {START}',
    f"m,host=b n=-9223372036854775808i {START + 1}",
    f'm text="line\nbreak \\"q\\"" {START + 30 * WEEK}',
    f"other,tag\\ ü=x\\ y f=1 {START + 2}",
]


@pytest.fixture
def v3_url() -> Iterator[str]:
    with serve(fake=FakeInfluxDB("3.x", token="t0k3n")) as server:
        yield f"{server.url}?api=v3&token=t0k3n"


@pytest.fixture
def v2_url() -> Iterator[str]:
    with serve(fake=FakeInfluxDB("2.x", token="t0k3n")) as server:
        yield f"{server.url}?api=v2&org=my-org&token=t0k3n"


@pytest.fixture
async def database(fake_url: str) -> str:
    name = "newer"
    async with InfluxDBClient(fake_url, db=name) as client:
        await client.drop_database(name)
        await client.create_database(name)
        for line in LINES:
            await client.write_lines(line)
    return name


@pytest.mark.slow
async def test_to_influxdb_3_and_back(
    fake_url: str, other_fake_url: str, v3_url: str, database: str, tmp_path: Path
) -> None:
    chosen = Selection(databases=(database,))
    assert (await copy(fake_url, v3_url, tmp_path / "there", selection=chosen)).complete
    assert (await verify(fake_url, v3_url, selection=chosen, one_in=1)).differences == ()
    assert (await copy(v3_url, other_fake_url, tmp_path / "back", selection=chosen)).complete
    report = await verify(fake_url, other_fake_url, selection=chosen, one_in=1)
    assert report.differences == ()
    assert report.values == 8


@pytest.mark.slow
async def test_to_influxdb_2_and_back(
    fake_url: str, other_fake_url: str, v2_url: str, database: str, tmp_path: Path
) -> None:
    async with InfluxDBClient(fake_url, db=database) as client:
        await client.admin.create_retention_policy("w", "1000w", db=database)
        await client.write_lines(f"shared,x=tag x=1i {START}", retention_policy="w")
    chosen = Selection(databases=(database,))
    summary = await copy(fake_url, v2_url, tmp_path / "there", selection=chosen)
    assert summary.failed == ()
    assert (await verify(fake_url, v2_url, selection=chosen, one_in=1)).differences == ()
    url, _, _ = v2_url.partition("?")
    async with InfluxDBClient(url, api="v2", org="my-org", token="t0k3n") as client:
        kept = {bucket.name: bucket.retention for bucket in await client.buckets.list()}
    assert kept[f"{database}/autogen"] is None
    assert kept[f"{database}/w"] is not None
    back = await copy(v2_url, other_fake_url, tmp_path / "back")
    assert back.failed == ()
    assert back.progress.rows == 5  # each point with all its fields
    report = await verify(fake_url, other_fake_url, selection=chosen, one_in=1)
    assert report.differences == ()
    assert report.values == 9


async def test_names_and_types_that_influxdb_3_lacks(
    fake_url: str, v3_url: str, database: str, tmp_path: Path
) -> None:
    async with InfluxDBClient(fake_url, db=database) as client:
        await client.write_lines(f"mixed,x=tag x=1.5,y=1i {START}")
        await client.write_lines(f"mixed,x=tag y=2.5 {START + WEEK}")
    chosen = Selection(databases=(database,), measurements=("mixed",))
    with pytest.raises(TypesDiffer, match="'y' of 'mixed' is float, integer"):
        await copy(fake_url, v3_url, tmp_path / "refused", selection=chosen)
    options = CopyOptions(types="split", shared_names="rename")
    summary = await copy(fake_url, v3_url, tmp_path / "plan", selection=chosen, options=options)
    assert summary.failed == ()
    report = await verify(fake_url, v3_url, selection=chosen, options=options, one_in=1)
    assert report.differences == ()
    url = v3_url.partition("?")[0]
    async with InfluxDBClient(url, db=database, api="v3", token="t0k3n") as client:
        assert await client.field_keys("mixed") == {
            "x_field": "float",
            "y": "float",
            "y_integer": "integer",
        }


async def test_a_conflict_at_the_sink_fails_the_range_and_names_the_reason(
    fake_url: str, other_fake_url: str, database: str, tmp_path: Path
) -> None:
    async with InfluxDBClient(other_fake_url, db=database) as client:
        await client.create_database(database)
        await client.write_lines(f'm load="text" {START + 3}')
    chosen = Selection(databases=(database,))
    summary = await copy(fake_url, other_fake_url, tmp_path / "plan", selection=chosen)
    assert not summary.complete
    assert "field type conflict" in summary.failed[0].error
    report = await verify(fake_url, other_fake_url, selection=chosen)
    assert not report.equal


@pytest.mark.parametrize(
    ("url", "policy", "expected"),
    [
        ("http://h:8086", "week", ("db", "week")),
        ("http://h:8086/new", "week", ("new", "week")),
        ("http://h:8086/new?rp=year", "week", ("new", "year")),
        ("http://h:8086?api=v2&org=o&token=t", "week", ("db/week", "")),
        ("http://h:8086/bucket?api=v2&org=o&token=t", "week", ("bucket", "")),
        ("http://h:8181?api=v3&token=t", "autogen", ("db", "")),
        ("http://h:8181?api=v3&token=t", "week", ("db/week", "")),
        ("http://h:8428?api=victoriametrics", "autogen", ("db", "")),
        ("questdb://h:9000", "autogen", ("", "")),
    ],
)
async def test_each_kind_of_server_has_its_convention_for_names(
    url: str, policy: str, expected: tuple[str, str]
) -> None:
    sink = open_sink(url)
    target = sink.target("db", policy)
    await sink.aclose()
    assert (target.database, target.policy) == expected


@pytest.mark.parametrize(
    "url",
    [
        "http://root:s3cret@h:8086/db",
        "http://h:8181?api=v3&token=s3cret",
        "https://h/db?username=root&password=s3cret",
    ],
)
async def test_credentials_are_not_in_what_a_plan_stores(url: str) -> None:
    sink = open_sink(url)
    assert "s3cret" not in sink.identity
    await sink.aclose()


async def test_a_source_without_a_database_needs_one_in_the_url(tmp_path: Path) -> None:
    (tmp_path / "a.lp").write_text("m f=1 1\n")
    with pytest.raises(ConfigError, match="the source does not say a database"):
        await copy(f"{tmp_path}/a.lp", "http://localhost:1", tmp_path / "plan")


async def test_policies_are_created_and_the_rest_is_listed(
    fake_url: str, other_fake_url: str, database: str, tmp_path: Path
) -> None:
    async with InfluxDBClient(fake_url, db=database) as client:
        await client.admin.create_retention_policy("w", "1000w", db=database, shard_duration="4w")
        await client.admin.create_continuous_query(
            "cq", "SELECT mean(load) INTO x FROM m GROUP BY time(1h)", db=database
        )
        await client.write_lines(f"m f=1 {START}", retention_policy="w")
    chosen = Selection(databases=(database,))
    assert (await copy(fake_url, other_fake_url, tmp_path / "plan", selection=chosen)).complete
    async with InfluxDBClient(other_fake_url, db=database) as client:
        policies = {p.name: p for p in await client.admin.retention_policies()}
        result = await client.execute('SELECT f FROM "w"."m"')
    assert policies["w"].duration is not None
    assert policies["w"].duration.days == 7000
    assert policies["w"].shard_duration == timedelta(days=28)
    assert result.scalar() == 1.0
    with Plan(tmp_path / "plan") as plan:
        outcomes = {(found.kind, found.name): found.outcome for found in plan.objects}
    assert outcomes["retention policy", "w"] == "created as 'w' of 'newer'"
    assert outcomes["continuous query", "cq"].startswith("not copied: it would run during the copy")


@pytest.mark.parametrize("sink", ["v2_url", "v3_url"])
async def test_policies_that_would_replace_points_of_each_other_are_refused(
    fake_url: str,
    database: str,
    sink: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    base, _, parameters = request.getfixturevalue(sink).partition("?")
    url = f"{base}/one?{parameters}"
    async with InfluxDBClient(fake_url, db=database) as client:
        await client.admin.create_retention_policy("w", "1000w", db=database)
        await client.write_lines(f"extra f=1 {START}", retention_policy="w")
    chosen = Selection(databases=(database,))
    assert (await copy(fake_url, url, tmp_path / "apart", selection=chosen)).complete
    async with InfluxDBClient(fake_url, db=database) as client:
        await client.write_lines(f"m,host=a load=9 {START}", retention_policy="w")
    with pytest.raises(LossRefused, match="merged: points of several databases") as caught:
        await copy(fake_url, url, tmp_path / "refused", selection=chosen)
    assert caught.value.losses == {"merged": ("m",)}
    options = CopyOptions(mapping={database: "two", f"{database}/w": "three"})
    assert (
        await copy(fake_url, url, tmp_path / "mapped", selection=chosen, options=options)
    ).complete
    assert (await verify(fake_url, url, selection=chosen, options=options, one_in=1)).equal
    accepted = CopyOptions(accept=("merged",))
    assert (
        await copy(fake_url, url, tmp_path / "accepted", selection=chosen, options=accepted)
    ).complete


@pytest.mark.parametrize("to", ["v2_url", "v3_url"])
async def test_a_name_that_the_server_refuses_is_told_with_what_to_do(
    fake_url: str, to: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    name = "_not a name"
    async with InfluxDBClient(fake_url, db=name) as client:
        await client.create_database(name)
        await client.write_lines(LINES[3])
    chosen, sink = Selection(databases=(name,)), request.getfixturevalue(to)
    with pytest.raises(
        ConfigError, match=r"does not create '_not a name(/autogen)?': .+ --map FROM=TO"
    ):
        await copy(fake_url, sink, tmp_path / "refused", selection=chosen)
    mapped = CopyOptions(mapping={name: "allowed"})
    summary = await copy(fake_url, sink, tmp_path / "plan", selection=chosen, options=mapped)
    assert summary.complete
    assert summary.progress.rows == 1
