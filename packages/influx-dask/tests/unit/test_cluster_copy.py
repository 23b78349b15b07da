from __future__ import annotations

import asyncio
import io
import subprocess
import sys

import pytest

pytest.importorskip("distributed")

from concurrent.futures import ThreadPoolExecutor

from influx_dask_points import POINTS, START, WEEK

import influx_dask
from influx_copy import (
    CopyOptions,
    CopyRange,
    Plan,
    PlanMismatch,
    PlanProgress,
    RangeDone,
    RangeStarted,
    Selection,
    copy,
    fill_plan,
    open_sink,
    open_source,
    settle_range,
    verify,
)
from influx_core import ConfigError, blocking
from influx_dask import NoWorkers, SchedulerUnreachable, VersionsDiffer
from influx_dask._cluster.versions import check_task
from influx_dask._copy.progress_line import ProgressLine
from influx_dask._copy.task_names import task_name


def manifest(path):
    with Plan(path) as plan:
        return [(p.range, p.state, p.attempts, p.result, p.error) for p in plan.ranges()]


def copy_in_threads(path, source, sink):
    """The loop of an executor of one's own."""

    def one(range_):
        async def settled():
            ends = open_source(source), open_sink(sink)
            try:
                return await settle_range(range_, *ends, CopyOptions())
            finally:
                for end in ends:
                    await end.aclose()

        return asyncio.run(settled())

    async def filled(plan):
        ends = open_source(source), open_sink(sink)
        await fill_plan(plan, *ends, Selection())
        for end in ends:
            await end.aclose()

    with Plan(path) as plan, ThreadPoolExecutor(2) as threads:
        asyncio.run(filled(plan))
        ranges = list(iter(plan.start_next, None))
        for outcome in threads.map(one, ranges):
            outcome.store(plan)


@pytest.fixture(params=["files", pytest.param("databases", marks=pytest.mark.slow)])
def sinks(request, url, tmp_path):
    """Three equal sinks: folders, or databases of the server that is copied."""
    names = ("runner", "threads", "dask")
    if request.param == "files":
        yield {name: f"lp:{tmp_path}/{name}" for name in names}
        return
    yield {name: f"{url}_{name}" for name in names}
    server, _, database = url.rpartition("/")
    with blocking.InfluxDBClient(server) as client:
        for name in names:
            client.drop_database(f"{database}_{name}")


def test_a_plan_ends_with_the_same_manifest_by_any_executor(url, sinks, cluster, tmp_path):
    assert asyncio.run(copy(url, sinks["runner"], tmp_path / "runner.plan")).complete
    copy_in_threads(tmp_path / "threads.plan", url, sinks["threads"])
    events = []
    summary = influx_dask.copy(
        tmp_path / "dask.plan", cluster, url, sinks["dask"], on_event=events.append
    )
    assert summary.complete
    assert summary.progress.rows == POINTS + 1
    made = {name: manifest(tmp_path / f"{name}.plan") for name in sinks}
    assert made["dask"] == made["runner"] == made["threads"]
    kinds = [type(event) for event in events]
    assert kinds.count(RangeStarted) == kinds.count(RangeDone) == len(made["dask"])
    for sink in sinks.values():
        assert asyncio.run(verify(url, sink, one_in=1)).equal


def test_a_copy_goes_on_by_the_plan_alone(fake_url, cluster, tmp_path):
    source = tmp_path / "a.lp"
    source.write_text(f"m f=1 {START}\nm f=2 {START + WEEK}\n")
    plan, sink = tmp_path / "plan", f"lp:{tmp_path}/out"
    first = influx_dask.copy(plan, cluster, str(source), sink)
    assert first.complete
    again = influx_dask.copy(plan, cluster, parallel=1)
    assert again.progress == first.progress
    with pytest.raises(PlanMismatch):
        influx_dask.copy(plan, cluster, str(source), f"lp:{tmp_path}/elsewhere")


def test_a_new_plan_needs_a_source_and_a_sink(cluster, tmp_path):
    with pytest.raises(ConfigError, match="say the source"):
        influx_dask.copy(tmp_path / "plan", cluster)


def test_a_scheduler_that_does_not_respond_is_named(tmp_path):
    import dask

    with (
        dask.config.set({"distributed.comm.timeouts.connect": "0.2s"}),
        pytest.raises(SchedulerUnreachable, match="tcp://127"),
    ):
        influx_dask.copy(tmp_path / "plan", "tcp://127.0.0.1:9", "a.lp", f"lp:{tmp_path}/out")


def test_a_cluster_without_workers_is_named_and_the_plan_goes_on(cluster, tmp_path):
    from distributed import Client, LocalCluster

    source, plan, sink = tmp_path / "a.lp", tmp_path / "plan", f"lp:{tmp_path}/out"
    source.write_text(f"m f=1 {START}\n")
    with (
        LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as empty,
        Client(empty, set_as_default=False) as client,
        pytest.raises(NoWorkers, match="start some, and call copy again"),
    ):
        influx_dask.copy(plan, client, str(source), sink, worker_timeout=0.1)
    assert [state for _, state, *_ in manifest(plan)] == ["pending"]
    assert influx_dask.copy(plan, cluster).complete


def test_another_version_on_a_worker_is_named():
    with pytest.raises(VersionsDiffer, match="install influx-dask==99"):
        check_task("99")


def test_a_task_is_named_after_what_it_copies():
    range_ = CopyRange("plant", "week", "oven", START, START + WEEK)
    assert task_name(range_, 7, "run") == "copy plant.week.oven-2020-09-14/2020-09-21-run7"


def test_the_progress_has_ranges_points_and_a_rate():
    states = [PlanProgress(3, 0, 0, 0, 0), PlanProgress(1, 0, 2, 0, 500)]
    times = iter([0.0, 2.0])
    line = ProgressLine(
        lambda: states[-1] if len(states) == 1 else states.pop(0),
        io.StringIO(),
        lambda: next(times),
    )
    assert line.text().endswith("2 of 3 ranges, 500 points, 250 points/s")


def test_a_worker_that_copies_imports_no_pandas():
    code = "import sys, influx_dask._copy.range_task; sys.exit('pandas' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
