"""A fake InfluxDB server for tests: real protocol, real query engine, nothing to install."""

from influx_testing import faults
from influx_testing.clock import ManualClock, TravelClock
from influx_testing.errors import FakeUnsupported
from influx_testing.faults import Fault
from influx_testing.http import ServedFake, serve
from influx_testing.kit import InfluxServer, NeedsFake
from influx_testing.log import LoggedRequest
from influx_testing.memory import MemoryTransport, named_fake
from influx_testing.server import FakeInfluxDB

__all__ = [
    "FakeInfluxDB",
    "FakeUnsupported",
    "Fault",
    "InfluxServer",
    "LoggedRequest",
    "ManualClock",
    "MemoryTransport",
    "NeedsFake",
    "ServedFake",
    "TravelClock",
    "faults",
    "named_fake",
    "serve",
]
