"""Fixtures that the tests of all distributions share: the same tests, three servers."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator, Iterator

import hypothesis
import pytest

from influx_core import InfluxDBClient
from influx_testing import serve
from influx_testing.influxd import find_influxd, influxd

# No test is timed: a busy machine must not make one fail.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")


@pytest.fixture(scope="session")
def influxd_url() -> Iterator[str]:
    """The URL of a real influxd, one a worker; tests in it use databases of their own."""
    if find_influxd() is None and "INFLUX_REQUIRE_INFLUXD" not in os.environ:
        pytest.skip("influxd is not installed (Debian: apt-get install influxdb)")
    with influxd() as url:
        yield url


@pytest.fixture(scope="session")
def fake_url() -> Iterator[str]:
    """The URL of a fake server behind a loopback socket, one a worker."""
    with serve() as server:
        yield server.url


@pytest.fixture(params=["fake", "memory", "influxd"])
def server_url(request: pytest.FixtureRequest) -> str:
    """A server, each of the three in turn."""
    if request.param == "memory":
        return f"memory://{uuid.uuid4().hex}"
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def client(server_url: str) -> AsyncIterator[InfluxDBClient]:
    """A client of each server in turn, with a database of its own that exists."""
    name = f"test_{uuid.uuid4().hex}"
    async with InfluxDBClient(server_url, db=name) as made:
        await made.create_database(name)
        yield made
        await made.drop_database(name)
