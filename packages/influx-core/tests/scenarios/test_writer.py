"""The promises of a batch writer, one by one; time is moved by hand."""

from __future__ import annotations

import asyncio
import logging

import pytest

from influx_core import ConfigError, DataPoint, EncodeError
from influx_core.errors import (
    AuthenticationError,
    DatabaseNotFound,
    PartialWriteError,
    PointsUndelivered,
    QueueFull,
    RequestTooLarge,
    ServerBusy,
    ServerUnreachable,
    SpoolInUse,
    WriteError,
    WriterClosed,
)
from influx_core.lineprotocol import encode

DOWN = ServerUnreachable("connection refused")


def poison(body: bytes) -> Exception | None:
    """Refuse values of 666, as a server does that cannot parse them."""
    bad = body.count(b"f=666")
    good = body.count(b"\n") - bad
    text = "partial write" if good else "unable to parse"
    return PartialWriteError(f"{text}: dropped=0", dropped=0, status=400) if bad else None


async def test_points_are_sent_together_when_the_first_has_waited_long_enough(bench, point):
    async with bench.writer(flush_interval=2.0) as writer:
        await writer.put(point(1))
        await writer.put(point(2))
        await bench.clock.advance(1.9)
        assert bench.server.bodies == []
        await bench.clock.advance(0.1)
        assert bench.server.bodies == [b"m,t=a f=1.0 1\nm,t=a f=2.0 2\n"]


async def test_its_text_tells_what_waits(bench, point):
    async with bench.writer() as writer:
        await writer.put_many([point(1), point(2)])
        assert repr(writer) == "<BatchWriter, 2 points queued>"


async def test_a_full_batch_leaves_at_once(bench, point):
    async with bench.writer(batch_points=2) as writer:
        receipt = await writer.put_many([point(n) for n in range(5)])
        await bench.clock.settle()
        assert [body.count(b"\n") for body in bench.server.bodies] == [2, 2]
        assert not receipt.done()
    await receipt
    assert receipt.points == 5


async def test_points_for_different_places_travel_apart(bench, point):
    async with bench.writer() as writer:
        await writer.put(point(1))
        await writer.put(point(2), db="other", precision="s")
        await writer.put(point(3))
    assert [(target.db, target.precision) for target in bench.server.targets] == [
        ("db", "ns"),
        ("other", "s"),
    ]


async def test_a_point_without_a_time_gets_the_one_of_its_arrival(bench):
    async with bench.writer(flush_interval=5.0) as writer:
        await writer.put(DataPoint("m", {}, {"f": 1}))
        await bench.clock.advance(3)
        await writer.put_many([("m", {}, {"f": 2}, None)], precision="s")
    assert bench.server.stored == [b"m f=1i 1000000000000", b"m f=2i 1003"]


async def test_flush_waits_until_everything_is_delivered(bench, point):
    bench.server.gate = asyncio.Event()
    async with bench.writer() as writer:
        await writer.put(point(1))
        flushing = asyncio.create_task(writer.flush())
        await bench.clock.settle()
        assert not flushing.done()
        bench.server.gate.set()
        await flushing
        assert bench.server.stored == [b"m,t=a f=1.0 1"]


async def test_a_receipt_waits_for_its_own_points_only(bench, point):
    async with bench.writer(batch_points=1, in_flight=1) as writer:
        first = await writer.put(point(1))
        await bench.clock.settle()
        bench.server.gate = asyncio.Event()
        second = await writer.put(point(2))
        await bench.clock.settle()
        assert (first.done(), second.done()) == (True, False)
        bench.server.gate.set()
        await second


async def test_a_point_that_cannot_be_encoded_is_the_callers_error(bench):
    async with bench.writer() as writer:
        with pytest.raises(EncodeError, match="nan"):
            await writer.put(("m", {}, {"f": float("nan")}, 1))
    assert bench.server.bodies == []


async def test_of_many_points_the_one_that_cannot_be_encoded_is_left_out_and_told(bench, point):
    letters = []
    async with bench.writer(dead_letter=letters.append) as writer:
        bad = ("m", {}, {"f": float("nan")}, 1)
        receipt = await writer.put_many([point(1), bad, point(2)])
    with pytest.raises(PointsUndelivered, match="point 1") as raised:
        await receipt
    assert raised.value.points == 1
    assert receipt.points == len(bench.server.stored) == 2
    assert letters == list(raised.value.letters)


async def test_a_writer_takes_nothing_before_it_was_entered_or_after_it_was_left(bench, point):
    writer = bench.writer()
    with pytest.raises(WriterClosed):
        await writer.put(point(1))
    async with writer:
        pass
    with pytest.raises(WriterClosed):
        writer.put_nowait(point(1))
    with pytest.raises(WriterClosed):
        await writer.__aenter__()


async def test_it_may_be_closed_again_after_it_was_left(bench, point):
    bench.server.always = DOWN
    writer = bench.writer(close_timeout=0.0)
    await writer.__aenter__()
    await writer.put(point(1))
    with pytest.raises(PointsUndelivered):
        await writer.aclose()
    await writer.aclose()
    await writer.flush()


@pytest.mark.parametrize("params", [{"database": "db"}, {"username": "u", "password": "p"}])
async def test_a_place_is_not_said_with_words_that_would_be_ignored(bench, point, params):
    async with bench.writer() as writer:
        with pytest.raises(ConfigError, match=f"not {', '.join(map(repr, sorted(params)))}"):
            await writer.put(point(1), **params)


async def test_a_dict_that_changes_after_put_does_not_change_what_is_written(bench):
    tags, fields = {"t": "a"}, {"f": 1.0}
    async with bench.writer() as writer:
        await writer.put(("m", tags, fields, 1))
        writer.put_nowait(DataPoint("m", tags, fields, 2))
        receipt = await writer.put_many([("m", tags, fields, 3)])
        fields["f"], tags["t"] = 2.0, "b"
    await receipt
    assert bench.server.stored == [b"m,t=a f=1.0 %d" % n for n in (1, 2, 3)]


async def test_a_cancelled_put_many_leaves_what_it_took_and_nothing_else(bench, point):
    bench.server.gate = asyncio.Event()
    async with bench.writer(batch_points=2, queue_points=4) as writer:
        putting = asyncio.create_task(writer.put_many(point(n) for n in range(100)))
        await bench.clock.settle()
        putting.cancel()
        await bench.clock.settle()
        assert (putting.cancelled(), writer.pending) == (True, 4)
        bench.server.gate.set()
    assert writer.counters.accepted == writer.counters.written == len(bench.server.stored) == 4


async def test_an_iterable_that_raises_leaves_the_points_before_it(bench, point):
    def source():
        yield point(1)
        raise LookupError("mine")

    async with bench.writer(batch_points=1) as writer:
        with pytest.raises(LookupError, match="mine"):
            await writer.put_many(source())
    assert bench.server.stored == [b"m,t=a f=1.0 1"]


async def test_a_spool_that_cannot_be_opened_leaves_no_thread_behind(bench):
    def refuse() -> None:
        raise SpoolInUse("somebody has it")

    bench.spool.open = refuse
    writer = bench.writer(spool=bench.spool)
    with pytest.raises(SpoolInUse):
        await writer.__aenter__()
    with pytest.raises(RuntimeError, match="shutdown"):
        await writer._executor.run(lambda: None)


# Failures


@pytest.mark.parametrize("error", [DOWN, ServerBusy("", status=503), WriteError("", status=500)])
async def test_what_may_pass_is_tried_again_later(bench, point, error):
    bench.server.script.append(error)
    async with bench.writer(flush_interval=0.0, backoff=4.0) as writer:
        receipt = await writer.put(point(1))
        await bench.clock.advance(3.9)
        assert len(bench.server.bodies) == 1
        await bench.clock.advance(0.2)
        await receipt
        assert writer.counters.retried == 1
    assert bench.server.stored == [b"m,t=a f=1.0 1"]


@pytest.mark.parametrize("passes", [0.15, 0.2, 0.3, 0.4])
async def test_a_pause_that_ends_while_the_writer_looks_for_work_is_not_missed(
    bench, point, passes
):
    bench.server.script.append(DOWN)
    async with bench.writer(batch_points=1, backoff=4.0) as writer:
        first = await writer.put(point(1))
        await bench.clock.advance(3.5)
        bench.clock.passes = passes  # the pause ends between two looks at the clock
        second = await writer.put(point(2))
        await bench.clock.settle()
        bench.clock.passes = 0.0
        await bench.clock.advance(60)
        await asyncio.gather(first, second)
    assert sorted(bench.server.stored) == [b"m,t=a f=1.0 1", b"m,t=a f=2.0 2"]


async def test_the_pause_grows_and_adds_what_the_server_asks(bench, point):
    bench.server.script += [DOWN, ServerBusy("", status=429, retry_after=10.0)]
    async with bench.writer(flush_interval=0.0, backoff=1.0) as writer:
        await writer.put(point(1))
        await bench.clock.settle()
        await bench.clock.advance(1)
        await bench.clock.advance(11.9)
        assert len(bench.server.bodies) == 2
        await bench.clock.advance(0.2)
        assert len(bench.server.bodies) == 3


async def test_while_the_server_is_down_one_request_at_a_time_finds_out(bench, point):
    bench.server.always = DOWN
    async with bench.writer(
        batch_points=1, close_timeout=0.0, dead_letter=print, in_flight=4
    ) as writer:
        await writer.put_many([point(n) for n in range(20)])
        await bench.clock.settle()
        tried = len(bench.server.bodies)
        assert tried <= 4
        await bench.clock.advance(40)
        assert len(bench.server.bodies) == tried + 1


async def test_a_batch_on_which_the_server_fails_does_not_hold_up_the_others(bench, point):
    bench.server.judge = lambda body: WriteError("", status=500) if b"f=1.0 " in body else None
    letters = []
    settings = {"batch_points": 1, "max_attempts": 3, "dead_letter": letters.append}
    async with bench.writer(**settings) as writer:
        await writer.put_many([point(1), point(2), point(3)])
        await bench.clock.settle()
        assert bench.server.stored == [b"m,t=a f=2.0 2", b"m,t=a f=3.0 3"]
        for _ in range(3):
            await bench.clock.advance(40)
    assert [letter.lines for letter in letters] == [b"m,t=a f=1.0 1\n"]


async def test_a_batch_that_is_too_large_is_split(bench, point):
    bench.server.judge = lambda body: (
        RequestTooLarge("", status=413) if body.count(b"\n") > 2 else None
    )
    async with bench.writer() as writer:
        receipt = await writer.put_many([point(n) for n in range(7)])
    await receipt
    assert bench.server.stored == [b"m,t=a f=%d.0 %d" % (n, n) for n in range(7)]


async def test_one_poison_point_is_found_and_the_others_are_stored(bench, point):
    bench.server.judge = poison
    letters = []
    async with bench.writer(dead_letter=letters.append) as writer:
        good = await writer.put_many([point(n) for n in range(20)])
        bad = await writer.put(point(77, 666))
        await writer.put_many([point(n) for n in range(100, 120)])
    await good
    with pytest.raises(PointsUndelivered, match="1 points were not delivered"):
        await bad
    assert [letter.lines for letter in letters] == [b"m,t=a f=666.0 77\n"]
    assert len(set(bench.server.stored)) == 40


@pytest.mark.parametrize("waits", [True, False])
@pytest.mark.parametrize("most", [1, 7, 1000])
async def test_each_point_that_is_put_alone_learns_its_own_outcome(bench, point, most, waits):
    """Whether it was sent with others or not, and whether somebody waits for it meanwhile."""

    def judge(body: bytes) -> Exception | None:
        if b"=666" in body:
            return WriteError("cannot be stored", status=400)
        return RequestTooLarge("", status=413) if body.count(b" f=") > most else None

    bench.server.judge = judge
    points = [("m", {}, {"f": 666 if n % 9 == 4 else n, "s": f"a\n{n}"}, n) for n in range(60)]
    async with bench.writer() as writer:
        receipts = [await writer.put(each) for each in points]
        waiting = [asyncio.ensure_future(receipt) for receipt in receipts] if waits else []
        assert not any(receipt.done() for receipt in receipts)
    assert {receipt.points for receipt in receipts} == {1}
    assert all(receipt.done() for receipt in receipts)
    lost = {}
    for index, outcome in enumerate(waiting or receipts):
        try:
            await outcome
        except PointsUndelivered as error:
            lost[index] = error.points, [letter.lines for letter in error.letters]
    assert lost == {n: (1, [encode([points[n]])]) for n in range(60) if n % 9 == 4}
    stored = b"\n".join(bench.server.stored) + b"\n"
    assert stored == encode([each for n, each in enumerate(points) if n not in lost])


async def test_points_that_are_put_alone_are_dropped_with_their_own_lines(bench, point):
    bench.server.always = DOWN
    async with bench.writer(batch_points=10, queue_points=25, on_full="drop_oldest") as writer:
        receipts = [await writer.put(point(n)) for n in range(40)]
        gone = [receipt.done() for receipt in receipts]
        assert gone == sorted(gone, reverse=True)
        assert gone.count(True) == writer.counters.dropped == 40 - writer.pending > 0
        for n, receipt in enumerate(receipts[: gone.count(True)]):
            with pytest.raises(PointsUndelivered) as raised:
                await receipt
            assert [letter.lines for letter in raised.value.letters] == [encode([point(n)])]
        bench.server.always = None
        await bench.clock.advance(40)


async def test_a_batch_of_which_all_was_dropped_is_given_up_as_a_whole(bench, point):
    bench.server.always = PartialWriteError("partial write: dropped=9", dropped=9, status=400)
    async with bench.writer() as writer:
        receipt = await writer.put_many([point(n) for n in range(9)])
    with pytest.raises(PointsUndelivered):
        await receipt
    assert len(bench.server.bodies) == 1


async def test_a_database_that_is_not_there_holds_up_no_other(bench, point):
    bench.server.judge = lambda body: (
        DatabaseNotFound("database not found", status=404) if b"t=x" in body else None
    )
    async with bench.writer() as writer:
        lost = await writer.put(point(1, tag="x"), db="nosuch")
        await writer.put(point(2))
    assert bench.server.stored == [b"m,t=a f=2.0 2"]
    with pytest.raises(PointsUndelivered, match="database not found"):
        await lost


@pytest.mark.parametrize(
    "failure",
    [
        AuthenticationError("authorization failed", status=401),
        WriteError("the server is elsewhere", status=307),
    ],
)
async def test_what_somebody_has_to_put_right_pauses_everything_for_a_while(
    bench, point, caplog, failure
):
    bench.server.script.append(failure)
    caplog.set_level(logging.INFO)
    async with bench.writer(batch_points=1, in_flight=1, auth_retry_interval=30.0) as writer:
        await writer.put_many([point(1), point(2)])
        await bench.clock.settle()
        await bench.clock.advance(29)
        assert len(bench.server.bodies) == 1
        await bench.clock.advance(1)
    assert len(bench.server.stored) == 2
    assert [record.message[:29] for record in caplog.records] == [
        "the batch writer is paused, p",
        "the batch writer delivers aga",
    ]


# Order


async def test_batches_that_share_a_series_and_time_are_sent_one_after_the_other(bench, point):
    bench.server.gate = asyncio.Event()
    async with bench.writer(batch_points=1, in_flight=3) as writer:
        await writer.put_many([point(1, 10), point(1, 20), point(2), point(1, 5, tag="b")])
        await bench.clock.settle()
        assert bench.server.bodies == [b"m,t=a f=10.0 1\n", b"m,t=a f=2.0 2\n", b"m,t=b f=5.0 1\n"]
        bench.server.gate.set()
    assert bench.server.bodies[3] == b"m,t=a f=20.0 1\n"


async def test_a_retry_does_not_overtake_a_later_value(bench, point):
    bench.server.script.append(WriteError("", status=500))
    async with bench.writer(batch_points=1, in_flight=2) as writer:
        await writer.put_many([point(1, 10), point(1, 20), point(2)])
        await bench.clock.settle()
        await bench.clock.advance(60)
    assert bench.server.stored == [b"m,t=a f=2.0 2", b"m,t=a f=10.0 1", b"m,t=a f=20.0 1"]


# No room


async def test_without_room_put_waits_for_its_turn(bench, point):
    bench.server.gate = asyncio.Event()
    async with bench.writer(batch_points=2, queue_points=2) as writer:
        await writer.put_many([point(1), point(2)])
        third = asyncio.create_task(writer.put(point(3)))
        fourth = asyncio.create_task(writer.put(point(4)))
        await bench.clock.settle()
        assert (writer.pending, third.done(), fourth.done()) == (2, False, False)
        with pytest.raises(QueueFull):
            writer.put_nowait(point(5))
        bench.server.gate.set()
        await asyncio.gather(third, fourth)
    assert len(bench.server.stored) == 4


async def test_who_waits_for_room_may_give_up(bench, point):
    bench.server.gate = asyncio.Event()
    async with bench.writer(batch_points=1, queue_points=1) as writer:
        await writer.put(point(1))
        waiting = asyncio.create_task(writer.put(point(2)))
        await bench.clock.settle()
        waiting.cancel()
        await bench.clock.settle()
        bench.server.gate.set()
        await writer.put(point(3))
    assert bench.server.stored == [b"m,t=a f=1.0 1", b"m,t=a f=3.0 3"]


async def test_without_room_the_oldest_points_can_be_dropped(bench, point):
    bench.server.gate = asyncio.Event()
    settings = {"batch_points": 1, "queue_points": 3, "in_flight": 1, "on_full": "drop_oldest"}
    async with bench.writer(**settings) as writer:
        first = await writer.put(point(1))
        await bench.clock.settle()
        second = await writer.put(point(2))
        for number in (3, 4):
            await writer.put(point(number))
        with pytest.raises(PointsUndelivered, match="the queue was full"):
            await second
        bench.server.gate.set()
    await first
    assert bench.server.stored == [b"m,t=a f=%d.0 %d" % (n, n) for n in (1, 3, 4)]


async def test_without_room_the_new_points_can_be_dropped_or_refused(bench, point):
    bench.server.gate = asyncio.Event()
    async with bench.writer(batch_points=1, queue_points=1, on_full="drop_new") as writer:
        await writer.put(point(1))
        with pytest.raises(PointsUndelivered):
            await (await writer.put(point(2)))
        bench.server.gate.set()
    async with bench.writer(batch_points=1, queue_points=1, on_full="raise") as writer:
        with pytest.raises(QueueFull) as raised:
            await writer.put_many([point(3), point(4), point(5), point(6)])
    assert raised.value.written >= 1


async def test_a_point_larger_than_the_room_is_taken_when_nothing_else_is_there(bench):
    async with bench.writer(batch_bytes=10, queue_bytes=10) as writer:
        await asyncio.wait_for(writer.put(("m", {}, {"f": "x" * 100}, 1)), 60)
    assert len(bench.server.stored) == 1


# The end


async def test_leaving_gives_up_what_could_not_be_delivered_in_time_with_its_lines(bench, point):
    bench.server.always = DOWN
    writer = bench.writer(close_timeout=5.0)
    await writer.__aenter__()
    receipt = await writer.put(point(1))
    leaving = asyncio.create_task(writer.aclose())
    await bench.clock.settle()
    await bench.clock.advance(4.9)
    assert not leaving.done()
    await bench.clock.advance(0.2)
    with pytest.raises(PointsUndelivered, match="the last error: connection refused") as raised:
        await leaving
    assert [letter.lines for letter in raised.value.letters] == [b"m,t=a f=1.0 1\n"]
    assert not raised.value.letters[0].uncertain
    with pytest.raises(PointsUndelivered):
        await receipt


@pytest.mark.parametrize("passes", [1.0, 1.4, 2.0, 2.6, 4.0])
async def test_an_end_that_comes_while_the_writer_looks_for_work_is_not_missed(
    bench, point, passes
):
    bench.server.gate = asyncio.Event()
    writer = bench.writer(batch_points=1, close_timeout=5.0)
    await writer.__aenter__()
    await writer.put(point(1))
    await bench.clock.settle()
    bench.clock.passes = passes  # the end comes between two looks at the clock
    leaving = asyncio.create_task(writer.aclose())
    await bench.clock.settle()
    bench.clock.passes = 0.0
    await bench.clock.advance(60)
    with pytest.raises(PointsUndelivered):
        await leaving


async def test_points_without_an_answer_at_the_end_may_have_been_stored(bench, point):
    bench.server.gate = asyncio.Event()
    letters = []
    writer = bench.writer(flush_interval=0.0, close_timeout=0.0, dead_letter=letters.append)
    async with writer:
        await writer.put(point(1))
        await bench.clock.settle()
    assert [letter.uncertain for letter in letters] == [True]


async def test_a_cancelled_block_still_delivers(bench, point):
    async def work() -> None:
        async with bench.writer() as writer:
            await writer.put(point(1))
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await bench.clock.settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(bench.server.stored) == 1


async def test_a_second_cancellation_ends_the_drain_and_tells_the_lines(bench, point, caplog):
    bench.server.always = DOWN

    async def work() -> None:
        async with bench.writer(close_timeout=1000.0) as writer:
            await writer.put(point(1))
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    for _ in range(2):
        await bench.clock.settle()
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 60)
    assert "m,t=a f=1.0 1" in caplog.text


async def test_a_loop_that_shuts_down_cancels_all_and_loses_nothing(bench, point):
    async with bench.writer(flush_interval=100.0) as writer:
        receipt = await writer.put(point(1))
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await receipt
    assert len(bench.server.stored) == 1


async def test_who_waits_for_room_is_told_when_the_writer_is_left(bench, point):
    bench.server.always = DOWN
    writer = bench.writer(batch_points=1, queue_points=1, close_timeout=0.0, dead_letter=print)
    async with writer:
        await writer.put(point(1))
        waiting = asyncio.create_task(writer.put(point(2)))
        await bench.clock.settle()
    with pytest.raises(WriterClosed):
        await waiting


# What is told


async def test_counters_and_notices_tell_what_was_done(bench, point):
    bench.server.judge = poison
    async with bench.writer() as writer:
        await writer.put_many([point(1), point(2, 666)])
        await bench.clock.advance(1)
    counters = writer.counters
    assert (counters.accepted, counters.written, counters.rejected) == (2, 1, 1)
    assert (counters.batches, counters.split) == (1, 1)
    ((batch, outcome),) = bench.finished
    assert (batch.points, batch.attempts, batch.seconds) == (2, 3, 1.0)
    assert isinstance(outcome, PointsUndelivered)


async def test_a_dead_letter_function_that_raises_changes_nothing(bench, point, caplog):
    bench.server.judge = poison

    def broken(letter: object) -> None:
        raise RuntimeError("broken")

    async with bench.writer(dead_letter=broken) as writer:
        await writer.put_many([point(1, 666), point(2)])
    assert len(bench.server.stored) == 1
    assert "f=666" in caplog.text


async def test_dead_letters_in_a_file_can_be_written_again(bench, point, tmp_path):
    bench.server.judge = poison
    path = tmp_path / "dead.lp"
    async with bench.writer(dead_letter=path) as writer:
        await writer.put_many([point(1, 666), point(2)])
    comment, line = path.read_text().splitlines()
    assert comment.startswith("# 1970-01-01T00:16:40+00:00 db=db rp=None precision=ns points=1: ")
    assert line == "m,t=a f=666.0 1"
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "settings",
    [
        {"on_full": "explode"},
        {"batch_points": 0},
        {"flush_interval": -1.0},
        {"queue_points": 10},
        {"on_full": "spool"},
    ],
)
async def test_settings_that_cannot_work_are_refused(bench, settings):
    with pytest.raises(ConfigError, match="writer: "):
        bench.writer(**settings)
