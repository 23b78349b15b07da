"""freezegun and time-machine move the clock of the fake, and never stop its socket."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any
from urllib.request import Request, urlopen

import pytest

from influx_testing import FakeInfluxDB, InfluxServer, faults

MOMENT = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
NS = int(MOMENT.timestamp()) * 1_000_000_000
Stop = Callable[[], AbstractContextManager[Any]]


@pytest.fixture(params=["freezegun", "time_machine"])
def stopped(request: pytest.FixtureRequest) -> Stop:
    """Stops the time at a moment, as one of the libraries does it."""
    library = pytest.importorskip(request.param, reason=f"{request.param} is not installed")
    if request.param == "freezegun":
        return lambda: importlib.import_module("freezegun").freeze_time(MOMENT)
    return lambda: library.travel(MOMENT, tick=False)


def write(server: InfluxServer, line: bytes) -> None:
    urlopen(Request(f"{server.url}/write?db={server.database}", line)).close()


def test_times_of_points_and_now_follow(influx_server: InfluxServer, stopped: Stop) -> None:
    with stopped():
        write(influx_server, b"m v=1")
        assert influx_server.clock() == NS
    assert influx_server.points()[0].timestamp == NS
    assert influx_server.clock() > NS


def test_a_fake_without_a_clock_follows_too(stopped: Stop) -> None:
    fake = FakeInfluxDB()
    with stopped():
        fake.load(b"m v=1", "d")
        (result,) = fake.query("SELECT v FROM m WHERE time = now()", "d")
    assert result.series[0].values == [[NS, 1.0]]


def test_a_clock_that_was_set_stays(influx_server: InfluxServer, stopped: Stop) -> None:
    influx_server.clock.set(5)
    with stopped():
        assert influx_server.clock() == 5


def test_delays_of_faults_end_while_the_time_stands_still(
    influx_server: InfluxServer, stopped: Stop
) -> None:
    influx_server.fail(faults.slow_headers(0.05))
    started = time.perf_counter_ns()
    with stopped():
        write(influx_server, b"m v=1 1")
    assert time.perf_counter_ns() - started >= 50_000_000
    influx_server.assert_written("m v=1 1")
