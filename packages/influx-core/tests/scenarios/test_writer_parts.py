"""An exception of a part is that part's failure: the points of all others go on."""

from __future__ import annotations

import asyncio
import logging

import pytest

from influx_core.errors import ConfigError, PointsUndelivered, ServerUnreachable, WriteError

DOWN = ServerUnreachable("connection refused")

RAISED = [
    RuntimeError("broken"),
    OSError("no disk"),
    UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
    asyncio.CancelledError(),
    GeneratorExit(),
    StopIteration(),
    BaseExceptionGroup("several", [KeyError()]),
]


def raising(error: BaseException):
    def fail(*_: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
async def test_what_a_dead_letter_function_raises_changes_nothing(bench, point, caplog, error):
    bench.server.judge = lambda body: WriteError("no", status=400) if b"=666" in body else None
    async with bench.writer(dead_letter=raising(error)) as writer:
        bad = await writer.put(point(1, 666))
        good = await writer.put(point(2))
    await good
    with pytest.raises(PointsUndelivered):
        await bad
    assert bench.server.stored == [b"m,t=a f=2.0 2"]
    assert "f=666" in caplog.text


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
async def test_what_a_notice_raises_changes_nothing(bench, point, error):
    bench.notice = raising(error)
    async with bench.writer(batch_points=1) as writer:
        receipts = [await writer.put(point(n)) for n in range(5)]
    for receipt in receipts:
        await receipt
    assert len(bench.server.stored) == 5


@pytest.mark.parametrize("error", RAISED[:3], ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("method", ["append", "remove", "close"])
async def test_what_a_spool_raises_costs_no_point_and_no_time(bench, point, caplog, method, error):
    bench.server.always = DOWN
    setattr(bench.spool, method, raising(error))
    async with bench.writer(spool=bench.spool, batch_points=1, close_timeout=0.0) as writer:
        await writer.put_many([point(n) for n in range(3)])
        await bench.clock.settle()
        bench.server.always = None
        for _ in range(10):
            await bench.clock.advance(10)
            for _ in range(5):  # what is asked of the spool, one call after another
                await writer._executor.run(lambda: None)
                await bench.clock.settle()
        assert writer.counters.written == 3
    assert len(caplog.records) < 12


async def test_a_batch_that_a_spool_cannot_keep_does_not_take_the_others_along(bench, point):
    bench.server.always = DOWN
    append = bench.spool.append

    def choosy(batch):
        if b"t=bad" in batch.lines:
            raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")
        append(batch)

    bench.spool.append = choosy
    letters = []
    settings = {"batch_points": 1, "close_timeout": 0.0, "dead_letter": letters.append}
    async with bench.writer(spool=bench.spool, **settings) as writer:
        bad = await writer.put(point(0, tag="bad"))
        good = await writer.put_many([point(n) for n in range(1, 101)])
    await good
    with pytest.raises(PointsUndelivered):
        await bad
    assert (len(bench.spool.rows), len(letters)) == (100, 1)


@pytest.mark.parametrize(
    "error",
    [asyncio.CancelledError(), GeneratorExit(), RuntimeError("broken"), StopAsyncIteration()],
)
async def test_a_transport_that_raises_anything_is_tried_again(bench, point, error):
    bench.server.script.append(error)
    async with bench.writer(flush_interval=0.0, backoff=1.0) as writer:
        receipt = await writer.put(point(1))
        await bench.clock.settle()
        assert len(bench.server.bodies) == 1
        await bench.clock.advance(2)
        await receipt


async def test_a_client_that_is_set_up_wrong_pauses_everything_and_says_so(bench, point, caplog):
    bench.server.script.append(ConfigError("the token holds a line end"))
    async with bench.writer(flush_interval=0.0, auth_retry_interval=30.0) as writer:
        receipt = await writer.put(point(1))
        await bench.clock.advance(29)
        assert len(bench.server.bodies) == 1
        assert not receipt.done()
        await bench.clock.advance(2)
        await receipt
    assert "paused" in caplog.text
    assert "the token holds a line end" in caplog.text


async def test_a_value_whose_repr_fails_or_holds_line_ends_is_refused_on_one_line(bench, tmp_path):
    class Odd:
        def __repr__(self) -> str:
            return "x\nm f=666 1\n"

    class Broken:
        def __repr__(self) -> str:
            raise RuntimeError("no repr")

    path = tmp_path / "dead.lp"
    async with bench.writer(dead_letter=path) as writer:
        for value in (Odd(), Broken()):
            with pytest.raises(PointsUndelivered):
                await (await writer.put_many([("m", {}, {"f": value}, 1)]))
    assert all(line.startswith("#") for line in path.read_text().splitlines())


@pytest.mark.parametrize("option", ["db", "retention_policy", "org"])
async def test_text_without_utf_8_is_refused_when_it_is_put(bench, point, option):
    async with bench.writer() as writer:
        with pytest.raises(ConfigError, match=option) as raised:
            await writer.put(point(1), **{option: "secr\ud800et"})
    assert raised.value.__context__ is None or "secr" not in repr(raised.value.__context__)
    assert bench.server.bodies == []


async def test_a_retry_after_of_ages_is_bounded_and_told(bench, point, caplog):
    from influx_core.errors import ServerBusy

    bench.server.script.append(ServerBusy("later", status=503, retry_after=1e308))
    caplog.set_level(logging.WARNING)
    async with bench.writer(flush_interval=0.0, max_retry_delay=20.0) as writer:
        receipt = await writer.put(point(1))
        await bench.clock.advance(41)
        await receipt
    assert "the server asks for 1e+308 s, max_retry_delay is 20 s" in caplog.text


async def test_a_point_that_was_put_from_a_thread_in_vain_is_not_written(bench, point):
    """A TimeoutError means: not accepted. What was accepted has a receipt."""
    bench.server.gate = asyncio.Event()
    taken, refused = [], []
    async with bench.writer(batch_points=1, queue_points=2, flush_interval=0.0) as writer:
        threads = writer.from_thread()

        def work(first: int) -> None:
            for number in range(first, first + 30):
                try:
                    threads.put(point(number), timeout=0.0005 * (number % 5))
                except TimeoutError:
                    refused.append(number)
                else:
                    taken.append(number)

        async def let_go_from_time_to_time() -> None:
            while True:
                bench.server.gate.set()
                await asyncio.sleep(0.001)
                bench.server.gate.clear()
                await asyncio.sleep(0.002)

        opening = asyncio.create_task(let_go_from_time_to_time())
        await asyncio.gather(*(asyncio.to_thread(work, 1000 * n) for n in range(3)))
        opening.cancel()
        bench.server.gate.set()
    stored = sorted(int(line.split()[-1]) for line in bench.server.stored)
    assert stored == sorted(taken)
    assert len(taken) + len(refused) == 90
    assert refused


async def test_a_cancelled_put_has_not_put_its_point(bench, point):
    taken = []
    async with bench.writer(batch_points=1, queue_points=1, flush_interval=0.0) as writer:
        for number in range(100):
            try:
                async with asyncio.timeout(0 if number % 2 else 1):
                    await writer.put(point(number))
            except TimeoutError:
                continue
            taken.append(number)
    assert sorted(int(line.split()[-1]) for line in bench.server.stored) == taken
    assert taken
