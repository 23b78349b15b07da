"""For each series and time, the database keeps the point that was put last: histories at random.

A history is a sequence of calls by several tasks, a server with delays and failures, and an end,
all under simulated time. The model knows only the order of the calls. INFLUX_ORDER_HISTORIES says
how many histories are tried.
"""

from __future__ import annotations

import asyncio
import heapq
import os
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from influx_core._api.request_options import WriteOptions
from influx_core._batch import writer as writer_module
from influx_core._batch.failure_handling.dead_letters import DeadLetter
from influx_core._batch.settings import WriterSettings
from influx_core._batch.writer import BatchWriter, Sink
from influx_core.errors import (
    AuthenticationError,
    AuthorizationError,
    PartialWriteError,
    QueueFull,
    RequestTooLarge,
    ResponseLost,
    ServerBusy,
    ServerUnreachable,
    SpoolError,
    SpoolFull,
    WriteError,
    WriterClosed,
)
from influx_core.interfaces import Serializer, SpooledBatch, Target
from influx_core.plugins import Plugins

HISTORIES = int(os.environ.get("INFLUX_ORDER_HISTORIES", "150"))

T = TypeVar("T")

Key = tuple[str, str, int]
"""Database, tag and time of a point."""


class SimulatedLoop(asyncio.SelectorEventLoop):
    """An event loop whose time jumps to the next thing that is planned."""

    def __init__(self) -> None:
        super().__init__()
        self._simulated = 1000.0

    def time(self) -> float:
        return self._simulated

    def _run_once(self) -> None:
        while self._scheduled and self._scheduled[0]._cancelled:
            heapq.heappop(self._scheduled)._scheduled = False
            self._timer_cancelled_count -= 1
        if not self._ready and self._scheduled:
            self._simulated = max(self._simulated, self._scheduled[0]._when)
        super()._run_once()


class InlineExecutor:
    """Does the work of a thread in the event loop, after a pause of simulated time."""

    def submit(self, work: Callable[[], None], then: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_later(0.01, lambda: (work(), then()))

    async def run(self, work: Callable[[], T]) -> T:
        pause = asyncio.ensure_future(asyncio.sleep(0.01))
        cancelled = False
        while not pause.done():
            try:
                await asyncio.wait((pause,))
            except asyncio.CancelledError:
                cancelled = True
        task = asyncio.current_task()
        if cancelled and task is not None:
            task.uncancel()
            task.cancel()
        return work()

    async def aclose(self) -> None: ...


@dataclass
class MemorySpool:
    """A spool without a disk; each of its calls may fail."""

    faults: Iterator[str]
    rows: dict[int, SpooledBatch] = field(default_factory=dict)
    sound: bool = False

    def open(self) -> list[SpooledBatch]:
        return [self.rows[number] for number in sorted(self.rows)]

    def append(self, batch: SpooledBatch) -> None:
        self._fail()
        self.rows[batch.number] = batch

    def read(self, number: int) -> SpooledBatch:
        self._fail()
        return self.rows[number]

    def remove(self, number: int) -> None:
        self._fail()
        self.rows.pop(number, None)

    def close(self) -> None: ...

    def _fail(self) -> None:
        fault = "" if self.sound else next(self.faults)
        if fault:
            raise {"full": SpoolFull, "broken": SpoolError, "raw": OSError}[fault](fault)


@dataclass
class Database:
    """Stores lines as InfluxDB does: of one series and time the last one."""

    script: Iterator[tuple[float, str, float]]
    values: dict[Key, int] = field(default_factory=dict)
    sound: bool = False

    async def send(self, body: bytes, target: Target) -> None:
        before, fate, after = (0.01, "ok", 0.0) if self.sound else next(self.script)
        await asyncio.sleep(before)
        if fate == "unreachable":
            raise ServerUnreachable("refused")
        if fate == "forbidden" and target.db == "b":
            raise AuthorizationError("no rights", status=403)
        if fate == "unauthorized":
            raise AuthenticationError("who?", status=401)
        if fate == "busy":
            raise ServerBusy("later", status=429, retry_after=2.0)
        if fate == "large" and body.count(b"\n") > 1:
            raise RequestTooLarge("too large", status=413)
        if fate == "cancels":
            raise asyncio.CancelledError
        lines = body.splitlines()
        bad = [line for line in lines if fate == "poison" and line.endswith(b" 1")]
        for line in lines:
            if line not in bad:
                self._store(line, target)
        await asyncio.sleep(after)
        if fate == "lost":
            raise ResponseLost("no response")
        if fate == "broken":
            raise WriteError("internal", status=500)
        if bad:
            raise PartialWriteError("partial write", dropped=len(bad), status=400)

    def _store(self, line: bytes, target: Target) -> None:
        head, value, time = line.decode().split(" ")
        self.values[key_of(target.db, head, int(time))] = int(value[2:-1])


def key_of(db: str | None, head: str, time: int) -> Key:
    tags = dict(tag.split("=") for tag in head.split(",")[1:])
    return str(db), tags["t"], time


FATES = [
    *("ok", "ok", "ok", "lost", "unreachable", "broken", "busy", "large", "poison"),
    *("forbidden", "unauthorized", "cancels"),
]
DELAYS = st.sampled_from([0.0, 0.01, 0.5, 3.0])
POINTS = st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.integers(1, 3))


@dataclass(frozen=True)
class History:
    """What happens to a writer."""

    settings: dict[str, Any]
    spooling: bool
    calls: list[tuple[str, list[tuple[str, str, int]], float, float]]
    fates: list[tuple[float, str, float]]
    faults: list[str]
    ending: str


@st.composite
def histories(draw: st.DrawFn) -> History:
    spooling = draw(st.booleans())
    full = ["block", "drop_oldest", "drop_new", "raise", *(["spool"] if spooling else [])]
    batch = draw(st.integers(1, 4))
    kinds = st.sampled_from(["put", "put_many", "put_lines", "put_nowait", "flush"])
    patience = st.sampled_from([0.0, 0.02, 1.0, 100.0])
    call = st.tuples(kinds, st.lists(POINTS, min_size=1, max_size=4), DELAYS, patience)
    return History(
        settings={
            "batch_points": batch,
            "queue_points": batch * draw(st.integers(1, 4)),
            "in_flight": draw(st.integers(1, 4)),
            "flush_interval": draw(st.sampled_from([0.0, 0.1, 2.0])),
            "close_timeout": draw(st.sampled_from([0.0, 1.0, 30.0])),
            "on_full": draw(st.sampled_from(full)),
            "max_attempts": draw(st.sampled_from([1, 3, 20])),
            "max_retry_delay": 2.0,
            "auth_retry_interval": 3.0,
        },
        spooling=spooling,
        calls=draw(st.lists(call, min_size=1, max_size=14)),
        fates=draw(st.lists(st.tuples(DELAYS, st.sampled_from(FATES), DELAYS), max_size=12)),
        faults=draw(st.lists(st.sampled_from(["", "", "full", "broken", "raw"]), max_size=6)),
        ending=draw(st.sampled_from(["leave", "cancel", "cancel twice", "crash"])),
    )


class Model:
    """What was put, in order, and what became of it."""

    def __init__(self) -> None:
        self.puts: dict[Key, list[int]] = defaultdict(list)
        self.given_up: dict[int, bool] = {}
        self.last = 0

    def new(self) -> int:
        self.last += 1
        return self.last

    def accepted(self, key: Key, value: int) -> None:
        self.puts[key].append(value)

    def letter(self, letter: DeadLetter) -> None:
        for line in letter.lines.decode().splitlines():
            value = int(line.split(" ")[1][2:-1])
            self.given_up[value] = self.given_up.get(value, True) and not letter.uncertain

    def allowed(self, key: Key) -> set[int | None]:
        """The values that the database may hold in the end."""
        found: set[int | None] = set()
        for value in reversed(self.puts[key]):
            if value not in self.given_up:
                return {*found, value}
            if not self.given_up[value]:
                found.add(value)
        return {*found, None}


class Run:
    """One history."""

    def __init__(self, history: History, serializer: Serializer) -> None:
        self.history = history
        self.serializer = serializer
        self.model = Model()
        self.database = Database(endless(history.fates, (0.0, "ok", 0.0)))
        self.spool = MemorySpool(endless(history.faults, ""))
        self.receipts: list[Any] = []

    def writer(self, **settings: Any) -> BatchWriter:
        sink = Sink(
            self.database.send,
            self.serializer,
            WriteOptions(db="a"),
            lambda batch, outcome: None,
        )
        chosen = {**self.history.settings, "dead_letter": self.model.letter, **settings}
        spool = self.spool if self.history.spooling else None
        draw = random.Random(1).random
        return BatchWriter(sink, WriterSettings(**chosen), spool, draw=draw)

    async def play(self) -> None:
        began = asyncio.get_running_loop().time()
        task = asyncio.create_task(self.live())
        if self.history.ending.startswith("cancel"):
            await asyncio.sleep(4.0)
            for _ in self.history.ending.split():
                task.cancel()
                await asyncio.sleep(0)
        with suppress(asyncio.CancelledError):
            await task
        assert asyncio.get_running_loop().time() - began < 5_000
        assert all(receipt.done() for receipt in self.receipts)
        self.database.sound = self.spool.sound = True
        async with self.writer(on_full="block") as writer:
            while writer.backlog:  # noqa: ASYNC110 - time is simulated
                await asyncio.sleep(1.0)

    async def live(self) -> None:
        async with self.writer() as writer:
            for call, points, pause, patience in self.history.calls:
                await asyncio.sleep(pause)
                await self.call(writer, call, points, patience)
            if self.history.ending.startswith("cancel"):
                await asyncio.sleep(100.0)

    async def call(
        self, writer: BatchWriter, call: str, points: list[Key], patience: float
    ) -> None:
        with suppress(TimeoutError, QueueFull, WriterClosed):
            async with asyncio.timeout(patience):
                match call:
                    case "flush":
                        await writer.flush()
                    case "put":
                        for point in points:
                            await self.put(writer.put, point)
                    case "put_nowait":
                        for point in points:
                            await self.put(nowait(writer), point)
                    case _:
                        for db in "ab":
                            some = [point for point in points if point[0] == db]
                            await self.put_some(writer, call, db, some)

    async def put(self, put: Any, key: Key) -> None:
        db, tag, time = key
        value = self.model.new()
        where = {} if db == "a" else {"db": db}
        receipt = await put(("m", {"t": tag, "u": "1"}, {"f": value}, time), **where)
        self.model.accepted(key, value)
        self.receipts.append(receipt)

    async def put_some(self, writer: BatchWriter, call: str, db: str, keys: list[Key]) -> None:
        """Put points one by one from an iterable: what was taken before a failure counts."""
        taken: list[tuple[Key, int]] = []

        def lines() -> Iterator[bytes]:
            for key in keys:
                taken.append((key, self.model.new()))
                yield b"m,u=1,t=%b f=%di %d" % (key[1].encode(), taken[-1][1], key[2])

        accepted = writer.counters.accepted
        try:
            if call == "put_lines":
                self.receipts.append(await writer.put_lines(lines(), db=db))
            else:
                points = [
                    ("m", {"t": tag, "u": "1"}, {"f": value}, time)
                    for (_, tag, time), value in ((key, self.model.new()) for key in keys)
                ]
                taken = [(key, point[2]["f"]) for key, point in zip(keys, points, strict=True)]
                self.receipts.append(await writer.put_many(points, db=db))
        finally:
            for key, value in taken[: writer.counters.accepted - accepted]:
                self.model.accepted(key, value)


def nowait(writer: BatchWriter) -> Any:
    async def put(point: Any, **where: Any) -> Any:
        return writer.put_nowait(point, **where)

    return put


def endless(items: list[T], last: T) -> Iterator[T]:
    yield from items
    while True:
        yield last


@pytest.fixture(scope="module", autouse=True)
def without_threads():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer_module, "BlockingExecutor", InlineExecutor)
        yield


LOST_SPOOLED_REJECTED = History(
    settings={
        "batch_points": 3,
        "queue_points": 3,
        "in_flight": 2,
        "flush_interval": 0.0,
        "close_timeout": 0.0,
        "on_full": "block",
        "max_attempts": 1,
        "max_retry_delay": 2.0,
        "auth_retry_interval": 3.0,
    },
    spooling=True,
    calls=[
        ("put", [("b", "x", 1), ("a", "x", 1), ("a", "x", 1), ("b", "x", 1)], 0.0, 0.02),
        *[("put", [("a", "x", 1)], 3.0, 0.0)] * 4,
    ],
    fates=[
        (0.0, "ok", 0.0),
        (0.0, "unauthorized", 0.0),
        (0.0, "ok", 3.0),
        (0.5, "lost", 0.5),
        (0.0, "ok", 0.0),
        (0.0, "busy", 0.0),
        (0.0, "poison", 0.0),
    ],
    faults=["full"],
    ending="leave",
)
"""A batch whose response is lost goes into the spool, and is rejected when it is sent again."""


@pytest.mark.slow
@pytest.mark.parametrize("serializer", ["line-protocol", "auto"])
@example(history=LOST_SPOOLED_REJECTED)
@given(history=histories())
@settings(max_examples=HISTORIES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_of_each_series_and_time_the_last_put_is_what_the_database_keeps(history, serializer):
    run = Run(history, Plugins().serializer(serializer))
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        runner.run(run.play())
    for key in run.model.puts:
        assert run.database.values.get(key) in run.model.allowed(key), key


@pytest.mark.parametrize("in_flight", [2, 3])
async def test_a_batch_that_waits_and_grows_is_not_overtaken(bench, point, in_flight):
    """The second value waits for the first, a third series joins it, and is put once more."""
    bench.server.gate = asyncio.Event()
    async with bench.writer(batch_points=3, in_flight=in_flight, flush_interval=0.0) as writer:
        await writer.put(point(1, 10))
        await bench.clock.advance(0.1)
        await writer.put(point(1, 20))  # waits behind the first
        await bench.clock.advance(0.1)
        await writer.put(point(2, 1))
        await writer.put(point(3, 1))
        await writer.put(point(2, 2))  # in the next batch
        await bench.clock.advance(0.1)
        assert bench.server.bodies == [b"m,t=a f=10.0 1\n"]
        bench.server.gate.set()
    assert bench.server.stored.index(b"m,t=a f=1.0 2") < bench.server.stored.index(b"m,t=a f=2.0 2")
