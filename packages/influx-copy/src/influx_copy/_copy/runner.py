"""run_plan: copies the ranges of a plan in parallel, with asyncio."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from influx_copy._copy.events import CopyEvent, OnEvent, RangeStarted
from influx_copy._copy.joined_schemas import ranges_beside
from influx_copy._copy.options import CopyOptions, target_of
from influx_copy._copy.run_settings import RunSettings
from influx_copy._copy.settle_range import settle_range
from influx_copy._copy.throttle import Throttle
from influx_copy._plan.plan import Plan, PlannedRange, PlanProgress
from influx_copy.errors import PlanUnusable
from influx_copy.interfaces import ClaimedSink, CopyRange, CopySink, CopySource, Target

__all__ = ["CopySummary", "finish_plan", "release_claims", "run_plan", "targets_of"]


@dataclass(frozen=True, slots=True)
class CopySummary:
    """The state of a plan after a run.

    Attributes:
        progress: the numbers of ranges and points.
        failed: the ranges that are not complete, with their errors.
    """

    progress: PlanProgress
    failed: tuple[PlannedRange, ...]

    @property
    def complete(self) -> bool:
        """Whether every range is done."""
        return self.progress.complete


async def run_plan(
    plan: Plan,
    source: CopySource,
    sink: CopySink,
    options: CopyOptions,
    settings: RunSettings | None = None,
    *,
    on_event: OnEvent | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    draw: Callable[[], float] = random.random,
) -> CopySummary:
    """Copy the pending ranges of a plan.

    If it is cancelled or killed, the plan can be run again: ranges that are done stay done.

    Args:
        plan: the plan, which is filled.
        source: where the points are.
        sink: where they go.
        options: what is done with types, names and tags.
        settings: how many ranges at once, how fast, how often.
        on_event: called for each event.
        sleep: waits for seconds.
        draw: returns random numbers from 0 to 1.

    Returns:
        The ranges that are done and failed; read `complete`.

    Raises:
        PlanUnusable: the plan cannot be written any more.
    """
    run = _Run(plan, source, sink, options, settings or RunSettings(), on_event, sleep, draw)
    await run.all()
    progress = plan.progress()
    if progress.complete:
        await finish_plan(plan, sink, options)
    return CopySummary(progress, tuple(plan.ranges("failed")))


async def finish_plan(plan: Plan, sink: CopySink, options: CopyOptions) -> None:
    """Tell a sink that all ranges of a plan are done."""
    done = plan.with_points()
    await sink.finish([(range_, target_of(range_, sink, options)) for range_ in done])
    ranges = (planned.range for planned in plan.ranges())
    await release_claims(plan, sink, targets_of(ranges, sink, options))


async def release_claims(plan: Plan, sink: CopySink, targets: Sequence[Target]) -> None:
    """Let other copies have what this one has claimed."""
    if isinstance(sink, ClaimedSink):
        await sink.release(plan.id, targets)


def targets_of(
    ranges: Iterable[CopyRange], sink: CopySink, options: CopyOptions
) -> Sequence[Target]:
    """The targets of ranges, each once."""
    return list(dict.fromkeys(target_of(range_, sink, options) for range_ in ranges))


class _Run:
    """One run of a plan."""

    def __init__(
        self,
        plan: Plan,
        source: CopySource,
        sink: CopySink,
        options: CopyOptions,
        settings: RunSettings,
        on_event: OnEvent | None,
        sleep: Callable[[float], Awaitable[None]],
        draw: Callable[[], float],
    ) -> None:
        self._plan = plan
        self._source = source
        self._sink = sink
        self._options = options
        self._settings = settings
        self._on_event = on_event
        self._sleep = sleep
        self._draw = draw
        self._throttle = Throttle(
            settings.points_per_second, settings.bytes_per_second, sleep=sleep
        )
        planned = (planned.range for planned in plan.ranges())
        self._beside = ranges_beside(planned, sink, options)
        self._failed_in_a_row = 0
        self._running = 0
        self._changed = asyncio.Event()

    async def all(self) -> None:
        try:
            async with asyncio.TaskGroup() as workers:
                for _ in range(self._settings.parallel):
                    workers.create_task(self._worker())
        except ExceptionGroup as failed:
            unusable = failed.subgroup(PlanUnusable)
            if unusable is None:
                raise
            raise unusable.exceptions[0] from None  # one for each worker

    async def _worker(self) -> None:
        while (range_ := await self._next()) is not None:
            self._running += 1
            try:
                await self._settle(range_)
            except BaseException:
                self._plan.release(range_)
                raise
            finally:
                self._running -= 1
                self._changed.set()

    async def _next(self) -> CopyRange | None:
        """The next range; waits while a running one may still be halved."""
        while self._failed_in_a_row < self._settings.stop_after:
            range_ = self._plan.start_next(newest_first=self._settings.newest_first)
            if range_ is not None or not self._running:
                return range_
            self._changed.clear()
            await self._changed.wait()
        return None

    async def _settle(self, range_: CopyRange) -> None:
        """Copy a range until it is done, halved or failed."""
        self._report(RangeStarted(range_))
        outcome = await settle_range(
            range_,
            self._source,
            self._sink,
            self._options,
            self._settings,
            throttle=self._throttle,
            on_event=self._on_event,
            beside=self._beside(range_),
            sleep=self._sleep,
            draw=self._draw,
        )
        outcome.store(self._plan)
        if outcome.result is not None:
            self._failed_in_a_row = 0
        elif not outcome.halves:
            self._failed_in_a_row += 1
        self._report(outcome.event)

    def _report(self, event: CopyEvent) -> None:
        if self._on_event is not None:
            self._on_event(event)
