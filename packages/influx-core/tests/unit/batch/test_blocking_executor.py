"""BlockingExecutor: one thread, in order, whose results are never lost."""

from __future__ import annotations

import asyncio
import gc
import threading
import time

import pytest

from influx_core._batch.blocking_executor import BlockingExecutor


@pytest.fixture
async def executor():
    executor = BlockingExecutor()
    yield executor
    await executor.aclose()


async def test_functions_run_in_order_in_one_other_thread(executor):
    seen = []
    jobs = [executor.run(lambda n=n: seen.append((n, threading.get_ident()))) for n in range(5)]
    await asyncio.gather(*jobs)
    assert [number for number, _ in seen] == [0, 1, 2, 3, 4]
    assert {thread for _, thread in seen}.isdisjoint({threading.get_ident()})
    assert len({thread for _, thread in seen}) == 1


async def test_a_result_and_an_exception_come_back(executor):
    assert await executor.run(lambda: 7) == 7
    with pytest.raises(LookupError, match="mine"):
        await executor.run(lambda: {}["mine"])


@pytest.mark.parametrize("error", [SystemExit(1), asyncio.CancelledError(), GeneratorExit()])
async def test_what_would_end_the_caller_is_an_exception(executor, error):
    def fail() -> None:
        raise error

    with pytest.raises(RuntimeError, match=type(error).__name__):
        await executor.run(fail)
    assert await executor.run(lambda: 1) == 1


async def test_a_cancellation_takes_effect_after_the_result(executor):
    results = []

    async def work() -> None:
        results.append(await executor.run(lambda: time.sleep(0.05) or "done"))
        await asyncio.sleep(10)

    task = asyncio.create_task(work())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert results == ["done"]


async def test_a_timeout_around_a_function_is_a_timeout(executor):
    async def work() -> None:
        async with asyncio.timeout(0.01):
            await executor.run(lambda: time.sleep(0.05))
            await asyncio.sleep(10)

    with pytest.raises(TimeoutError):
        await work()
    await asyncio.sleep(0)  # no cancellation is left over


async def test_after_the_work_a_function_runs_in_the_event_loop(executor):
    done = asyncio.get_running_loop().create_future()
    executor.submit(lambda: None, lambda: done.set_result(threading.get_ident()))
    assert await done == threading.get_ident()


async def test_closing_ends_the_thread_and_may_be_repeated():
    executor = BlockingExecutor()
    await executor.run(lambda: None)
    thread = executor._thread
    await executor.aclose()
    await executor.aclose()
    thread.join(5)
    assert not thread.is_alive()
    with pytest.raises(RuntimeError, match="shutdown"):
        await executor.run(lambda: None)


async def test_an_executor_that_nobody_has_leaves_no_thread():
    executor = BlockingExecutor()
    await executor.run(lambda: None)
    thread = executor._thread
    del executor
    gc.collect()
    thread.join(5)
    assert not thread.is_alive()
