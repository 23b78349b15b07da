"""The application as its user starts it: as a process, on either server."""

from __future__ import annotations

import os
import pty
import re
import socket
import subprocess
import sys
import termios
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
CONTROL = re.compile(r"\x1b\[[?\d;]*[A-Za-z]")


def demo(*options: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "examples.system_metrics", *options],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )


def on_a_terminal(*options: str, lines: int = 24, columns: int = 80) -> list[str]:
    """What a terminal of this size shows in the end, without colours."""
    reading, writing = pty.openpty()
    termios.tcsetwinsize(writing, (lines, columns))
    environ = {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"}
    sizes = {"COLUMNS", "LINES"}
    with subprocess.Popen(
        [sys.executable, "-m", "examples.system_metrics", *options],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in sizes} | environ,
        stdin=subprocess.DEVNULL,
        stdout=writing,
    ) as process:
        os.close(writing)
        shown = b"".join(iter(lambda: read_terminal(reading), b""))
    os.close(reading)
    assert process.returncode == 0
    text = CONTROL.sub("", shown.decode()).removesuffix("\r\n")
    return [line.rpartition("\r")[2].rstrip() for line in text.split("\r\n")]


def read_terminal(descriptor: int) -> bytes:
    """The next bytes, none at the end: Linux raises an error there."""
    try:
        return os.read(descriptor, 65_536)
    except OSError:
        return b""


@pytest.fixture(params=["embedded", "influxd"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "influxd":
        yield request.getfixturevalue("influxd_url")
    else:
        with serve() as server:
            yield server.url


@pytest.fixture
def dead_url() -> Iterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


CPU_ROW = re.compile(r"(cpu\d+) +(\d+\.\d) +(\d+\.\d) +(\d+\.\d) *$", re.MULTILINE)
"""A line of the first table: the mean, the highest and the last load of a CPU."""


def test_without_options_it_starts_a_server_that_asks_for_a_password() -> None:
    finished = demo("--seconds", "0")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert re.match(r"Sampling .+, writing to http://127\.0\.0\.1:\d+ as demo\n", finished.stdout)
    assert len(CPU_ROW.findall(finished.stdout)) == min(psutil.cpu_count() or 1, 3)
    assert "\x1b" not in finished.stdout  # colours are for terminals, not for logs


def test_a_terminal_of_80x24_shows_all_of_it_without_scrolling() -> None:
    screen = on_a_terminal("--seconds", "1")
    assert len(screen) < 24  # the last line is for the prompt
    assert max(map(len, screen)) <= 80
    title, progress, blank, *answers = screen
    assert re.fullmatch(r"Sampling .+, writing to http://127\.0\.0\.1:\d+ as demo", title)
    assert re.fullmatch(
        r"\S+ \d+\.\d of 1 s [\d,]+ points +\d+/s +\d+\.\d requests/s +\d+\.\d ms each", progress
    )
    assert blank == ""
    queries = "\n".join(line[:45].rstrip() for line in answers)
    results = "\n".join(line[45:] for line in answers)
    timed = re.findall(r"-- (\d+) rows?, \d+\.\d ms$", queries, re.MULTILINE)
    assert len(timed) == queries.count("SELECT ") == 4
    assert "0" not in timed
    for heading in (
        "CPU +mean % +peak % +last %",
        "100%",
        "Program +peak % +memory",
        "Memory +used",
    ):
        assert re.search(rf"^ *{heading}", results, re.MULTILINE)
    assert "SELECT" not in results


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
