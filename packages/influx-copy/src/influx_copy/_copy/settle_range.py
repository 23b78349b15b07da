"""settle_range: copies one range with all its attempts, and says what became of it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
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
)
from influx_copy._copy.options import CopyOptions
from influx_copy._copy.run_settings import RunSettings
from influx_copy._copy.throttle import Throttle
from influx_copy._plan.plan import Plan, RangeResult
from influx_copy.errors import RangeTooLarge
from influx_copy.interfaces import CopyRange, CopySink, CopySource
from influx_core import (
    InfluxDBError,
    ResponseError,
    ResponseLost,
    ServerBusy,
    ServerUnreachable,
)

__all__ = ["RangeOutcome", "halved_or_failed", "settle_range"]

_GATEWAY_FAILED = frozenset({502, 504})

_DEFAULTS = RunSettings()


@dataclass(frozen=True, slots=True)
class RangeOutcome:
    """What became of a range: it is done, halved or failed. It can be pickled.

    Attributes:
        range: the range.
        result: what was copied, if it is done.
        halves: what replaces the range, if it is halved.
        error: why it is halved or failed.
    """

    range: CopyRange
    result: RangeResult | None = None
    halves: tuple[CopyRange, ...] = ()
    error: Exception | None = None

    def store(self, plan: Plan) -> None:
        """Store it in the plan of the range."""
        if self.result is not None:
            plan.finish(self.range, self.result)
        elif self.halves:
            plan.split(self.range, self.halves)
        else:
            plan.fail(self.range, f"{type(self.error).__name__}: {self.error}")

    @property
    def event(self) -> CopyEvent:
        """The event that reports it."""
        if self.result is not None:
            return RangeDone(self.range, self.result)
        error = self.error or RuntimeError("no reason is known")
        return RangeHalved(self.range, error) if self.halves else RangeFailed(self.range, error)


async def settle_range(
    range_: CopyRange,
    source: CopySource,
    sink: CopySink,
    options: CopyOptions,
    settings: RunSettings = _DEFAULTS,
    *,
    throttle: Throttle | None = None,
    on_event: OnEvent | None = None,
    beside: Sequence[CopyRange] = (),
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    draw: Callable[[], float] = random.random,
) -> RangeOutcome:
    """Copy a range until it is done, has to be halved, or failed.

    Any executor may call it, in any process, and store the outcome in the plan.

    Args:
        range_: the range.
        source: where the points are.
        sink: where they go.
        options: what is done with types, names and tags.
        settings: how often it is tried, and how long the pauses are.
        throttle: limits the rate.
        on_event: called for each batch and for each pause.
        beside: as for `copy_range`.
        sleep: waits for seconds.
        draw: returns random numbers from 0 to 1.

    Returns:
        What became of the range.
    """
    report = on_event or _ignore
    for attempt in range(1, settings.attempts + 1):
        try:
            result = await copy_range(
                range_,
                source,
                sink,
                options,
                throttle=throttle,
                on_batch=lambda rows, size: report(RangeAdvanced(range_, rows, size)),
                beside=beside,
            )
            return RangeOutcome(range_, result)
        except RangeTooLarge as error:
            return halved_or_failed(range_, error, settings)
        except (InfluxDBError, OSError) as error:
            if isinstance(error, ResponseLost) and attempt > 1:
                return halved_or_failed(range_, error, settings)  # this range may be too much
            if attempt == settings.attempts or not _may_pass(error):
                return RangeOutcome(range_, error=error)
            seconds = _pause(settings, attempt, error, draw())
            report(RangeRetried(range_, error, seconds))
        await sleep(seconds)
    raise AssertionError("the last attempt returns")


def halved_or_failed(range_: CopyRange, error: Exception, settings: RunSettings) -> RangeOutcome:
    """The halves of a range that is too large; it failed if they would be too small."""
    halves = range_.halves()
    if halves is None or halves[0].stop - halves[0].start < settings.smallest_range:
        return RangeOutcome(range_, error=error)
    return RangeOutcome(range_, halves=halves, error=error)


def _ignore(event: CopyEvent) -> None:
    """Take an event that nobody wants."""


def _pause(settings: RunSettings, attempt: int, error: Exception, drawn: float) -> float:
    """The seconds before the next attempt."""
    longest: float = min(settings.longest_pause, settings.first_pause * 2 ** (attempt - 1))
    asked: float = getattr(error, "retry_after", None) or 0.0
    return asked + longest * drawn


def _may_pass(error: Exception) -> bool:
    """Whether another attempt may succeed without a change."""
    if isinstance(error, ResponseError) and error.status == 500:
        return error.message == "timeout"  # a write of InfluxDB 1.x
    return isinstance(error, (ServerBusy, ServerUnreachable, ResponseLost)) or (
        isinstance(error, ResponseError) and error.status in _GATEWAY_FAILED
    )
