"""The service as its callers see it, with a server behind a loopback socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import yaml
from aiohttp import ClientSession
from asphalt.core import Context
from examples.web_service.__main__ import CONFIG
from examples.web_service.app import WebService

from influx_core import BatchWriter, InfluxDBClient


@pytest.fixture
def component(server_url: str, tmp_path: Any) -> WebService:
    options = yaml.safe_load(CONFIG.read_text())["component"]
    del options["type"]
    influxdb = options["components"]["influxdb"]
    influxdb["base_urls"] = server_url
    influxdb["writer"] |= {
        "dead_letter": tmp_path / "rejected.lp",
        "spool": {"type": "sqlite", "path": tmp_path / "spool"},
    }
    return WebService(**options | {"port": 0, "database": f"web_{tmp_path.name}"})


@pytest.fixture
async def context(component: WebService) -> AsyncIterator[Context]:
    async with Context() as context:
        await component.start(context)
        yield context


@pytest.fixture
async def web(component: WebService, context: Context) -> AsyncIterator[ClientSession]:
    host, port = component.addresses[0]
    async with ClientSession(f"http://{host}:{port}") as session:
        yield session


async def test_it_sums_up_what_it_served(context: Context, web: ClientSession) -> None:
    for path in ("/hello/a", "/hello/b", "/nowhere/at/all"):
        async with web.get(path):
            pass
    await context.require_resource(BatchWriter).flush()
    async with web.get("/summary") as response:
        found = await response.json()
    assert [(row["route"], row["status"], row["requests"]) for row in found] == [
        ("/hello/{name}", "200", 2),
        ("unknown", "404", 1),
    ]
    assert all(0 < row["mean"] < 60 for row in found)


async def test_timings_arrive_although_the_service_is_stopped(
    component: WebService, server_url: str
) -> None:
    async with Context() as context:
        await component.start(context)
        host, port = component.addresses[0]
        async with ClientSession() as session, session.get(f"http://{host}:{port}/hello/x"):
            pass
    async with InfluxDBClient(server_url, db=component.database) as client:
        (series,) = (await client.execute("SELECT * FROM requests")).series
        assert len(series) == 1
        await client.drop_database(component.database)
