"""Fixtures that the tests of all distributions share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from influx_testing.influxd import find_influxd, influxd


@pytest.fixture(scope="session")
def influxd_url() -> Iterator[str]:
    """The URL of a real influxd, one a worker; tests in it use databases of their own."""
    if find_influxd() is None and "INFLUX_REQUIRE_INFLUXD" not in os.environ:
        pytest.skip("influxd is not installed (Debian: apt-get install influxdb)")
    with influxd() as url:
        yield url
