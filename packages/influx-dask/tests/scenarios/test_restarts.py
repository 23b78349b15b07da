"""Copies whose scheduler, source or sink is killed and started again end as undisturbed ones.

`INFLUX_CLUSTER_RESTARTS` is the number of restarts of each story, `INFLUX_CLUSTER_SEED` is what
their moments are drawn by.
"""

from __future__ import annotations

import asyncio
import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("distributed")

from influx_dask_points import COPIED_POINTS, COPIED_RANGES, fill_to_copy
from influx_dask_processes import ClusterProcesses

import influx_dask
from influx_copy import CopySummary, RunSettings, verify
from influx_core import blocking
from influx_dask import ClusterError
from influx_testing.influxd import Influxd, find_influxd

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_influxd() is None, reason="influxd is not installed"),
]

RESTARTS = int(os.environ.get("INFLUX_CLUSTER_RESTARTS", "1"))
SEED = int(os.environ.get("INFLUX_CLUSTER_SEED", "1"))
SETTINGS = RunSettings(points_per_second=3_000.0, attempts=100, first_pause=0.2, longest_pause=1.0)


class Restarts(threading.Thread):
    """Kills something at random moments of copies, and starts it again."""

    def __init__(self, victim: Influxd | ClusterProcesses) -> None:
        super().__init__(daemon=True)
        self.count = 0
        self.copying = threading.Event()
        self.over = threading.Event()
        self._victim = victim
        self._random = random.Random(SEED)

    def run(self) -> None:
        while self.count < RESTARTS and not self.over.is_set():
            if not self.copying.wait(0.1):
                continue
            time.sleep(self._random.uniform(0.0, 1.5))
            if self.copying.is_set():
                self.count += 1  # first: a copy may fail before the victim is back
                self._victim.kill()
                time.sleep(self._random.uniform(0.0, 0.5))
                self._victim.start()
                time.sleep(1.0)


def copied(restarts: Restarts, copy: Callable[[], CopySummary]) -> CopySummary:
    """The end of a copy that is called again when its scheduler is lost."""
    while True:
        try:
            return copy()
        except ClusterError:
            assert restarts.count > 0
        finally:
            restarts.copying.clear()


def assert_equal_after_restarts(
    source: Influxd,
    sink: Influxd,
    victim: Influxd | ClusterProcesses,
    client: Any,
    folder: Path,
) -> None:
    restarts = Restarts(victim)

    def copy(plan: Path) -> CopySummary:
        def begun(_event: Any) -> None:
            restarts.copying.set()

        return influx_dask.copy(
            plan, client, source.url, sink.url, settings=SETTINGS, on_event=begun
        )

    restarts.start()
    runs = 0
    try:
        while restarts.count < RESTARTS:
            with blocking.InfluxDBClient(sink.url, retry="backoff") as server:
                server.drop_database("db")
            plan = folder / f"plan{runs}"
            summary = copied(restarts, lambda plan=plan: copy(plan))
            assert summary.complete
            assert (summary.progress.rows, summary.progress.total) == (COPIED_POINTS, COPIED_RANGES)
            report = asyncio.run(verify(source.url, sink.url, one_in=1))
            assert [str(difference) for difference in report.differences] == []
            runs += 1
    finally:
        restarts.over.set()
        restarts.join()
    assert restarts.count == RESTARTS


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[dict[str, Influxd]]:
    with ExitStack() as running:
        started: dict[str, Influxd] = {}
        for name in ("source", "sink"):
            (tmp_path / name).mkdir()
            started[name] = Influxd(tmp_path / name)
            running.callback(started[name].kill)
            started[name].start()
        fill_to_copy(started["source"].url)
        yield started


@pytest.mark.parametrize("victim", ["source", "sink"])
def test_a_copy_goes_on_when_a_server_is_restarted(servers, victim, cluster, tmp_path):
    assert_equal_after_restarts(
        servers["source"], servers["sink"], servers[victim], cluster, tmp_path
    )


def test_a_copy_goes_on_when_the_scheduler_is_restarted(servers, tmp_path):
    processes = ClusterProcesses(tmp_path)
    with ExitStack() as running:
        running.callback(processes.kill)
        processes.start()
        assert_equal_after_restarts(
            servers["source"], servers["sink"], processes, processes.address, tmp_path
        )
