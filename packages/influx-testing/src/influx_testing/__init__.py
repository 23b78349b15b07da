"""A fake InfluxDB server for tests: real protocol, real query engine, nothing to install."""

from influx_testing.clock import ManualClock
from influx_testing.errors import FakeUnsupported
from influx_testing.http import ServedFake, serve
from influx_testing.memory import MemoryTransport, named_fake
from influx_testing.server import FakeInfluxDB

__all__ = [
    "FakeInfluxDB",
    "FakeUnsupported",
    "ManualClock",
    "MemoryTransport",
    "ServedFake",
    "named_fake",
    "serve",
]
