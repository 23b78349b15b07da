"""Fixtures that the tests of all distributions share: the same tests, three servers."""

from __future__ import annotations

import os
import re
import socket
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator

import hypothesis
import pytest

from influx_core import InfluxDBClient
from influx_testing import serve
from influx_testing.influxd import find_influxd, influxd

# No test is timed: a busy machine must not make one fail. Examples are the same in every run, so
# that the gate says the same twice: few of them by default, more with
# `--hypothesis-profile=repeatable`, others each time with `--hypothesis-profile=random`.
hypothesis.settings.register_profile(
    "random", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile(
    "repeatable", hypothesis.settings.get_profile("random"), derandomize=True, database=None
)
hypothesis.settings.register_profile(
    "quick", hypothesis.settings.get_profile("repeatable"), max_examples=30
)
hypothesis.settings.load_profile("quick")

# No test depends on who runs it: on a proxy, a server of the user, or the size of the terminal.
SURROUNDINGS = re.compile(
    r"(?i:(http|https|all|no|grpc)_proxy)|COLUMNS|LINES|IQL_\w+"
    r"|INFLUX_(URL|HOST|DB|DATABASE|BUCKET|ORG|TOKEN|USERNAME|PASSWORD|TIMEOUT|RP|RETENTION_POLICY)"
    r"|INFLUXDB_\w+"
)
for variable in filter(SURROUNDINGS.fullmatch, list(os.environ)):
    del os.environ[variable]

# A server that never answers fails the test that waits for it.
socket.setdefaulttimeout(120)

MOST_REASONS = 6
MISSING_MODULE = re.compile(r"could not import '([\w.]+)'.*", re.DOTALL)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line how many tests were skipped, and why."""
    reports = terminalreporter.getreports("skipped")
    if reports:
        terminalreporter.write_line(skip_summary(map(skip_reason, reports)))


def skip_summary(reasons: Iterable[str]) -> str:
    """Count equal reasons, and name the most frequent ones."""
    counted = Counter(reasons)
    named = counted.most_common(MOST_REASONS)
    causes = [f"{count} since {reason}" for reason, count in named]
    rest = counted.total() - sum(count for _, count in named)
    if rest:
        causes.append(f"{rest} for other reasons (-rs lists them)")
    return f"{counted.total()} skipped: {', '.join(causes)}"


def skip_reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """The reason that a test gives, in the same words for every module that is missing."""
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = text.removeprefix("Skipped: ")
    return MISSING_MODULE.sub(r"\1 is not installed", reason)


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
    with serve(allow_origins=["*"]) as server:
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
