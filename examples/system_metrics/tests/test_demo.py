"""The application as its user starts it: a process of its own, on either server."""

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
from examples.system_metrics.__main__ import main

from influx_core import InfluxDBClient
from influx_testing import serve

ROOT = Path(__file__).parents[3]


def demo(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "examples.system_metrics", *options],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"},
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


def test_without_options_it_brings_its_own_server() -> None:
    finished = demo("--seconds", "0")
    assert (finished.returncode, finished.stderr) == (0, "")
    cpus = set(re.findall(r"^cpu\d+", finished.stdout, re.MULTILINE))
    assert len(cpus) == psutil.cpu_count()
    assert "\x1b" not in finished.stdout  # colours are for terminals, not for logs


async def test_it_shows_what_it_wrote(url: str) -> None:
    async with InfluxDBClient(url, db="system_metrics") as client:
        await client.drop_database("system_metrics")
        finished = demo("--url", url, "--seconds", "1")
        assert (finished.returncode, finished.stderr) == (0, "")
        (stored,) = await client.execute('SELECT load FROM cpu GROUP BY "cpu"')
    lines = [line.split()[:5] for line in finished.stdout.splitlines() if line.startswith("cpu")]
    expected = []
    for series in stored.series:
        loads = [row.load for row in series]
        numbers = (f"{load:.1f}" for load in (mean(loads), max(loads), loads[-1]))
        expected.append([series.tags["cpu"], str(len(loads)), *numbers])
    assert lines == expected


def test_a_server_that_is_not_there_is_one_clear_line(dead_url: str) -> None:
    finished = demo("--url", dead_url, "--seconds", "0")
    assert finished.returncode == 1
    (line,) = finished.stderr.splitlines()
    assert line.startswith("system_metrics: no server could be reached")
    assert dead_url in line


def test_a_url_that_cannot_work_is_one_clear_line() -> None:
    with pytest.raises(SystemExit, match=r"^system_metrics: .*gopher.*$"):
        main(["--url", "gopher://localhost"])
