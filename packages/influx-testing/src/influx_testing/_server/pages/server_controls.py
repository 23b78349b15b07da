"""ServerControls: what a page may do with a server: look at it, arm faults, move its clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from influx_core import APIName, InfluxDBClient
from influx_core.errors import ConfigError
from influx_core.interfaces import LocalResponse, Request
from influx_core.timestamps import Timestamp
from influx_testing._cassettes.request_journal import RequestJournal
from influx_testing._faults.fault_gateway import FaultGateway
from influx_testing._faults.fault_plan import RequestMatcher, ScheduledFault
from influx_testing._server.fake_influxdb import FakeInfluxDB
from influx_testing._server.memory_transport import MemoryTransport
from influx_testing.clock import TravelClock, machine_clock
from influx_testing.faults import Fault

__all__ = ["MeasurementPoints", "ServerControls"]

_APIS: Mapping[str, APIName] = {"2.x": "v2", "3.x": "v3"}


@dataclass(frozen=True, slots=True)
class MeasurementPoints:
    """The number of points of a measurement."""

    database: str
    measurement: str
    points: int


class ServerControls:
    """A server as a page sees it.

    Args:
        gateway: receives the requests of clients; its journal is switched on.
        url: the base URL of the server.
        credentials: the required credentials as options of `InfluxDBClient`.
        fake: the fake behind the gateway; None for a real server or a recording.

    Attributes:
        journal: the last requests with their responses.
    """

    def __init__(
        self,
        gateway: FaultGateway,
        url: str,
        *,
        credentials: Mapping[str, str] | None = None,
        fake: FakeInfluxDB | None = None,
    ) -> None:
        self.journal = gateway.journal = RequestJournal()
        self.url = url
        self._gateway = gateway
        self._fake = fake
        self._credentials = dict(credentials or {})
        self._armed: dict[int, ScheduledFault] = {}
        self._count = 0

    def client(self) -> InfluxDBClient:
        """A client whose requests are neither logged nor met by faults."""
        options: dict[str, Any] = {"api": "v1", **self._credentials}
        if self._fake is not None:
            options["api"] = _APIS.get(self._fake.flavor, "v1")
            if self._fake.engine.setup is not None:
                options["org"] = self._fake.engine.setup.org
                options.setdefault("token", self._fake.engine.setup.token)
        return InfluxDBClient("memory://", transport=MemoryTransport(_Direct(self)), **options)

    def forward(self, request: Request) -> LocalResponse:
        """Pass a request to the server, without log and faults."""
        return self._gateway.forward(request)

    @property
    def faults(self) -> dict[int, ScheduledFault]:
        """The faults by number, those of the test too."""
        scheduled = self._gateway.faults.scheduled
        for fault in scheduled:
            if fault not in self._armed.values():
                self._count += 1
                self._armed[self._count] = fault
        self._armed = {n: fault for n, fault in self._armed.items() if fault in scheduled}
        return dict(self._armed)

    def arm(self, fault: Fault, matcher: RequestMatcher, *, nth: int = 1, times: int = 1) -> None:
        """Schedule a fault that no test waits for.

        Args:
            fault: one of `influx_testing.faults`.
            matcher: the requests that it applies to.
            nth: the first matching request that it applies to.
            times: to how many requests it applies; 0 for all.
        """
        scheduled = ScheduledFault(fault, matcher, nth).optional()
        scheduled = scheduled.times(times) if times else scheduled.always()
        self._gateway.faults.scheduled.append(scheduled)

    def disarm(self, number: int) -> None:
        """Remove a fault by its number; nothing happens if it does not exist."""
        fault = self.faults.get(number)
        if fault is not None:
            self._gateway.faults.scheduled.remove(fault)

    @property
    def has_clock(self) -> bool:
        """Whether the clock can be moved."""
        return self._fake is not None and isinstance(self._fake.engine.clock, TravelClock)

    def now(self) -> int:
        """The time of the server in ns since 1970."""
        return machine_clock() if self._fake is None else self._fake.engine.clock()

    def set_clock(self, moment: Timestamp) -> None:
        """Set the clock, and let it stand still.

        Raises:
            ConfigError: the clock cannot be moved.
            ValueError: this is not a time.
        """
        self._clock().set(moment)

    def advance_clock(self, seconds: float) -> None:
        """Move the clock forward, and let it stand still."""
        self._clock().advance(seconds)

    def reset_clock(self) -> None:
        """Let the clock run as at the beginning."""
        self._clock().reset()

    def _clock(self) -> TravelClock:
        clock = None if self._fake is None else self._fake.engine.clock
        if not isinstance(clock, TravelClock):
            raise ConfigError("the clock of this server cannot be moved")
        return clock

    def load(self, data: bytes, database: str) -> None:
        """Store line protocol, or the result of `dump`; see `FakeInfluxDB.load`."""
        self._needed().load(data, database or "data")

    def dump(self) -> bytes:
        """All data as statements and line protocol; see `FakeInfluxDB.dump`."""
        return self._needed().dump()

    def _needed(self) -> FakeInfluxDB:
        if self._fake is None:
            raise ConfigError("this needs a fake server")
        return self._fake

    def points(self) -> list[MeasurementPoints]:
        """The number of points of each measurement; empty for a real server."""
        counts: Counter[tuple[str, str]] = Counter()
        for database in () if self._fake is None else self._fake.engine.databases:
            for policy in database.policies.values():
                for shard in policy.shards:
                    for measurement, group in shard.series.items():
                        counted = sum(data.point_count() for data in group.values())
                        counts[database.name, measurement] += counted
        return [MeasurementPoints(*key, count) for key, count in sorted(counts.items()) if count]


class _Direct:
    """Passes requests to a server without log and faults."""

    def __init__(self, controls: ServerControls) -> None:
        self._controls = controls

    def handle(self, request: Request) -> LocalResponse:
        """Respond to one request."""
        return self._controls.forward(request)
