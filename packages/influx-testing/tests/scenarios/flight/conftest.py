"""A fake of 3.x with some points, and a client of Arrow Flight."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from influx_testing import FakeInfluxDB, ServedFake, serve

LINES = b"""cpu,host=a load=1.5,cores=4i,note="ok" 1000000000
cpu,host=b load=2.5,up=true 2000000000
cpu,host=b size=18446744073709551615u 3000000000
"""


@pytest.fixture(scope="session")
def flight() -> Any:
    pytest.importorskip("h2", reason="h2 is not installed (influx-testing[flight])")
    pytest.importorskip("datafusion", reason="DataFusion is not installed (influx-testing[flight])")
    return pytest.importorskip("pyarrow.flight", reason="pyarrow is not installed")


@pytest.fixture
def server(flight: Any) -> Iterator[ServedFake]:
    fake = FakeInfluxDB("3.x")
    fake.load(LINES, "db")
    with serve(fake=fake) as served:
        yield served


@pytest.fixture
def client(flight: Any, server: ServedFake) -> Iterator[Any]:
    with flight.connect(server.url.replace("http", "grpc")) as connected:
        yield connected


@pytest.fixture
def ask(flight: Any, client: Any) -> Callable[..., Any]:
    """Ask as the official clients do; returns an Arrow table."""

    def asked(text: str, language: str = "sql", *, timeout: float = 60, **members: Any) -> Any:
        given = {"database": "db", "sql_query": text, "query_type": language, **members}
        ticket = flight.Ticket(json.dumps(given).encode())
        return client.do_get(ticket, flight.FlightCallOptions(timeout=timeout)).read_all()

    return asked
