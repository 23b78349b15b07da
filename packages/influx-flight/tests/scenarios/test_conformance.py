"""The transport keeps the contract of transports: what is no query of Arrow goes over HTTP."""

from __future__ import annotations

from influx_flight import FlightTransport
from influx_testing.conformance import TransportSuite


class TestFlightTransport(TransportSuite):
    def make(self) -> FlightTransport:
        return FlightTransport()
