"""Servers and a cluster for the tests of influx_dask."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

pytest.importorskip("distributed")

from distributed import Client, LocalCluster
from influx_dask_points import fill

from influx_core import blocking
from influx_testing import serve


@pytest.fixture(scope="session")
def sink_url() -> Iterator[str]:
    """The URL of a second fake server."""
    with serve() as server:
        yield server.url


@pytest.fixture(params=["fake", "influxd"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database of its own, with points, in the fake and in the real server."""
    server: str = request.getfixturevalue(f"{request.param}_url")
    name = f"dask_{uuid.uuid4().hex}"
    with blocking.InfluxDBClient(server, db=name) as client:
        client.create_database(name)
        fill(client)
        yield f"{server}/{name}"
        client.drop_database(name)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Client]:
    """A client of a cluster in this process."""
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0"
        ) as made,
        Client(made, set_as_default=False) as client,
    ):
        yield client
