"""copy_on_worker: copies one range on a worker, with all its attempts."""

from __future__ import annotations

import asyncio
import logging
import pickle
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace

from influx_copy import (
    CopyEvent,
    CopyOptions,
    CopyRange,
    RangeIncomplete,
    RangeOutcome,
    RangeRetried,
    RunSettings,
    open_sink,
    open_source,
    settle_range,
)
from influx_dask._cluster.shared_throttle import SharedThrottle, cluster_reservations
from influx_dask._cluster.versions import check_task

__all__ = ["RangeTask", "copy_on_worker"]

logger = logging.getLogger("influx_dask")


@dataclass(frozen=True, slots=True)
class RangeTask:
    """What a worker needs to copy a range; `repr` shows no URLs, which have secrets.

    Attributes:
        range: the range.
        source: the URL of the source.
        sink: the URL of the sink.
        limited: the name of the sink without secrets, whose rate is limited over all workers.
        options: what is done with types, names and tags.
        settings: how often it is tried, and how fast.
        version: the version of influx-dask that made it.
        beside: as for `copy_range`.
    """

    range: CopyRange
    source: str = field(repr=False)
    sink: str = field(repr=False)
    limited: str
    options: CopyOptions
    settings: RunSettings
    version: str
    beside: Sequence[CopyRange] = ()

    def throttle(self) -> SharedThrottle | None:
        """The limit that all workers share; None if there is none."""
        points, size = self.settings.points_per_second, self.settings.bytes_per_second
        if points is None and size is None:
            return None
        return SharedThrottle(points, size, cluster_reservations(self.limited))


def copy_on_worker(task: RangeTask) -> RangeOutcome:
    """Copy a range; returns what became of it.

    Raises:
        VersionsDiffer: this worker has another version than the process that sent the task.
    """
    check_task(task.version)
    outcome = asyncio.run(_settled(task, task.throttle()))
    return replace(outcome, error=_portable(outcome.error))


async def _settled(task: RangeTask, throttle: SharedThrottle | None) -> RangeOutcome:
    async with AsyncExitStack() as stack:
        source, sink = open_source(task.source), open_sink(task.sink)
        stack.push_async_callback(source.aclose)
        stack.push_async_callback(sink.aclose)
        outcome = await settle_range(
            task.range,
            source,
            sink,
            task.options,
            task.settings,
            throttle=throttle,
            on_event=_log,
            beside=task.beside,
        )
        if throttle is not None:
            await throttle.settle()
        return outcome


def _log(event: CopyEvent) -> None:
    if isinstance(event, RangeRetried):
        logger.warning("%s: again in %.1f s: %s", event.range, event.seconds, event.error)


def _portable(error: Exception | None) -> Exception | None:
    """The error, or its text if it cannot be sent to another process."""
    if error is None:
        return None
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - made here
    except Exception:
        return RangeIncomplete(f"{type(error).__name__}: {error}")
    return error
