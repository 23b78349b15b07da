"""FluxSource on a fake InfluxDB 2.x."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from influx_copy import CopyRange, PointFilter, Selection
from influx_copy._servers.flux_source import FluxSource
from influx_copy._servers.time_steps import shard_of
from influx_core import InfluxDBClient
from influx_core.timestamps import MAX_NS, MIN_NS
from influx_testing import FakeInfluxDB, serve

DAY = 86_400_000_000_000


@pytest.fixture
def fake() -> FakeInfluxDB:
    return FakeInfluxDB("2.x", token="t0k3n")


@pytest.fixture
async def source(fake: FakeInfluxDB) -> AsyncIterator[FluxSource]:
    with serve(fake=fake) as server:
        client = InfluxDBClient(server.url, api="v2", token="t0k3n", org="my-org")
        made = FluxSource(client, bucket="my-bucket")
        yield made
        await made.aclose()


@pytest.mark.parametrize("last", [0, 3 * DAY])
async def test_ranges_begin_at_a_point_of_1970(
    fake: FakeInfluxDB, source: FluxSource, last: int
) -> None:
    fake.load(f"m f=1 0\nm f=2 {last}".encode(), "my-bucket")
    ranges = await source.ranges(Selection())
    assert [range_.start for range_ in ranges] == list(range(0, last + 1, DAY))


async def test_an_empty_string_is_a_value(fake: FakeInfluxDB, source: FluxSource) -> None:
    """InfluxDB prints it like null, but a stored point always has a value."""
    fake.load(b'm a="" 1\nm a="x",b="" 2', "my-bucket")
    found: set[tuple[int, str, object]] = set()
    for range_ in await source.ranges(Selection()):
        async for batch in source.read(range_, PointFilter()):
            for name, column in batch.fields.items():
                found |= {
                    (time, name, value)
                    for time, value in zip(batch.times.to_list(), column.to_list(), strict=True)
                    if value is not None
                }
    assert found == {(1, "a", ""), (2, "a", "x"), (2, "b", "")}


@pytest.mark.parametrize("time", [MIN_NS, MAX_NS, 4_102_444_800_000_000_000])
async def test_the_first_and_the_last_time_and_the_future_are_read(
    fake: FakeInfluxDB, source: FluxSource, time: int
) -> None:
    fake.load(f"m f=1 {time}".encode(), "my-bucket")
    found = [
        batch.times.to_list()
        for range_ in await source.ranges(Selection())
        async for batch in source.read(range_, PointFilter())
    ]
    assert found == [[time]]


HOUR = DAY // 24
VALUES = ("1", "2i", '"x"', "true", "5")


@pytest.mark.parametrize(
    ("span", "distance"), [(None, 7 * DAY), (None, 500 * DAY), (timedelta(hours=1), HOUR)]
)
async def test_points_are_read_though_the_type_of_a_field_changes_by_shard(
    fake: FakeInfluxDB, source: FluxSource, span: timedelta | None, distance: int
) -> None:
    """A query over several shards has the values of one type, as that of InfluxDB 2.7."""
    client = source._client
    await client.buckets.create("other", shard_duration=span)
    monday = 1_600_041_600_000_000_000
    lines = [f"m f={value} {monday + at * distance}" for at, value in enumerate(VALUES)]
    fake.load("\n".join(lines).encode(), "other")
    reading = FluxSource(client, bucket="other")
    found = [
        (batch.fields["f"].kind, batch.fields["f"].to_list(), batch.times.to_list())
        for range_ in await reading.ranges(Selection())
        async for batch in reading.read(range_, PointFilter())
    ]
    assert found == [
        (kind, [value], [monday + at * distance])
        for at, (kind, value) in enumerate(
            [("float", 1.0), ("integer", 2), ("string", "x"), ("boolean", True), ("float", 5.0)]
        )
    ]


async def test_shards_without_points_are_not_asked_one_by_one(fake: FakeInfluxDB) -> None:
    """Two points with three years of hours between them."""
    with serve(fake=fake) as server:
        client = InfluxDBClient(server.url, api="v2", token="t0k3n", org="my-org")
        await client.buckets.create("other", shard_duration=timedelta(hours=1))
        fake.load(f"m f=1 0\nm f=2i {1_100 * DAY}".encode(), "other")
        source = FluxSource(client, bucket="other")
        whole = CopyRange("other", "", "m", -DAY, 2_000 * DAY)
        found = [
            (batch.times.to_list(), batch.fields["f"].to_list())
            async for batch in source.read(whole, PointFilter())
        ]
        await source.aclose()
        assert found == [([0], [1.0]), ([1_100 * DAY], [2])]
        assert len([each for each in server.requests if each.path == "/api/v2/query"]) < 12


def test_shards_of_a_week_begin_on_mondays() -> None:
    monday = 1_600_041_600_000_000_000
    assert shard_of(monday - 1, 7 * DAY) == (monday - 7 * DAY, monday)
    assert shard_of(monday, 7 * DAY) == (monday, monday + 7 * DAY)
    assert shard_of(0, 7 * DAY) == (-3 * DAY, 4 * DAY)
