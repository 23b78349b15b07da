"""InfluxServer: a server for tests, with its requests, points and faults."""

from __future__ import annotations

import uuid
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from influx_core import APIName, DataPoint, InfluxDBClient, PointLike
from influx_core.lineprotocol import encode
from influx_testing import faults
from influx_testing._faults.fault_gateway import FaultGateway
from influx_testing._faults.fault_plan import Chaos, RequestMatcher, ScheduledFault
from influx_testing._inspection.database import DatabaseInspector
from influx_testing._inspection.point_diff import Expected, canonical, same, table
from influx_testing._inspection.request_log import LoggedRequest
from influx_testing._inspection.written_points import fail_written, times_text
from influx_testing._server.listener import Listener
from influx_testing._server.memory_transport import MemoryTransport
from influx_testing._server.pages.server_controls import ServerControls
from influx_testing._server.pages.server_pages import ServerPages, installed_pages
from influx_testing.clock import TravelClock
from influx_testing.errors import NeedsFake
from influx_testing.faults import Fault

__all__ = ["Data", "InfluxServer"]

Data = str | bytes | Iterable[PointLike]
"""Points to store in a server: line protocol, or points; times in ns."""

_FAULT_WANTED = "fail() takes a fault, such as faults.drop(), or status="


class InfluxServer:
    """A server with its request log, faults and assertions, for tests.

    Attributes:
        url: the base URL for clients.
        ca_file: the certificate that clients must trust, in PEM, if the server uses TLS.
        udp_url: the URL for datagrams; empty if the server does not accept any.
        credentials: the required credentials as options of `InfluxDBClient`: `username` and
            `password`, or `token`; empty if none are required.
        org: the organization of 2.x; empty for other flavors.
        gateway: logs every request and applies faults.
        inspector: reads and stores points without going through the gateway.
        pages: the pages that are served beside the API; None if none are installed.
        managed_clients: the clients that are closed after the test.
        may_fail: whether failures of the server are expected; if so, `problems` leaves them out.
    """

    def __init__(
        self,
        gateway: FaultGateway,
        inspector: DatabaseInspector,
        *,
        url: str = "",
        clock: TravelClock | None = None,
        credentials: Mapping[str, str] | None = None,
        api: APIName = "v1",
    ) -> None:
        self.url = url
        self.ca_file: Path | None = None
        self.udp_url = ""
        self.org = ""
        self._listener: Listener | None = None
        self.gateway = gateway
        self.inspector = inspector
        self.credentials = dict(credentials or {})
        self.managed_clients: list[InfluxDBClient] = []
        self.may_fail = False
        self._first_data = b""
        self._earlier_problems: list[str] = []
        self._api: APIName = api
        self._clock = clock
        self.pages: ServerPages | None = None

    @cached_property
    def database(self) -> str:
        """A database of the test's own, created on first use; on 2.x the bucket `my-bucket`."""
        name = f"test_{uuid.uuid4().hex}"
        self.inspector.create_database(name)
        return name

    @property
    def token(self) -> str:
        """The required token; empty if the server requires none."""
        return self.credentials.get("token", "")

    @property
    def bucket(self) -> str:
        """The bucket of the test's own: what 2.x calls its database."""
        return self.database

    @property
    def clock(self) -> TravelClock:
        """The clock of the server: for timestamps, `now()`, retention, and expiry of tokens.

        Raises:
            NeedsFake: this is a real server, whose clock cannot be set.
        """
        if self._clock is None:
            raise NeedsFake("the clock of this server cannot be set")
        return self._clock

    @property
    def requests(self) -> tuple[LoggedRequest, ...]:
        """All requests so far, in the order of their arrival."""
        return tuple(self.gateway.log)

    def serve_on(self, listener: Listener) -> None:
        """Respond to the requests of a listener."""
        self.url = listener.url
        self.ca_file = listener.ca_file
        self._listener = listener
        listener.handle = self.gateway.handle
        if installed_pages():
            self.pages = ServerPages(self._controls(listener.url))
            listener.pages = self.pages.at

    def _controls(self, url: str) -> ServerControls:
        """What pages may do with the server."""
        return ServerControls(self.gateway, url, credentials=self.credentials)

    def client(self, **options: Any) -> InfluxDBClient:
        """A client of this server and its database, without a socket; closed after the test.

        Args:
            options: override the options of `InfluxDBClient`.
        """
        given: dict[str, Any] = {
            "db": self.database,
            "api": self._api,
            "transport": MemoryTransport(self.gateway),
            **({"org": self.org} if self.org else {}),
            **self.credentials,
        }
        client = InfluxDBClient("memory://", **(given | options))
        self.managed_clients.append(client)
        return client

    def problems(self) -> list[str]:
        """The problems that fail the test even if its assertions pass.

        These are failures of the server, see `failures`, and faults that were never applied.
        """
        return [*self.failures(), *self._unused_faults()]

    def failures(self) -> list[str]:
        """The failures inside the server, each with its request; empty if they are expected.

        These are requests that the fake does not support (status 501), bugs of the fake, and
        exceptions in custom faults.
        """
        if self.may_fail:
            return self._earlier_problems
        new = [
            f"the server failed to answer {entry}\n{failure}"
            for entry in self.requests
            for failure in entry.failures
        ]
        return [*self._earlier_problems, *new]

    def _unused_faults(self) -> list[str]:
        came = [str(entry) for entry in self.requests] or ["none"]
        return [
            table(
                f"a fault was never applied: {scheduled}",
                ("these requests came:",),
                [(text,) for text in came],
            )
            for scheduled in self.gateway.faults.unused()
        ]

    def start_with(self, data: Data) -> None:
        """Store points, as `load` does, and again after every `reset`."""
        self._first_data = _lines(data)
        self.load(self._first_data)

    def reset(self) -> None:
        """Reset the server to its initial state: no requests, no faults, only its first points.

        For a server that several tests share. Its clients stay usable.

        Raises:
            NeedsFake: the server is a recording, which cannot be reset.
        """
        database = self.__dict__.get("database")
        self._earlier_problems = self.problems()
        self.clean_up()
        self.gateway.reset()
        if database is not None:
            self.inspector.create_database(database)
        if self._first_data:
            self.load(self._first_data)

    def clean_up(self) -> None:
        """Delete the databases that tests left on the server."""

    def load(self, data: Data, db: str | None = None) -> None:
        """Store points before a test; they do not count as written.

        Args:
            data: line protocol, or points; times in ns.
            db: the database, created if necessary; the test's database by default.

        Raises:
            InspectionError: the server refused the points.
        """
        if db is not None:
            self.inspector.create_database(db)
        self.inspector.write(db or self.database, _lines(data))

    def points(self, measurement: str | None = None, *, db: str | None = None) -> list[DataPoint]:
        """The points on the server, ordered by measurement and time; times are in ns.

        Args:
            measurement: only points of this measurement.
            db: only points of this database; by default of all databases of the test.
        """
        names = self._databases() if db is None else [db]
        return [point for name in names for point in self.inspector.points(name, measurement)]

    def _databases(self) -> list[str]:
        return self.inspector.databases()

    def fail(
        self,
        fault: Fault | None = None,
        *,
        status: int | None = None,
        message: str | None = None,
        retry_after: float | None = None,
        nth: int = 1,
        path: str | None = None,
        method: str | None = None,
        line: str | None = None,
        query: str | None = None,
    ) -> ScheduledFault:
        """Schedule a fault, for one request unless `.times(n)` or `.always()` follows.

        Args:
            fault: one of `influx_testing.faults`, instead of a status.
            status: the HTTP status of the response, see `faults.status`.
            message: the error text, with a status.
            retry_after: seconds for the header Retry-After, with a status.
            nth: the first matching request that it applies to.
            path: only requests of this path.
            method: only requests of this method.
            line: only writes with a line that has a match of this regular expression.
            query: only queries that have a match of this regular expression.

        Raises:
            TypeError: neither a fault nor a status is given, or both are, or it is something else.
            ValueError: a status, a number, a path or a regular expression is invalid.
        """
        if (fault is None) is (status is None):
            raise TypeError("fail() takes a fault, such as faults.drop(), or status=")
        if fault is not None and not isinstance(fault, Fault):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(
                f"fail() takes a fault, such as faults.drop(), or status=, not {fault!r}"
            )
        if status is not None:
            fault = faults.status(status, message, retry_after)
        elif message is not None or retry_after is not None:
            raise TypeError("message= and retry_after= go with status=, not with another fault")
        assert fault is not None
        scheduled = ScheduledFault(fault, RequestMatcher(path, method, line, query), nth)
        self.gateway.faults.scheduled.append(scheduled)
        return scheduled

    @contextmanager
    def unreachable(self) -> Generator[None]:
        """Stop listening at the server's URL within a with block.

        New connections are refused and open ones closed, as if the server died: a client may lose
        one request before it notices. Such requests are not in `requests`. A block within another
        one changes nothing.
        """
        if self.gateway.is_unreachable:
            yield
            return
        self.gateway.is_unreachable = True
        if self._listener is not None:
            self._listener.pause()
        try:
            yield
        finally:
            if self._listener is not None:
                self._listener.resume()
            self.gateway.is_unreachable = False

    def chaos(self, seed: int, rate: float = 0.2) -> None:
        """Make requests fail at random; the same seed and requests give the same failures."""
        self.gateway.faults.chaos = Chaos(seed, rate)

    def assert_written(self, *expected: Expected, times: int = 1) -> None:
        """Check that the server stored points from writes, each the given number of times.

        A point is a DataPoint, a tuple, or a line of line protocol; one without a time matches any
        time. Types must match: 1 is not 1.0.

        Raises:
            AssertionError: with a table of the written points, most similar first.
            ValueError: no point is given, or `times` is negative.
        """
        __tracebackhide__ = True
        if not expected:
            raise ValueError("assert_written() takes points; assert_no_writes() expects none")
        if times < 0:
            raise ValueError(f"times={times}: a point is written 0 times or more")
        stored = self._stored()
        for wanted in map(canonical, expected):
            found = sum(same(wanted, point) for point in stored)
            if found != times:
                fail_written(wanted, times, found, self.requests, stored)

    def assert_no_writes(self) -> None:
        """Check that there was no write.

        Raises:
            AssertionError: with a table of the writes.
        """
        __tracebackhide__ = True
        writes = [entry for entry in self.requests if entry.is_write]
        if writes:
            rows = [(str(entry), entry.body.split("\n")[0]) for entry in writes]
            raise AssertionError(
                table(f"{times_text(len(writes))} written:", ("request", "first line"), rows)
            )

    def _stored(self) -> list[DataPoint]:
        """The points that the server accepted from writes, once for each time it accepted them."""
        stored: list[DataPoint] = []
        for request in (request for entry in self.requests for request in entry.forwarded):
            if request.status < 300:
                stored += request.points
            elif request.partial:
                held = self.points()
                stored += [p for p in request.points if any(same(p, each) for each in held)]
        return stored


def _lines(data: Data) -> bytes:
    if isinstance(data, str):
        return data.encode()
    return data if isinstance(data, bytes) else encode(data)
