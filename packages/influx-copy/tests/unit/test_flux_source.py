"""FluxSource on a fake InfluxDB 2.x."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from influx_copy import PointFilter, Selection
from influx_copy._servers.flux_source import FluxSource
from influx_core import InfluxDBClient
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
