"""Receipts: they resolve with their last point, for any number of tasks."""

from __future__ import annotations

import asyncio
import gc
from contextlib import suppress
from weakref import finalize

import pytest

from influx_core._batch.failure_handling.dead_letters import DeadLetter
from influx_core._batch.receipts import CallReceipt, PointReceipt, RunOutcome, undelivered
from influx_core.errors import PointsUndelivered
from influx_core.interfaces import Target


def letter(points: int = 1, reason: str = "no") -> DeadLetter:
    return DeadLetter(Target("db"), b"m f=1 1\n" * points, points, reason)


def receipt_for(points: int) -> CallReceipt:
    receipt = CallReceipt()
    receipt.expect(points)
    receipt.seal()
    return receipt


async def test_a_receipt_resolves_when_its_last_point_is_settled():
    receipt = receipt_for(3)
    waiting = asyncio.ensure_future(receipt)
    receipt.settle(0, 2)
    await asyncio.sleep(0)
    assert (receipt.done(), waiting.done()) == (False, False)
    receipt.settle(0, 1)
    await waiting
    await receipt


async def test_a_receipt_is_open_while_its_call_goes_on():
    receipt = CallReceipt()
    receipt.expect(1)
    receipt.settle(0, 1)
    assert not receipt.done()
    receipt.seal()
    assert receipt.done()


async def test_a_receipt_tells_every_task_what_was_given_up():
    receipt = receipt_for(3)
    tasks = [asyncio.ensure_future(receipt) for _ in range(3)]
    receipt.fail(0, letter(2, "refused"))
    receipt.settle(0, 1)
    for task in tasks:
        with pytest.raises(PointsUndelivered, match="2 points were not delivered: refused"):
            await task


async def test_each_task_gets_an_exception_of_its_own():
    receipt = receipt_for(1)
    receipt.fail(0, letter())
    raised = []
    for _ in range(2):
        with pytest.raises(PointsUndelivered) as found:
            await receipt
        raised.append(found.value)
    assert raised[0] is not raised[1]
    assert raised[0].letters == raised[1].letters


async def test_a_receipt_that_is_polled_keeps_no_waiter():
    receipt = receipt_for(1)
    for _ in range(1000):
        with suppress(TimeoutError):
            async with asyncio.timeout(0):
                await receipt
    assert len(receipt._waiters) == 0


@pytest.mark.slow
async def test_a_receipt_wakes_thousands_of_tasks():
    receipt = receipt_for(1)
    tasks = [asyncio.ensure_future(receipt) for _ in range(20_000)]
    await asyncio.sleep(0)
    receipt.settle(0, 1)
    await asyncio.gather(*tasks)


async def test_the_points_of_a_run_are_settled_by_their_place_in_it():
    run = RunOutcome()
    receipts = [PointReceipt(run, index) for index in range(6)]
    waiting = [asyncio.ensure_future(receipt) for receipt in receipts]
    for first, points, done in [(0, 2, [0, 1]), (4, 1, [0, 1, 4]), (2, 2, [0, 1, 2, 3, 4])]:
        run.settle(first, points)
        await asyncio.sleep(0)
        assert [index for index in range(6) if receipts[index].done()] == done
        assert [index for index in range(6) if waiting[index].done()] == done
    run.settle(5, 1)
    await asyncio.gather(*waiting, *receipts)


async def test_a_point_of_a_run_is_told_of_its_own_line_only():
    run = RunOutcome()
    receipts = [PointReceipt(run, index) for index in range(5)]
    lines = [b'm s="a\nb" 1\n', b"m f=2 2\n", b"m f=3 3\n"]
    run.settle(0, 1)
    run.fail(1, DeadLetter(Target("db"), b"".join(lines), 3, "no", uncertain=True))
    run.fail(4, letter(reason="full"))
    for index, line in enumerate(lines, 1):
        with pytest.raises(PointsUndelivered, match="1 points were not delivered: no") as raised:
            await receipts[index]
        assert raised.value.letters == (DeadLetter(Target("db"), line, 1, "no", uncertain=True),)
    await receipts[0]
    with pytest.raises(PointsUndelivered, match="full"):
        await receipts[4]


async def test_the_points_of_a_run_wake_only_the_tasks_that_wait_for_them():
    run = RunOutcome()
    receipts = [PointReceipt(run, 0), PointReceipt(run, 1)]
    tasks = [asyncio.ensure_future(receipts[n % 2]) for n in range(6)]
    await asyncio.sleep(0)
    run.fail(0, letter())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert [task.done() for task in tasks] == [True, False] * 3
    run.settle(1, 1)
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    errors = [outcome for outcome in outcomes if outcome is not None]
    assert len(set(map(id, errors))) == 3  # an exception of its own for each task


async def test_a_point_of_a_run_that_is_polled_keeps_no_waiter():
    run = RunOutcome()
    receipt = PointReceipt(run, 3)
    for _ in range(1000):
        with suppress(TimeoutError):
            async with asyncio.timeout(0):
                await receipt
    assert len(receipt._waiters) == 0
    del receipt
    run.settle(0, 9)
    assert run._waiters == {}


def test_receipts_that_nobody_awaits_are_nothing_to_the_garbage_collector():
    assert not gc.is_tracked(PointReceipt(RunOutcome(), 3))


def test_a_task_that_waits_for_a_point_of_a_run_for_ever_is_collected():
    gone = []

    async def wait(receipt: PointReceipt) -> None:
        finalize(asyncio.current_task(), gone.append, "task")
        await receipt

    loop = asyncio.new_event_loop()
    run = RunOutcome()
    task = loop.create_task(wait(PointReceipt(run, 0)))
    loop.run_until_complete(asyncio.sleep(0))
    task._log_destroy_pending = False
    loop.close()
    del loop, task
    gc.collect()
    assert gone == ["task"]
    run.settle(0, 1)


def test_reasons_are_named_once():
    error = undelivered([letter(1, "full"), letter(2, "full"), letter(3, "refused")])
    assert str(error) == "6 points were not delivered: full (and 1 other reasons)"
    assert error.points == 6
