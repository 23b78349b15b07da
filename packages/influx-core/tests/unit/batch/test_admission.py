"""Admission: in order, all or nothing, and what happens without room."""

from __future__ import annotations

import asyncio

import pytest

from influx_core._batch.admission import Admission
from influx_core._batch.clock import LoopClock
from influx_core._batch.counters import Counters
from influx_core._batch.queueing.chunk import EncodedChunk
from influx_core._batch.queueing.queue import BatchQueue
from influx_core._batch.waiters import Progress
from influx_core._points.batching import Fullness
from influx_core.errors import QueueFull, WriterClosed
from influx_core.interfaces import Target

TARGET = Target("db")
LINE = b"m f=1 1\n"


class Events:
    """Notes what happens."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def dropped(self, target, chunks, reason):
        self.seen.append(f"dropped {len(chunks)}")

    def batch_waits(self):
        self.seen.append("waits")

    def room_wanted(self):
        self.seen.append("wanted")


class Entry:
    """An admission with room for two points, and what is around it."""

    def __init__(self, on_full: str = "block") -> None:
        self.queue = BatchQueue(Fullness(1, 1000, 1.0), 2, 1000)
        self.events, self.progress = Events(), Progress()
        self.counters = Counters()
        self.admission = self.fresh(on_full)
        self.admission.open()

    def fresh(self, on_full: str) -> Admission:
        return Admission(
            self.queue, on_full, self.events, self.progress, LoopClock(), self.counters
        )

    def now(self, points: int = 1) -> bool:
        return self.admission.admit_now(EncodedChunk(LINE * points, points, (1, 1)), TARGET)

    def later(self) -> asyncio.Task[None]:
        chunk = EncodedChunk(LINE, 1, (1, 1))
        return asyncio.create_task(self.admission.admit_later(chunk, TARGET))

    def settle_one(self) -> None:
        self.queue.keep(next(iter(self.queue)), ())
        self.progress.made()


async def settle() -> None:
    """Let everybody do what can be done without time."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_what_fits_enters_and_is_told():
    entry = Entry()
    assert entry.now()
    assert entry.events.seen == ["waits"]
    assert entry.queue.points == entry.counters.accepted == 1


async def test_nothing_enters_before_it_is_opened_or_after_it_is_closed():
    entry = Entry()
    entry.admission.close("gone")
    with pytest.raises(WriterClosed, match="gone"):
        entry.now()
    fresh = entry.fresh("block")
    with pytest.raises(WriterClosed, match="not entered"):
        fresh.admit_now(EncodedChunk(LINE, 1), TARGET)


async def test_without_room_chunks_wait_and_enter_in_order():
    entry = Entry()
    assert entry.now()
    assert entry.now()
    assert not entry.now()
    waiting = [entry.later() for _ in range(3)]
    await settle()
    for position in range(3):
        assert [task.done() for task in waiting] == [n < position for n in range(3)]
        entry.settle_one()
        await settle()
    assert all(task.done() for task in waiting)


async def test_who_comes_later_does_not_overtake_who_waits():
    entry = Entry()
    entry.now(2)
    waiting = entry.later()
    await asyncio.sleep(0)
    entry.queue.keep(next(iter(entry.queue)), ())
    assert not entry.now()  # there is room, but for the one that waits
    entry.progress.made()
    await waiting


async def test_a_cancelled_chunk_has_not_entered_and_does_not_hold_up_the_next():
    entry = Entry()
    entry.now(2)
    first, second = entry.later(), entry.later()
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    entry.settle_one()
    await second
    assert first.cancelled()
    assert entry.queue.points == 1


async def test_closing_tells_who_waits():
    entry = Entry()
    entry.now(2)
    waiting = entry.later()
    await asyncio.sleep(0)
    entry.admission.close("gone")
    with pytest.raises(WriterClosed, match="gone"):
        await waiting


async def test_raise_says_how_many_wait():
    entry = Entry("raise")
    entry.now(2)
    with pytest.raises(QueueFull, match="2 points wait"):
        entry.now()


async def test_new_points_are_dropped():
    entry = Entry("drop_new")
    entry.now(2)
    assert entry.now()
    assert entry.events.seen[-1] == "dropped 1"
    assert (entry.counters.accepted, entry.queue.points) == (3, 2)


async def test_the_oldest_points_are_dropped_but_none_that_may_be_stored():
    entry = Entry("drop_oldest")
    entry.now()
    entry.now()
    oldest = next(iter(entry.queue))
    oldest.uncertain = True
    assert entry.now()
    assert oldest in list(entry.queue)
    assert entry.queue.points == 2
    for batch in entry.queue:
        batch.busy = True
    assert entry.now()  # none can go: the new one is dropped
    assert entry.events.seen[-1] == "dropped 1"
    assert entry.counters.accepted == 4


async def test_with_spool_room_is_asked_for_as_long_as_there_is_none():
    entry = Entry("spool")
    entry.now(2)
    waiting = entry.later()
    await asyncio.sleep(0)
    entry.progress.made()
    await settle()
    assert entry.events.seen.count("wanted") == 2
    entry.settle_one()
    await waiting


async def test_after_many_points_the_turn_is_over():
    entry = Entry()
    assert not entry.admission.turn_is_over
    entry.now()  # fills a batch, which somebody should send
    assert entry.admission.turn_is_over
    await entry.admission.yield_turn()
    assert not entry.admission.turn_is_over
