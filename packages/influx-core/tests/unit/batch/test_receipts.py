"""Receipts: they resolve with their last point, for any number of tasks."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from influx_core._batch.failure_handling.dead_letters import DeadLetter
from influx_core._batch.receipts import Receipt, undelivered
from influx_core.errors import PointsUndelivered
from influx_core.interfaces import Target


def letter(points: int = 1, reason: str = "no") -> DeadLetter:
    return DeadLetter(Target("db"), b"m f=1 1\n" * points, points, reason)


def receipt_for(points: int) -> Receipt:
    receipt = Receipt()
    receipt.expect(points)
    receipt.seal()
    return receipt


async def test_a_receipt_resolves_when_its_last_point_is_settled():
    receipt = receipt_for(3)
    waiting = asyncio.ensure_future(receipt)
    receipt.settle(2)
    await asyncio.sleep(0)
    assert (receipt.done(), waiting.done()) == (False, False)
    receipt.settle(1)
    await waiting
    await receipt


async def test_a_receipt_is_open_while_its_call_goes_on():
    receipt = Receipt()
    receipt.expect(1)
    receipt.settle(1)
    assert not receipt.done()
    receipt.seal()
    assert receipt.done()


async def test_a_receipt_tells_every_task_what_was_given_up():
    receipt = receipt_for(3)
    tasks = [asyncio.ensure_future(receipt) for _ in range(3)]
    receipt.fail(letter(2, "refused"))
    receipt.settle(1)
    for task in tasks:
        with pytest.raises(PointsUndelivered, match="2 points were not delivered: refused"):
            await task


async def test_each_task_gets_an_exception_of_its_own():
    receipt = receipt_for(1)
    receipt.fail(letter())
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
    receipt.settle(1)
    await asyncio.gather(*tasks)


def test_reasons_are_named_once():
    error = undelivered([letter(1, "full"), letter(2, "full"), letter(3, "refused")])
    assert str(error) == "6 points were not delivered: full (and 1 other reasons)"
    assert error.points == 6
