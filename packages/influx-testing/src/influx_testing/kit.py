"""InfluxServer: a server as a test sees it: what it was asked, what it holds, how it fails."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, NoReturn

from influx_core import APIName, DataPoint, InfluxDBClient
from influx_core.codec import PointLike
from influx_core.lineprotocol import encode
from influx_testing import faults
from influx_testing.arming import ArmedFault, Chaos, Where
from influx_testing.clock import TravelClock
from influx_testing.comparing import Expected, canonical, differences, distance, line, same, table
from influx_testing.errors import NeedsFake
from influx_testing.faults import Fault
from influx_testing.front import Front
from influx_testing.log import LoggedRequest
from influx_testing.memory import MemoryTransport
from influx_testing.store import Store

__all__ = ["Data", "InfluxServer"]

Data = str | bytes | Iterable[PointLike]
"""What a test puts into a server: line protocol, or points; times in ns."""


class InfluxServer:
    """A server as a test sees it.

    Attributes:
        url: where clients find it.
        credentials: what the server asks for, as options of `InfluxDBClient`: `username` and
            `password`, or `token`; empty where it asks for nothing.
        front: what every request passes.
        store: what the server holds.
        lent: the clients that need no closing.
    """

    def __init__(
        self,
        front: Front,
        store: Store,
        *,
        url: str = "",
        clock: TravelClock | None = None,
        credentials: Mapping[str, str] | None = None,
        api: APIName = "v1",
    ) -> None:
        self.url = url
        self.front = front
        self.store = store
        self.credentials = dict(credentials or {})
        self.lent: list[InfluxDBClient] = []
        self._api = api
        self._clock = clock

    @cached_property
    def database(self) -> str:
        """A database of the test's own, made when it is first asked for."""
        name = f"test_{uuid.uuid4().hex}"
        self.store.create_database(name)
        return name

    @property
    def clock(self) -> TravelClock:
        """The clock of the server: its timestamps, `now()`, retention, and expiry of tokens.

        Raises:
            NeedsFake: it is not ours to set.
        """
        if self._clock is None:
            raise NeedsFake("the clock of this server cannot be set")
        return self._clock

    @property
    def requests(self) -> tuple[LoggedRequest, ...]:
        """Every request so far, in the order of their arrival."""
        return tuple(self.front.log)

    def client(self, **options: Any) -> InfluxDBClient:
        """A client that needs no closing: of this server, without a socket, with the database.

        Args:
            options: lie over those of `InfluxDBClient`.
        """
        given: dict[str, Any] = {
            "db": self.database,
            "api": self._api,
            "transport": MemoryTransport(self.front),
            **({"org": "test"} if self._api == "v2" else {}),
            **self.credentials,
        }
        client = InfluxDBClient("memory://", **(given | options))
        self.lent.append(client)
        return client

    def problems(self) -> list[str]:
        """What a test with this server must not leave behind: faults that never struck."""
        came = [str(entry) for entry in self.requests] or ["none"]
        return [
            table(
                f"an armed fault never struck: {armed}",
                ("these requests came:",),
                [(text,) for text in came],
            )
            for armed in self.front.faults.missed()
        ]

    def clean_up(self) -> None:
        """End the use of the server by its test."""

    def load(self, data: Data, db: str | None = None) -> None:
        """Store points for the test to find; they do not count as written.

        Args:
            data: line protocol, or points; times in ns.
            db: the database, made if it is not there; the test's own unless given.

        Raises:
            StoreError: the server refused.
        """
        if db is not None:
            self.store.create_database(db)
        self.store.write(db or self.database, _lines(data))

    def points(self, measurement: str | None = None, *, db: str | None = None) -> list[DataPoint]:
        """What the server holds now, by measurement and time; times are in ns.

        Args:
            measurement: of this one only.
            db: of this database only; of all that are the test's unless given.
        """
        names = self._databases() if db is None else [db]
        return [point for name in names for point in self.store.points(name, measurement)]

    def _databases(self) -> list[str]:
        return self.store.databases()

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
    ) -> ArmedFault:
        """Arm a fault, for one request unless `.times(n)` or `.always()` says otherwise.

        Args:
            fault: one of `influx_testing.faults`; or give a status instead.
            status: the status of the answer, as for `faults.status`.
            message: the server's words, with a status.
            retry_after: seconds for the header Retry-After, with a status.
            nth: from which request on, among those that are meant.
            path: requests of this path.
            method: requests of this method.
            line: writes of a line in which this regular expression is found.
            query: queries in which this regular expression is found.

        Raises:
            TypeError: there is neither a fault nor a status, or there are both.
        """
        if (fault is None) is (status is None):
            raise TypeError("fail() takes a fault, such as faults.drop(), or status=")
        if status is not None:
            fault = faults.status(status, message, retry_after)
        elif message is not None or retry_after is not None:
            raise TypeError("message= and retry_after= belong to status=, not to another fault")
        assert fault is not None
        armed = ArmedFault(fault, Where(path, method, line, query), nth)
        self.front.faults.armed.append(armed)
        return armed

    def chaos(self, seed: int, rate: float = 0.2) -> None:
        """Let requests fail by chance; the same ones for the same seed and the same requests."""
        self.front.faults.chaos = Chaos(seed, rate)

    def assert_written(self, *expected: Expected, times: int = 1) -> None:
        """Check that the server took points from writes, each so many times.

        A point is a DataPoint, a tuple, or a line of line protocol; one without a time means any
        time. Types count: 1 is not 1.0.

        Raises:
            AssertionError: with a table of the points that are nearest.
        """
        taken = self._taken()
        for wanted in map(canonical, expected):
            found = sum(same(wanted, point) for point in taken)
            if found != times:
                _fail_written(wanted, times, found, self.requests, taken)

    def assert_no_writes(self) -> None:
        """Check that nobody tried to write anything.

        Raises:
            AssertionError: with a table of the writes.
        """
        writes = [entry for entry in self.requests if entry.is_write]
        if writes:
            rows = [(str(entry), entry.body.split("\n")[0]) for entry in writes]
            raise AssertionError(
                table(f"{_times(len(writes))} written:", ("request", "first line"), rows)
            )

    def _taken(self) -> list[DataPoint]:
        """The points that the server took, as often as it did."""
        taken: list[DataPoint] = []
        for arrival in (arrival for entry in self.requests for arrival in entry.arrivals):
            if arrival.status < 300:
                taken += arrival.points
            elif arrival.partly:
                stored = self.points()
                taken += [p for p in arrival.points if any(same(p, held) for held in stored)]
        return taken


def _lines(data: Data) -> bytes:
    if isinstance(data, str):
        return data.encode()
    return data if isinstance(data, bytes) else encode(data)


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def _fail_written(
    wanted: DataPoint,
    times: int,
    found: int,
    requests: Iterable[LoggedRequest],
    taken: list[DataPoint],
) -> NoReturn:
    head = f"written {_times(found)}, not {_times(times)}:\n  {line(wanted)}"
    sent = [(point, entry) for entry in requests for point in entry.points]
    if not sent:
        came = [(str(entry),) for entry in requests] or [("none",)]
        raise AssertionError(f"{head}\n" + table("no point came;", ("these requests did:",), came))
    sent.sort(key=lambda pair: distance(wanted, pair[0]))
    rows = [(line(point), _verdict(wanted, point, entry, taken)) for point, entry in sent]
    raise AssertionError(f"{head}\n" + table("what came, nearest first:", ("point", ""), rows))


def _verdict(
    wanted: DataPoint, point: DataPoint, entry: LoggedRequest, taken: list[DataPoint]
) -> str:
    """What is the matter with a point: where it differs, or that the server did not take it."""
    said = differences(wanted, point)
    if not any(same(point, held) for held in taken):
        said.append(f"not stored: {entry.fault or entry.status}")
    return "; ".join(said) or "the same"
