"""A fake InfluxDB server for tests: real protocol, real query engine, nothing to install.

The names are loaded when they are first used: pytest imports this package whenever it starts, also
in projects that need none of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from influx_testing import faults
    from influx_testing.clock import ManualClock, TravelClock
    from influx_testing.errors import FakeUnsupported, NeedsFake
    from influx_testing.faults import Fault
    from influx_testing.http import ServedFake, serve
    from influx_testing.kit import InfluxServer
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

_HOMES = {
    "FakeInfluxDB": "server",
    "FakeUnsupported": "errors",
    "Fault": "faults",
    "InfluxServer": "kit",
    "LoggedRequest": "log",
    "ManualClock": "clock",
    "MemoryTransport": "memory",
    "NeedsFake": "errors",
    "ServedFake": "http",
    "TravelClock": "clock",
    "named_fake": "memory",
    "serve": "http",
}


def __getattr__(name: str) -> Any:
    if name == "faults":
        return import_module("influx_testing.faults")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
