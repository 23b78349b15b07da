"""The application as its user starts it: as a process, on either server."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

import psutil
import pytest
from examples.system_metrics.__main__ import embedded_server, main

from influx_core import InfluxDBClient
from influx_testing import FakeInfluxDB, serve

pytestmark = pytest.mark.slow  # each test starts the application

ROOT = Path(__file__).parents[3]


def demo(*options: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "examples.system_metrics", *options],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


@pytest.fixture(params=["embedded", "influxd"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "influxd":
        yield request.getfixturevalue("influxd_url")
    else:
        with serve() as server:
            yield server.url


@pytest.fixture
def dead_url() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


CPU_ROW = re.compile(r"(cpu\d+) +(\d+\.\d) +(\d+\.\d) +(\d+\.\d) *$", re.MULTILINE)
"""A line of the first table: the mean, the highest and the last load of a CPU."""


def test_without_options_it_starts_a_server_that_asks_for_a_password() -> None:
    finished = demo("--seconds", "0")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert re.match(r"Sampling .+, writing to http://127\.0\.0\.1:\d+ as demo\n", finished.stdout)
    assert len(CPU_ROW.findall(finished.stdout)) == min(psutil.cpu_count() or 1, 3)
    assert "\x1b" not in finished.stdout  # colours are for terminals, not for logs


@pytest.mark.slow
def test_it_counts_points_and_requests() -> None:
    finished = demo("--seconds", "1")
    ((points, rate),) = re.findall(r"([\d,]+) points +(\d+)/s", finished.stdout)
    assert int(points.replace(",", "")) > int(rate) * 0.5 > 0
    assert re.search(r"\d\.\d requests/s +\d+\.\d ms each", finished.stdout)


async def test_it_shows_what_it_wrote(url: str) -> None:
    async with InfluxDBClient(url, db="system_metrics") as client:
        await client.drop_database("system_metrics")
        finished = demo("--url", url, "--seconds", "1")
        assert (finished.returncode, finished.stderr) == (0, "")
        (stored,) = await client.execute('SELECT load FROM cpu GROUP BY "cpu"')
    expected = {}
    for series in stored.series:
        loads = [row.load for row in series]
        expected[series.tags["cpu"]] = [
            f"{load:.1f}" for load in (mean(loads), max(loads), loads[-1])
        ]
    rows = CPU_ROW.findall(finished.stdout)
    assert rows
    for cpu, *loads in rows:
        assert loads == expected[cpu]


@pytest.mark.slow
def test_a_server_with_users_is_given_the_password_of_the_environment() -> None:
    with embedded_server() as options:
        login = {"INFLUX_USERNAME": options["username"], "INFLUX_PASSWORD": options["password"]}
        finished = demo("--url", options["base_urls"], "--seconds", "0", **login)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert options["password"] not in finished.stdout


@pytest.mark.slow
def test_a_wrong_password_is_one_clear_line() -> None:
    with embedded_server() as options:
        wrong = {"INFLUX_USERNAME": options["username"], "INFLUX_PASSWORD": "wr0ng"}
        finished = demo("--url", options["base_urls"], "--seconds", "0", **wrong)
    assert finished.returncode == 1
    (line,) = finished.stderr.splitlines()
    assert "wr0ng" not in line


def test_a_password_that_nobody_can_type_is_asked_for_in_the_environment() -> None:
    finished = demo("--url", "http://localhost:1", "--username", "u")
    assert finished.returncode == 1
    assert finished.stderr == (
        "system_metrics: no password is given: set the variable INFLUX_PASSWORD\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize(("flavor", "org"), [("2.x", ["--org", "my-org"]), ("3.x", [])])
def test_a_token_is_for_a_newer_server(flavor: str, org: list[str]) -> None:
    with serve(fake=FakeInfluxDB(flavor, token="t0k3n")) as server:
        server.fake.query("CREATE DATABASE system_metrics")
        token = {"INFLUX_TOKEN": "t0k3n"}
        finished = demo("--url", server.url, "--token", *org, "--seconds", "0", **token)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert CPU_ROW.search(finished.stdout)


@pytest.mark.slow
def test_a_server_that_is_not_there_is_one_clear_line(dead_url: str) -> None:
    finished = demo("--url", dead_url, "--seconds", "0")
    assert finished.returncode == 1
    (line,) = finished.stderr.splitlines()
    assert line.startswith("system_metrics: no server could be reached")
    assert dead_url in line


def test_a_url_that_cannot_work_is_one_clear_line() -> None:
    with pytest.raises(SystemExit, match=r"^system_metrics: .*gopher.*$"):
        main(["--url", "gopher://localhost"])
