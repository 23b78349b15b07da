"""copy: copies the ranges of a plan on a cluster; the plan stays in this process."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from os import PathLike
from typing import Any

from influx_copy import (
    CopyEvent,
    CopyOptions,
    CopyRange,
    CopySink,
    CopySource,
    CopySummary,
    OnEvent,
    Plan,
    RangesBeside,
    RunSettings,
    Selection,
    fill_plan,
    finish_plan,
    open_sink,
    open_source,
    ranges_beside,
    stored_options,
)
from influx_core import ConfigError
from influx_dask._cluster.blocking_calls import run_blocking
from influx_dask._cluster.scheduler import find_client
from influx_dask._cluster.shared_throttle import begin_rates
from influx_dask._cluster.versions import check_cluster, own_version
from influx_dask._copy.cluster_run import ClusterRun
from influx_dask._copy.progress_line import ProgressLine
from influx_dask._copy.range_task import RangeTask

__all__ = ["copy"]


def copy(
    plan: str | PathLike[str] | Plan,
    client: Any = None,
    source: str | None = None,
    sink: str | None = None,
    *,
    selection: Selection | None = None,
    options: CopyOptions | None = None,
    settings: RunSettings | None = None,
    parallel: int | None = None,
    worker_timeout: float | None = 600.0,
    progress: bool = False,
    on_event: OnEvent | None = None,
) -> CopySummary:
    """Copy the ranges of a plan on a Dask cluster; called again, it goes on where it ended.

    The plan stays in this process, and is the same as that of `influx_copy.copy`, which can go on
    with it. A task copies one range; the dashboard shows its measurement and dates. A range whose
    worker dies is copied again, and so are the ranges of a scheduler that is restarted.

    Args:
        plan: the file that stores what is done; a new file begins a new copy.
        client: a `distributed.Client`, the address of a scheduler, or None for the current client.
        source: a URL, see `influx_copy.open_source`, that the workers reach too. By default the one
            of the plan, which has no secrets.
        sink: a URL, see `influx_copy.open_sink`, that the workers reach too; files are for a file
            system that all of them share. By default the one of the plan.
        selection: what is copied; by default what the plan was begun with, or everything.
        options: what is done with types, names and tags; by default as the plan was begun.
        settings: how fast, and how often; the rates are those of all workers together, and
            `parallel` is not used.
        parallel: the most ranges that are copied at the same time; all threads of the cluster by
            default, also of workers that join later.
        worker_timeout: the seconds that the cluster may have no workers; None for no limit.
        progress: whether a bar is shown on standard error.
        on_event: called in this thread for each event; `RangeAdvanced` comes once for a range.

    Returns:
        The ranges that are done and failed; read `complete`.

    Raises:
        ConfigError: the plan is new, and the source or the sink is not given.
        NoWorkers: the cluster had no workers for `worker_timeout` seconds.
        PlanInUse: another process has the plan open.
        PlanMismatch: the plan belongs to another copy.
        SchedulerUnreachable: no scheduler responds.
        TypesDiffer: fields have several types, and `options.types` is `refuse`.
        LossRefused: not everything can be copied, and `options.accept` does not allow that.
        VersionsDiffer: the scheduler or a worker has no influx-dask, or another version.
    """
    if parallel is not None and parallel < 1:
        raise ConfigError(f"parallel is a number from 1, not {parallel!r}")
    settings = settings or RunSettings()
    with ExitStack() as stack:
        opened = plan if isinstance(plan, Plan) else stack.enter_context(Plan(plan))
        ends = _Ends(_url("source", source, opened), _url("sink", sink, opened))
        if selection is None:
            selection = opened.selection
        if options is None:
            options = stored_options(opened)
        options = replace(options, where=selection.points)
        cluster = stack.enter_context(_connected(client))
        check_cluster(cluster)
        limited, beside = run_blocking(ends.fill(opened, selection, options))
        opened.retry_failed()
        begin_rates(cluster, limited)

        def make_task(range_: CopyRange) -> RangeTask:
            version = own_version()
            return RangeTask(
                range_, *ends.urls, limited, options, settings, version, beside(range_)
            )

        report = stack.enter_context(_reporting(opened, progress, on_event))
        run = ClusterRun(opened, cluster, make_task, settings, parallel, worker_timeout, report)
        stack.callback(run.close)
        run.all()
        if opened.progress().complete:
            run_blocking(ends.finish(opened, options))
        return CopySummary(opened.progress(), tuple(opened.ranges("failed")))


class _Ends:
    """The source and the sink, opened in this process for what is done once."""

    def __init__(self, source: str, sink: str) -> None:
        self.urls = (source, sink)

    @asynccontextmanager
    async def _opened(self) -> AsyncGenerator[tuple[CopySource, CopySink]]:
        source, sink = open_source(self.urls[0]), open_sink(self.urls[1])
        try:
            yield source, sink
        finally:
            await source.aclose()
            await sink.aclose()

    async def fill(
        self, plan: Plan, selection: Selection, options: CopyOptions
    ) -> tuple[str, RangesBeside]:
        """Fill the plan, or compare it.

        Returns:
            The name of the sink without secrets, and what tells the ranges that share a place.
        """
        async with self._opened() as (source, sink):
            await fill_plan(plan, source, sink, selection, options)
            ranges = (planned.range for planned in plan.ranges())
            return sink.identity, ranges_beside(ranges, sink, options)

    async def finish(self, plan: Plan, options: CopyOptions) -> None:
        """Tell the sink that all ranges are done."""
        async with self._opened() as (_, sink):
            await finish_plan(plan, sink, options)


def _url(end: str, given: str | None, plan: Plan) -> str:
    known = plan.settings.get(end)
    if given is None and known is None:
        raise ConfigError(f"the plan {plan.path} is new: say the {end} of the copy, {end}=URL")
    return given or str(known)


@contextmanager
def _connected(client: Any) -> Generator[Any]:
    found, ours = find_client(client)
    try:
        yield found
    finally:
        if ours:
            found.close()


@contextmanager
def _reporting(plan: Plan, progress: bool, on_event: OnEvent | None) -> Generator[OnEvent]:
    listeners = [] if on_event is None else [on_event]
    line = ProgressLine(plan.progress) if progress else None
    if line is not None:
        listeners.append(line.see)

    def report(event: CopyEvent) -> None:
        for listener in listeners:
            listener(event)

    yield report
    if line is not None:
        line.close()
