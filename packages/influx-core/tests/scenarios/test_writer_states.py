"""Whatever happens, in whatever order, the promises of the batch writer hold."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from influx_core._batch.failure_handling.dead_letters import DeadLetter
from influx_core._batch.receipts import Receipt
from influx_core.errors import (
    AuthenticationError,
    AuthorizationError,
    PartialWriteError,
    PointsUndelivered,
    RequestTooLarge,
    ResponseLost,
    ServerBusy,
    ServerUnreachable,
    WriteError,
)

ROOM = 12
DRAIN = 5.0
POISON = 666.0
LATE = "stored, but the answer is lost"

FAILURES = {
    "fine": None,
    "down": ServerUnreachable("refused"),
    "lost": ResponseLost("no answer"),
    "busy": ServerBusy("", status=503, retry_after=2.0),
    "locked": AuthenticationError("", status=401),
    "forbidden": AuthorizationError("", status=403),
    "broken": WriteError("", status=500),
    LATE: ResponseLost("no answer"),
}


class Database:
    """What a server does with lines: of one series and time it keeps the value that came last."""

    def __init__(self, server: Any) -> None:
        self.values: dict[bytes, bytes] = {}
        self.mood = "fine"
        server.judge = self.take

    def take(self, body: bytes) -> Exception | None:
        if self.mood not in ("fine", LATE):
            return FAILURES[self.mood]
        lines = body.splitlines()
        if len(lines) > 3:
            return RequestTooLarge("", status=413)
        for line in lines:
            head, field, time = line.split()
            if field != b"f=666.0":
                self.values[head + time] = field
        if any(b"f=666.0" in line for line in lines):
            return PartialWriteError("partial write", dropped=None, status=400)
        return FAILURES[self.mood]


def letters_of(receipt: Receipt) -> list[bytes]:
    """The lines that a receipt says were given up; it is done, so nothing is waited for."""
    try:
        next(receipt.__await__())
    except StopIteration:
        return []
    except PointsUndelivered as error:
        return [line for letter in error.letters for line in letter.lines.splitlines()]
    raise AssertionError("a receipt that is done waits")


def machine(make_bench: Callable[[], Any]) -> type[RuleBasedStateMachine]:
    """The state machine, over the doubles of a bench."""

    class Writing(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.loop = asyncio.new_event_loop()
            self.bench = make_bench()
            self.database = Database(self.bench.server)
            self.letters: list[DeadLetter] = []
            self.put: list[tuple[Receipt, bytes, bytes]] = []
            self.latest: dict[bytes, bytes] = {}
            self.number = 0
            self.enter()

        def do(self, work: Coroutine[Any, Any, Any]) -> Any:
            return self.loop.run_until_complete(asyncio.wait_for(work, 120))

        def enter(self) -> None:
            self.writer = self.bench.writer(
                spool=self.bench.spool,
                batch_points=4,
                queue_points=ROOM,
                on_full="raise",
                close_timeout=DRAIN,
                dead_letter=self.letters.append,
            )
            self.do(self.writer.__aenter__())

        @rule(time=st.integers(1, 4), poison=st.booleans())
        @precondition(lambda self: self.writer.pending < ROOM)
        def put_a_point(self, time: int, poison: bool) -> None:
            self.number += 1
            value = POISON if poison else float(self.number * 1000)
            key, field = b"m%d" % time, b"f=%.1f" % value
            self.put.append((self.do(self.put_one(time, value)), key, field))
            if not poison:
                self.latest[key] = field

        async def put_one(self, time: int, value: float) -> Receipt:
            return self.writer.put_nowait(("m", {}, {"f": value}, time))

        @rule(mood=st.sampled_from(sorted(FAILURES)))
        def change_the_mood_of_the_server(self, mood: str) -> None:
            self.database.mood = mood

        @rule(room=st.sampled_from([0, 40, 1_000_000]))
        def change_the_room_of_the_spool(self, room: int) -> None:
            self.bench.spool.room = room

        @rule(seconds=st.sampled_from([0.5, 1.0, 40.0]))
        def let_time_pass(self, seconds: float) -> None:
            self.do(self.bench.clock.advance(seconds))
            self.do(self.spooled())

        async def spooled(self) -> None:
            """Wait until the spool's thread has done what it was told."""
            with suppress(RuntimeError):  # the writer has ended its thread
                await self.writer._executor.run(lambda: None)
            await self.bench.clock.settle()

        @rule()
        def leave_and_enter_anew(self) -> None:
            self.do(self.leave())
            self.enter()

        async def leave(self) -> None:
            began = self.bench.clock.now()
            leaving = asyncio.create_task(self.writer.aclose())
            while not leaving.done():
                await self.bench.clock.advance(0.5)
                await self.spooled()
                assert self.bench.clock.now() - began <= DRAIN + 60
            await leaving
            assert self.writer.pending == 0
            assert all(receipt.done() for receipt, _, _ in self.put)

        @invariant()
        def memory_is_bounded(self) -> None:
            assert self.writer.pending <= ROOM

        @invariant()
        def what_is_acknowledged_is_in_the_database_or_spooled_or_was_refused_later(self) -> None:
            rows = [row.lines for row in list(self.bench.spool.rows.values())]
            known = b"".join(rows + [letter.lines for letter in self.letters])
            for receipt, key, field in self.put:
                if not receipt.done():
                    continue
                lost = letters_of(receipt)
                assert [line.split()[1] for line in lost] in ([], [field])
                if not lost and field not in known:
                    assert field != b"f=666.0"
                    assert key in self.database.values

        @invariant()
        def what_is_certainly_undelivered_is_not_in_the_database(self) -> None:
            values = set(self.database.values.values())
            for letter in self.letters:
                if not letter.uncertain:
                    assert all(line.split()[1] not in values for line in letter.lines.splitlines())

        def teardown(self) -> None:
            """When all is well again, everything arrives, and the last value stays."""
            self.database.mood = "fine"
            self.do(self.leave())
            self.enter()
            for _ in range(100):
                if not self.bench.spool.rows:
                    break
                self.let_time_pass(40.0)
            assert self.bench.spool.rows == {}
            self.do(self.leave())
            self.loop.close()
            lost = {line.split()[1] for one in self.letters for line in one.lines.splitlines()}
            for key, field in self.latest.items():
                assert field in lost or self.database.values.get(key) == field

    return Writing


def test_the_promises_hold_in_every_order_of_events(bench):
    run_state_machine_as_test(
        machine(partial(type(bench), bench.serializer)),
        settings=settings(max_examples=40, stateful_step_count=25, deadline=None),
    )
