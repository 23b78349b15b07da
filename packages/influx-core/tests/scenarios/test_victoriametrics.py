"""Writes to a real VictoriaMetrics, which the tests start (Debian: victoria-metrics)."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from influx_core import ConfigError, InfluxDBClient

START_SECONDS = 120
NOW = int(time.time()) - 10  # it keeps nothing of the future


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def wait_for(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"{url}/health").close()
        except OSError:
            assert time.monotonic() < deadline, "VictoriaMetrics did not start"
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="module")
def victoria(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = shutil.which("victoria-metrics")
    if program is None and "INFLUX_REQUIRE_VICTORIAMETRICS" not in os.environ:
        pytest.skip("victoria-metrics is not installed (Debian: apt-get install victoria-metrics)")
    home: Path = tmp_path_factory.mktemp("victoria")
    url = f"http://127.0.0.1:{free_port()}"
    arguments = [
        str(program),
        f"-httpListenAddr={url.removeprefix('http://')}",
        f"-storageDataPath={home}",
        "-retentionPeriod=100y",
        "-loggerLevel=ERROR",
    ]
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(url)
        yield url
    finally:
        process.terminate()
        process.wait(60)


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
