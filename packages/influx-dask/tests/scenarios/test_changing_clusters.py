"""Clusters that grow, workers that die while they hold a request limit, and secrets everywhere."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from pathlib import Path

import pytest

pytest.importorskip("distributed")

import dask
from distributed import Client, LocalCluster
from influx_dask_points import START, WEEK

import influx_dask
from influx_copy import RangeDone, RunSettings, verify
from influx_core import blocking
from influx_dask._cluster.request_limit import request_limit

pytestmark = pytest.mark.slow

takes_long = pytest.mark.skipif(
    "INFLUX_CLUSTER_KILLS" not in os.environ,
    reason="it takes long: INFLUX_CLUSTER_KILLS is not set",
)

POINTS = 6_000
PASSWORD = "hunter2"


def filled(url: str, name: str) -> str:
    with blocking.InfluxDBClient(url, db=name) as client:
        client.create_database(name)
        client.write_lines(
            "\n".join(f"m{n % 3} f={n} {START + (n % 8) * WEEK + n}" for n in range(POINTS))
        )
    return f"{url}/{name}"


@takes_long
def test_a_copy_uses_the_workers_that_an_adaptive_cluster_adds(fake_url, tmp_path):
    source, sink = filled(fake_url, "adaptive"), f"{fake_url}/adapted"
    sizes = set()
    with (
        LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        cluster.adapt(minimum=0, maximum=3, interval="100 ms", target_duration="1 s")

        def see(event):
            if isinstance(event, RangeDone):
                sizes.add(len(cluster.scheduler.workers))

        settings = RunSettings(points_per_second=1_500)
        summary = influx_dask.copy(
            tmp_path / "plan", client, source, sink, settings=settings, on_event=see
        )
    assert summary.complete
    assert summary.progress.rows == POINTS
    assert max(sizes) > 1
    assert asyncio.run(verify(source, sink, one_in=1)).equal


def hold_and_die(mark: Path) -> str:
    """Dies in its first run while it holds the limit; later it takes the limit."""
    with request_limit("server", 1):
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return "taken"


@takes_long
def test_the_limit_of_a_worker_that_was_killed_is_free_again(tmp_path):
    times = {"lease-timeout": "2s", "lease-validation-interval": "0.5s"}
    with (
        dask.config.set({f"distributed.scheduler.locks.{name}": v for name, v in times.items()}),
        LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        taken = client.submit(hold_and_die, tmp_path / "mark")
        assert taken.result(timeout=90) == "taken"


def test_secrets_are_in_no_name_log_error_and_dump_of_a_cluster(fake_url, caplog, tmp_path):
    source = filled(fake_url, "hidden").replace("http://", f"http://me:{PASSWORD}@")
    refused = f"http://me:{PASSWORD}@127.0.0.1:9/db"
    sink = f"{fake_url}/copied".replace("http://", f"http://me:{PASSWORD}@")
    seen, dump, plan = [], tmp_path / "dump", tmp_path / "plan"
    with (
        caplog.at_level(logging.DEBUG),
        LocalCluster(n_workers=1, processes=False, dashboard_address=":0") as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        influx_dask.copy(plan, client, source, sink, on_event=lambda e: seen.append(repr(e)))
        frame = influx_dask.read_influx(source, "m0")
        kept = client.persist(frame)
        lazy = influx_dask.to_influx(frame, refused, "m", patience=0.5, compute=False)
        failed = client.compute(lazy)
        with pytest.raises(influx_dask.ClusterError) as caught:
            failed.result()
        client.dump_cluster_state(str(dump), format="yaml")
        time.sleep(0.2)
        scheduler = cluster.scheduler
        seen += [repr(frame.optimize().dask), repr(dict(frame.optimize().dask)), repr(kept)]
        seen += [str(caught.value), repr(caught.value), str(failed), str(failed.traceback())]
        seen += [str(client.get_worker_logs()), str(client.get_scheduler_logs())]
        seen += [str(client.get_task_stream()), str(client.story(failed.key))]
        seen += [str(list(scheduler.task_prefixes)), str(list(scheduler.transition_log))]
        seen += [*map(repr, scheduler.tasks.values()), str(client.scheduler_info())]
        seen += [plan.read_bytes().decode("latin-1"), caplog.text]
        seen += [Path(f"{dump}.yaml").read_text()]
    everything = "".join(seen)
    assert "copy hidden" in everything
    assert "read m0" in everything
    assert PASSWORD not in everything
