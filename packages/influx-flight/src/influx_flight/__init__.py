"""Arrow Flight for influx_core: the transport `flight` and the deserializer `arrow`.

A client selects both with `transport="flight"`. The classes are here for programs that create parts
themselves; pyarrow is imported when one of them is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from influx_flight._arrow.deserializer import ArrowDeserializer
    from influx_flight._transport.flight_transport import FlightTransport

__all__ = ["ArrowDeserializer", "FlightTransport"]

_MODULES = {
    "ArrowDeserializer": "influx_flight._arrow.deserializer",
    "FlightTransport": "influx_flight._transport.flight_transport",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
