"""Writes to a real VictoriaMetrics, which the tests start (Debian: victoria-metrics)."""

from __future__ import annotations

import json
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator

import pytest
from victoria_metrics import victoria_metrics

from influx_core import ConfigError, InfluxDBClient

NOW = int(time.time()) - 10  # it keeps nothing of the future


@pytest.fixture(scope="module")
def victoria(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with victoria_metrics(tmp_path_factory.mktemp("victoria"), "-retentionPeriod=100y") as url:
        yield url


@pytest.fixture(params=["victoriametrics", "auto", "v1"])
async def client(request, victoria: str):
    async with InfluxDBClient(victoria, db=request.param, api=request.param) as made:
        yield made


def exported(url: str, selector: str) -> list[dict]:
    """What VictoriaMetrics has stored, in its own words."""
    urllib.request.urlopen(f"{url}/internal/force_flush").close()
    asked = urllib.parse.urlencode({"match[]": selector})
    with urllib.request.urlopen(f"{url}/api/v1/export?{asked}") as answer:
        return [json.loads(line) for line in answer]


async def test_points_are_stored_with_the_database_as_a_label(client, victoria):
    db = client.admin._database(None)
    points = [("cpu", {"host": "a b"}, {"load": i / 2}, NOW - i) for i in range(3)]
    await client.write_many(points, precision="s")
    (stored,) = exported(victoria, f'{{db="{db}"}}')
    assert stored["metric"] == {"__name__": "cpu_load", "db": db, "host": "a b"}
    assert sorted(zip(stored["timestamps"], stored["values"], strict=True)) == [
        ((NOW - 2) * 1000, 1),
        ((NOW - 1) * 1000, 0.5),
        (NOW * 1000, 0),
    ]


async def test_it_is_well_and_lists_databases(client):
    assert (await client.health()).status == "pass"
    await client.ping()
    assert "_internal" in await client.databases()


async def test_what_it_cannot_answer_is_not_asked(victoria):
    async with InfluxDBClient(victoria, db="x", api="auto") as client:
        with pytest.raises(ConfigError, match="/api/v1/export"):
            await client.raw_query("SELECT load FROM cpu")
        with pytest.raises(ConfigError, match="'victoriametrics' cannot create databases"):
            await client.create_database("x")
        with pytest.raises(ConfigError, match="takes no consistency"):
            await client.write("m", {}, {"f": 1}, consistency="all")


async def test_it_has_no_databases_to_create_and_says_so(victoria):
    async with InfluxDBClient(victoria, db="x", api="victoriametrics") as client:
        with pytest.raises(
            ConfigError, match=r"cannot create databases: it has no databases.*label"
        ):
            await client.create_database("x")
