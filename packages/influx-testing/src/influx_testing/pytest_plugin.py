"""Fixtures for projects that test their InfluxDB code: a fake server, and a client of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from influx_core import InfluxDBClient
from influx_testing.http import ServedFake, serve
from influx_testing.memory import MemoryTransport
from influx_testing.server import FakeInfluxDB

__all__ = ["influx_client", "influx_server"]


@pytest.fixture(scope="session")
def _influx_socket() -> Iterator[ServedFake]:
    with serve() as server:
        yield server


@pytest.fixture
def influx_server(_influx_socket: ServedFake) -> ServedFake:
    """A fake InfluxDB behind a loopback socket, empty for each test.

    Any client can use its `.url`; `.fake` is the server itself. There is one socket a process, so
    tests that run in parallel in processes of their own (pytest-xdist) do not meet.
    """
    _influx_socket.fake.clear()
    return _influx_socket


@pytest.fixture
def influx_client() -> InfluxDBClient:
    """A client of a fake InfluxDB in memory, with a database of its own that exists already."""
    fake, name = FakeInfluxDB(), f"test_{uuid.uuid4().hex}"
    fake.engine.create_database(name)
    return InfluxDBClient("memory://", db=name, transport=MemoryTransport(fake))
