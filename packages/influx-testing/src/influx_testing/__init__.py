"""A fake InfluxDB server for tests, with the real protocol and a real query engine.

Names are imported on first use, because pytest imports this package at every start, even in
projects that do not use it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from influx_testing import faults
    from influx_testing._faults.fault_plan import RequestMatcher, ScheduledFault
    from influx_testing._inspection.request_log import LoggedRequest
    from influx_testing._server.fake_influxdb import FakeInfluxDB
    from influx_testing._server.influx_server import InfluxServer
    from influx_testing._server.listener import Listener
    from influx_testing._server.serving import ServedFake, serve
    from influx_testing.clock import ManualClock, TravelClock
    from influx_testing.errors import FakeUnsupported, NeedsFake
    from influx_testing.faults import Fault
    from influx_testing.memory import MemoryTransport, forget_named_fakes, named_fake

__all__ = [
    "FakeInfluxDB",
    "FakeUnsupported",
    "Fault",
    "InfluxServer",
    "Listener",
    "LoggedRequest",
    "ManualClock",
    "MemoryTransport",
    "NeedsFake",
    "RequestMatcher",
    "ScheduledFault",
    "ServedFake",
    "TravelClock",
    "faults",
    "forget_named_fakes",
    "named_fake",
    "serve",
]

_MODULES = {
    "FakeInfluxDB": "_server.fake_influxdb",
    "FakeUnsupported": "errors",
    "Fault": "faults",
    "InfluxServer": "_server.influx_server",
    "Listener": "_server.listener",
    "LoggedRequest": "_inspection.request_log",
    "ManualClock": "clock",
    "MemoryTransport": "memory",
    "NeedsFake": "errors",
    "RequestMatcher": "_faults.fault_plan",
    "ScheduledFault": "_faults.fault_plan",
    "ServedFake": "_server.serving",
    "TravelClock": "clock",
    "forget_named_fakes": "memory",
    "named_fake": "memory",
    "serve": "_server.serving",
}


def __getattr__(name: str) -> Any:
    if name == "faults":
        return import_module("influx_testing.faults")
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
