"""A server for clients that do what they should not, and what it must keep doing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from urllib.request import urlopen

import pytest

from influx_testing import ServedFake, serve


@pytest.fixture(scope="module")
def server() -> Iterator[ServedFake]:
    """A fake with enough points for long responses."""
    with serve() as served:
        served.load("\n".join(f"m v={n} {n}" for n in range(20_000)), "d")
        yield served


@pytest.fixture
def server_goes_on(server: ServedFake, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """The server responds after the test, and has logged nothing."""
    with caplog.at_level(logging.INFO):
        yield
        with urlopen(f"{server.url}/ping") as response:
            assert response.status == 204
    assert caplog.records == []
    assert server.failures() == []
