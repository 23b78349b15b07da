"""The transport of brief commands keeps the contract of transports."""

from __future__ import annotations

from influx_shell._connection.brief_transport import BriefTransport
from influx_testing.conformance import TransportSuite


class TestBriefTransport(TransportSuite):
    """The suite for every HTTP transport."""

    def make(self) -> BriefTransport:
        return BriefTransport()
