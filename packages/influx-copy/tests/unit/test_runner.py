from __future__ import annotations

import asyncio
from itertools import chain
from pathlib import Path

import pytest
from influx_copy_doubles import ListSink, ListSource

from influx_copy import (
    CopyOptions,
    CopyRange,
    Plan,
    PlanMismatch,
    RangeAdvanced,
    RangeDone,
    RangeFailed,
    RangeHalved,
    RangeRetried,
    RangeStarted,
    RangeTooLarge,
    RunSettings,
    Selection,
    copy,
    fill_plan,
    run_plan,
)
from influx_core import (
    ConfigError,
    QueryError,
    ResponseLost,
    ServerBusy,
    ServerUnreachable,
    WriteError,
)

SETTINGS = RunSettings(parallel=1, smallest_range=10_000_000)


class Pauses:
    """Sleeps no time, and remembers how long it should have been."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


def small(count: int) -> list[CopyRange]:
    return [CopyRange("db", "rp", "m", at * 100, at * 100 + 100) for at in range(count)]


@pytest.fixture
def plan(tmp_path: Path):
    with Plan(tmp_path / "plan") as opened:
        yield opened


async def run(plan: Plan, source: ListSource, sink: ListSink, settings: RunSettings = SETTINGS):
    """Run a plan; returns the summary, the kinds of events, and the pauses."""
    events: list[object] = []
    pauses = Pauses()
    if not plan.settings:
        await fill_plan(plan, source, sink)
    summary = await run_plan(
        plan,
        source,
        sink,
        CopyOptions(),
        settings,
        on_event=events.append,
        sleep=pauses,
        draw=lambda: 1.0,
    )
    return summary, [type(event) for event in events], pauses.seconds


async def test_all_ranges_are_copied_and_the_sink_is_finished(plan: Plan) -> None:
    source, sink = ListSource(small(5)), ListSink()
    summary, events, _ = await run(plan, source, sink, RunSettings(parallel=3))
    assert summary.complete
    assert summary.progress.rows == 50
    assert sorted(sink.stored) == small(5)
    assert sink.finished == 5
    assert events.count(RangeStarted) == events.count(RangeDone) == 5
    assert events.count(RangeAdvanced) == 10


async def test_a_range_that_is_too_large_is_halved_until_it_fits(plan: Plan) -> None:
    source = ListSource([small(1)[0]], [RangeTooLarge("no")])
    source.listed = [CopyRange("db", "rp", "m", 0, 10_000)]
    sink = ListSink()
    summary, events, _ = await run(plan, source, sink, RunSettings(parallel=2, smallest_range=10))
    assert summary.complete
    assert events.count(RangeHalved) == 1
    assert sorted((range_.start, range_.stop) for range_ in sink.stored) == [
        (0, 5000),
        (5000, 10_000),
    ]
    assert sorted(chain.from_iterable(sink.stored.values())) == list(range(0, 10_000, 10))


async def test_a_range_that_cannot_be_halved_fails_with_the_reason(plan: Plan) -> None:
    source = ListSource([CopyRange("db", "rp", "m", 0, 100)], [RangeTooLarge("too many points")])
    summary, _, _ = await run(plan, source, ListSink())
    assert not summary.complete
    assert summary.failed[0].error == "RangeTooLarge: too many points"


@pytest.mark.parametrize(
    "error",
    [
        ServerBusy("busy", status=503),
        ServerUnreachable("nobody"),
        WriteError("timeout", status=500),
        QueryError("bad gateway", status=502),
    ],
)
async def test_a_failure_that_may_pass_is_tried_again_after_pauses_that_double(
    plan: Plan, error: Exception
) -> None:
    source, sink = ListSource(small(1), [error, error, error]), ListSink()
    summary, events, pauses = await run(plan, source, sink)
    assert summary.complete
    assert events.count(RangeRetried) == 3
    assert pauses == [0.5, 1.0, 2.0]
    assert sink.stored == {small(1)[0]: list(range(0, 100, 10))}


async def test_retry_after_is_obeyed(plan: Plan) -> None:
    source = ListSource(small(1), [ServerBusy("slow down", status=429, retry_after=7.0)])
    _, _, pauses = await run(plan, source, ListSink())
    assert pauses == [7.5]


async def test_a_failure_that_stays_fails_the_range_at_once(plan: Plan) -> None:
    error = QueryError("field type conflict", status=400)
    source, sink = ListSource(small(2), [error]), ListSink()
    summary, events, pauses = await run(plan, source, sink)
    assert (pauses, events.count(RangeFailed)) == ([], 1)
    assert sink.aborted == [small(2)[0]]
    assert summary.progress.done == 1
    assert sink.finished == 0
    again, _, _ = await run(plan, source, sink)
    assert again.progress.failed == 1
    assert plan.retry_failed() == 1
    last, _, _ = await run(plan, source, sink)
    assert last.complete
    assert sink.finished == 2


async def test_a_range_whose_response_breaks_twice_is_halved(plan: Plan) -> None:
    lost = ResponseLost("cut")
    source = ListSource([CopyRange("db", "rp", "m", 0, 10_000)], [lost, lost])
    settings = RunSettings(parallel=1, smallest_range=10)
    summary, events, pauses = await run(plan, source, ListSink(), settings)
    assert summary.complete
    assert (events.count(RangeRetried), events.count(RangeHalved)) == (1, 1)
    assert pauses == [0.5]


async def test_a_commit_that_fails_leaves_the_range_incomplete(plan: Plan) -> None:
    sink = ListSink()
    sink.commit_error = OSError(28, "No space left on device")
    summary, _, _ = await run(plan, ListSource(small(1)), sink)
    assert "No space left on device" in summary.failed[0].error


async def test_the_run_stops_when_range_after_range_fails(plan: Plan) -> None:
    error = QueryError("broken", status=400)
    source = ListSource(small(10), [error] * 10)
    settings = RunSettings(parallel=1, stop_after=3)
    summary, _, _ = await run(plan, source, ListSink(), settings)
    assert (summary.progress.failed, summary.progress.pending) == (3, 7)


async def test_a_cancelled_run_leaves_a_plan_that_goes_on(plan: Plan) -> None:
    source, sink = ListSource(small(4)), ListSink()
    await fill_plan(plan, source, sink)

    def stop(event: object) -> None:
        if isinstance(event, RangeDone):
            task.cancel()

    task = asyncio.create_task(run_plan(plan, source, sink, CopyOptions(), SETTINGS, on_event=stop))
    with pytest.raises(asyncio.CancelledError):
        await task
    progress = plan.progress()
    assert progress.done >= 1
    assert (progress.running, progress.failed) == (0, 0)
    summary, _, _ = await run(plan, source, sink)
    assert summary.complete
    assert sorted(sink.stored) == small(4)


async def test_an_unexpected_error_stops_the_run_and_keeps_the_range(plan: Plan) -> None:
    source = ListSource(small(2), [ZeroDivisionError()])
    with pytest.raises(ExceptionGroup):
        await run(plan, source, ListSink())
    assert plan.progress().pending >= 1
    assert plan.progress().running == 0


async def test_newest_first(plan: Plan) -> None:
    source = ListSource(small(3))
    await run(plan, source, ListSink(), RunSettings(parallel=1, newest_first=True))
    assert [range_.start for range_ in source.reads] == [200, 100, 0]


async def test_a_copy_is_limited_in_points_per_second(plan: Plan) -> None:
    settings = RunSettings(parallel=1, points_per_second=5)
    _, _, pauses = await run(plan, ListSource(small(1)), ListSink(), settings)
    assert sum(pauses) >= 1.9


async def test_copy_goes_on_with_the_same_plan_and_refuses_another(tmp_path: Path) -> None:
    source, sink = ListSource(small(3)), ListSink()
    path = tmp_path / "plan"
    assert (await copy(source, sink, path)).complete
    assert len(source.reads) == 3
    source.listed = small(4)
    assert (await copy(source, sink, path)).progress.done == 4
    assert len(source.reads) == 4
    with pytest.raises(PlanMismatch, match="selection"):
        await copy(source, sink, path, selection=Selection(measurements=("m",)))
    with Plan(path) as plan:
        assert [found.name for found in plan.objects] == ["cq"]


@pytest.mark.parametrize("wrong", [{"parallel": 0}, {"attempts": 0}, {"stop_after": 0}])
def test_settings_are_checked(wrong: dict[str, int]) -> None:
    with pytest.raises(ConfigError):
        RunSettings(**wrong)
