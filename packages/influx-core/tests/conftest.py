"""Doubles for the tests of the batch writer: a clock that is moved by hand, a server that obeys."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import deque
from collections.abc import Awaitable, Callable

import pytest

from influx_core._api.request_options import WriteOptions
from influx_core._batch.settings import WriterSettings
from influx_core._batch.writer import BatchWriter, Sink
from influx_core.errors import SpoolDamaged, SpoolFull
from influx_core.interfaces import Serializer, SpooledBatch, Target
from influx_core.lineprotocol import LineProtocolSerializer
from influx_core.plugins import Plugins


class HandClock:
    """Stands still until `advance`; then whoever waited long enough goes on.

    Attributes:
        passes: the seconds that pass at each look at it.
    """

    def __init__(self) -> None:
        self.time = 1000.0
        self.passes = 0.0
        self._waiting: list[tuple[float, asyncio.Event]] = []

    def now(self) -> float:
        seen = self.time
        self.time += self.passes
        return seen

    def wall(self) -> int:
        return round(self.time * 1e9)

    async def wait(self, event: asyncio.Event, until: float | None) -> None:
        entry = (float("inf") if until is None else until, event)
        self._waiting.append(entry)
        try:
            async with asyncio.timeout(60):  # for tests that fail: they end
                await event.wait()
        finally:
            self._waiting.remove(entry)

    async def advance(self, seconds: float) -> None:
        await self.settle()
        self.time += seconds
        for until, event in self._waiting:
            if until <= self.time:
                event.set()
        await self.settle()

    async def settle(self) -> None:
        """Let everybody do what can be done without time."""
        for _ in range(50):
            await asyncio.sleep(0)


class ObedientServer:
    """Stores lines, or fails as it is told to.

    Attributes:
        bodies: what it was sent, in order.
        stored: lines it has, in order.
        always: what to raise when the script is over.
        script: for each of the next requests what to raise, or None to store it.
        judge: says what is wrong with a body, if anything.
        gate: while it is there and not set, requests wait for it.
    """

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.stored: list[bytes] = []
        self.targets: list[Target] = []
        self.script: deque[Exception | None] = deque()
        self.always: Exception | None = None
        self.judge: Callable[[bytes], Exception | None] = lambda body: None
        self.gate: asyncio.Event | None = None
        self.busy = self.most_busy = 0

    async def send(self, body: bytes, target: Target) -> None:
        self.bodies.append(body)
        self.targets.append(target)
        self.busy += 1
        self.most_busy = max(self.busy, self.most_busy)
        try:
            if self.gate is not None:
                await self.gate.wait()
        finally:
            self.busy -= 1
        error = self.script.popleft() if self.script else self.always
        error = error or self.judge(body)
        if error is not None:
            raise error
        self.stored += body.splitlines()


class ListSpool:
    """A spool that keeps batches in a dict, as long as it is told to work."""

    def __init__(self) -> None:
        self.rows: dict[int, SpooledBatch] = {}
        self.room = 1_000_000_000
        self.damaged: set[int] = set()
        self.is_open = False

    def open(self) -> list[SpooledBatch]:
        self.is_open = True
        return [self.rows[number] for number in sorted(self.rows)]

    def append(self, batch: SpooledBatch) -> None:
        if sum(len(row.lines) for row in self.rows.values()) + len(batch.lines) > self.room:
            raise SpoolFull("no room")
        self.rows[batch.number] = batch

    def read(self, number: int) -> SpooledBatch:
        if number in self.damaged:
            raise SpoolDamaged("damaged")
        return self.rows[number]

    def remove(self, number: int) -> None:
        self.rows.pop(number, None)

    def close(self) -> None:
        self.is_open = False


class Bench:
    """Makes writers whose surroundings a test holds in its hands."""

    def __init__(self, serializer: Serializer) -> None:
        self.serializer = serializer
        self.clock = HandClock()
        self.server = ObedientServer()
        self.spool = ListSpool()
        self.finished: list[tuple[object, object]] = []
        self.notice: Callable[[object, object], None] = self._finished

    def _finished(self, batch: object, outcome: object) -> None:
        self.finished.append((batch, outcome))

    def writer(self, *, spool: object = None, **settings: object) -> BatchWriter:
        sink = Sink(
            self.server.send,
            self.serializer,
            WriteOptions(db="db"),
            self.notice,
        )
        chosen = WriterSettings(**{"flush_interval": 1.0, "close_timeout": 5.0, **settings})
        return BatchWriter(sink, chosen, spool, self.clock, draw=lambda: 1.0)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for what a thread has a part in."""
        await wait_until(holds)


async def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for what sets no event: a thread, or a record of a log."""
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 - there is no event
            await asyncio.sleep(0.001)


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], Awaitable[None]]:
    """Waits for what sets no event."""
    return wait_until


@pytest.fixture(params=["in Python", "compiled"])
def bench(request: pytest.FixtureRequest) -> Bench:
    """A bench for writers with a serializer that has no intake for points, or with one that has."""
    if request.param == "in Python":
        return Bench(LineProtocolSerializer())
    serializer = Plugins().serializer("auto")
    if not hasattr(serializer, "point_intake"):
        pytest.skip("influx-speedups is not installed, or not compiled")
    return Bench(serializer)


@pytest.fixture
def point() -> Callable[..., tuple]:
    """Makes a point of its number: its time, and its value unless told otherwise."""
    return lambda number, value=None, tag="a": (
        "m",
        {"t": tag},
        {"f": float(number if value is None else value)},
        number,
    )


@pytest.fixture
def exit_code() -> Callable[[int], int]:
    """Waits for a forked process; ends one that hangs, and fails."""

    def wait(pid: int, seconds: float = 120.0) -> int:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.005)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        pytest.fail(f"the forked process did not end within {seconds} s")

    return wait
