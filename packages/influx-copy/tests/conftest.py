"""Servers and points of every kind for the tests of influx_copy."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from influx_core import InfluxDBClient
from influx_testing import serve
from influx_testing.influxd import influxd


@pytest.fixture(scope="session")
def other_influxd_url() -> Iterator[str]:
    """The URL of a second real influxd."""
    with influxd() as url:
        yield url


@pytest.fixture
def other_fake_url() -> Iterator[str]:
    """The URL of an empty second fake server."""
    with serve() as server:
        yield server.url


@pytest.fixture(params=["fake", "influxd"])
def servers(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Two servers of InfluxDB 1.x, fake and real ones in turn."""
    if request.param == "fake":
        urls = (request.getfixturevalue("fake_url"), request.getfixturevalue("other_fake_url"))
    else:
        urls = (
            request.getfixturevalue("influxd_url"),
            request.getfixturevalue("other_influxd_url"),
        )
    return urls


@pytest.fixture
async def database(servers: tuple[str, str]) -> AsyncIterator[str]:
    """A database in the first server, which does not exist in the second one afterwards."""
    name = 'co"py ü'
    async with InfluxDBClient(servers[0]) as first, InfluxDBClient(servers[1]) as second:
        for client in (first, second):
            await client.drop_database(name)
        await first.create_database(name)
        yield name
        for client in (first, second):
            await client.drop_database(name)
