"""run_plan: copies the ranges of a plan in parallel, with asyncio."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from influx_copy._copy.copy_range import copy_range
from influx_copy._copy.events import (
    CopyEvent,
    OnEvent,
    RangeAdvanced,
    RangeDone,
    RangeFailed,
    RangeHalved,
    RangeRetried,
    RangeStarted,
)
from influx_copy._copy.options import CopyOptions, target_of
from influx_copy._copy.throttle import Throttle
from influx_copy._plan.plan import Plan, PlannedRange, PlanProgress
from influx_copy.errors import RangeTooLarge
from influx_copy.interfaces import CopyRange, CopySink, CopySource
from influx_core import (
    ConfigError,
    InfluxDBError,
    ResponseError,
    ResponseLost,
    ServerBusy,
    ServerUnreachable,
)

__all__ = ["CopySummary", "RunSettings", "run_plan"]

_GATEWAY_FAILED = frozenset({502, 504})


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How the ranges of a plan are copied.

    Attributes:
        parallel: the ranges that are copied at the same time.
        newest_first: whether later times come first; ranges that grow come last in any case.
        points_per_second: the most points per second; None for no limit.
        bytes_per_second: the most bytes per second, in the format of the sink; None for no limit.
        attempts: how often a range is copied while the server is busy or unreachable.
        first_pause: the longest pause in seconds before the second attempt; it doubles then.
        longest_pause: the longest pause in seconds; Retry-After of the server is added.
        smallest_range: a range is not halved if its halves would be shorter, in nanoseconds.
        stop_after: the number of ranges that fail one after another after which the copy stops, and
            leaves the rest pending.
    """

    parallel: int = 2
    newest_first: bool = False
    points_per_second: float | None = None
    bytes_per_second: float | None = None
    attempts: int = 6
    first_pause: float = 0.5
    longest_pause: float = 60.0
    smallest_range: int = 1_000_000
    stop_after: int = 20

    def __post_init__(self) -> None:
        if self.parallel < 1 or self.attempts < 1 or self.stop_after < 1:
            raise ConfigError("parallel, attempts and stop_after are numbers from 1")


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
    """
    run = _Run(plan, source, sink, options, settings or RunSettings(), on_event, sleep, draw)
    await run.all()
    progress = plan.progress()
    if progress.complete:
        done = [planned.range for planned in plan.ranges("done")]
        await sink.finish([(range_, target_of(range_, sink, options)) for range_ in done])
    return CopySummary(progress, tuple(plan.ranges("failed")))


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
        self._failed_in_a_row = 0
        self._running = 0
        self._changed = asyncio.Event()

    async def all(self) -> None:
        async with asyncio.TaskGroup() as workers:
            for _ in range(self._settings.parallel):
                workers.create_task(self._worker())

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
        for attempt in range(1, self._settings.attempts + 1):
            try:
                await self._copy(range_)
            except RangeTooLarge as error:
                return self._halve(range_, error)
            except (InfluxDBError, OSError) as error:
                if isinstance(error, ResponseLost) and attempt > 1:
                    return self._halve(range_, error)  # it may be this range that is too much
                if attempt == self._settings.attempts or not _may_pass(error):
                    return self._fail(range_, error)
                await self._pause(range_, attempt, error)
            else:
                return None
        return None

    async def _copy(self, range_: CopyRange) -> None:
        result = await copy_range(
            range_,
            self._source,
            self._sink,
            self._options,
            throttle=self._throttle,
            on_batch=lambda rows, size: self._report(RangeAdvanced(range_, rows, size)),
        )
        self._plan.finish(range_, result)
        self._failed_in_a_row = 0
        self._report(RangeDone(range_, result))

    def _halve(self, range_: CopyRange, error: Exception) -> None:
        halves = range_.halves()
        if halves is None or halves[0].stop - halves[0].start < self._settings.smallest_range:
            return self._fail(range_, error)
        self._plan.split(range_, halves)
        self._report(RangeHalved(range_, error))
        return None

    def _fail(self, range_: CopyRange, error: Exception) -> None:
        self._plan.fail(range_, f"{type(error).__name__}: {error}")
        self._failed_in_a_row += 1
        self._report(RangeFailed(range_, error))

    async def _pause(self, range_: CopyRange, attempt: int, error: Exception) -> None:
        longest = min(self._settings.longest_pause, self._settings.first_pause * 2 ** (attempt - 1))
        asked = getattr(error, "retry_after", None) or 0.0
        seconds = asked + longest * self._draw()
        self._report(RangeRetried(range_, error, seconds))
        await self._sleep(seconds)

    def _report(self, event: CopyEvent) -> None:
        if self._on_event is not None:
            self._on_event(event)


def _may_pass(error: Exception) -> bool:
    """Whether another attempt may succeed without a change."""
    if isinstance(error, ResponseError) and error.status == 500:
        return error.message == "timeout"  # a write of InfluxDB 1.x
    return isinstance(error, (ServerBusy, ServerUnreachable, ResponseLost)) or (
        isinstance(error, ResponseError) and error.status in _GATEWAY_FAILED
    )
