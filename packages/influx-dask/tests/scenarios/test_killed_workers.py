"""Copies whose workers are killed at random moments end as one that nobody disturbed.

`INFLUX_CLUSTER_KILLS` is the number of kills of each story, `INFLUX_CLUSTER_SEED` is what they are
drawn by.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

pytest.importorskip("distributed")

import dask
from distributed import Client, LocalCluster
from influx_dask_points import COPIED_POINTS, COPIED_RANGES, fill_to_copy

import influx_dask
from influx_copy import RunSettings, verify
from influx_core import blocking
from influx_testing.influxd import find_influxd, influxd

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_influxd() is None, reason="influxd is not installed"),
]

KILLS = int(os.environ.get("INFLUX_CLUSTER_KILLS", "2"))
SEED = int(os.environ.get("INFLUX_CLUSTER_SEED", "1"))
LIMITS = [None, 3_000.0] if "INFLUX_CLUSTER_KILLS" in os.environ else [3_000.0]
"""Points per second: a worker is killed while it copies as well as while it waits."""


@contextmanager
def two_workers() -> Iterator[tuple[LocalCluster, Client]]:
    """Two processes, which are started again however long that takes."""
    with (
        dask.config.set({"distributed.deploy.lost-worker-timeout": "1 hour"}),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield cluster, client


class Killer(threading.Thread):
    """Kills workers that are copying, at random moments."""

    def __init__(self, cluster: LocalCluster, client: Client) -> None:
        super().__init__(daemon=True)
        self.killed: set[int] = set()
        self.over = threading.Event()
        self._cluster = cluster
        self._client = client
        self._random = random.Random(SEED)

    def run(self) -> None:
        while len(self.killed) < KILLS and not self.over.wait(self._random.uniform(0.0, 1.0)):
            busy = [address for address, keys in self._client.processing().items() if keys]
            pids = {nanny.worker_address: nanny.pid for nanny in self._cluster.workers.values()}
            known = [pids[address] for address in busy if pids.get(address)]
            if known:
                pid = self._random.choice(known)
                os.kill(pid, signal.SIGKILL)
                self.killed.add(pid)


@pytest.mark.parametrize("rate", LIMITS)
def test_a_copy_whose_workers_are_killed_ends_equal(rate, tmp_path):
    settings = RunSettings(points_per_second=rate, attempts=20)
    with influxd() as source, influxd() as sink, two_workers() as (cluster, client):
        fill_to_copy(source)
        killer = Killer(cluster, client)
        killer.start()
        try:
            runs = 0
            while len(killer.killed) < KILLS:
                with blocking.InfluxDBClient(sink) as server:
                    server.drop_database("db")
                plan = tmp_path / f"plan{runs}"
                summary = influx_dask.copy(plan, client, source, sink, settings=settings)
                assert summary.complete
                assert (summary.progress.rows, summary.progress.total) == (
                    COPIED_POINTS,
                    COPIED_RANGES,
                )
                assert asyncio.run(verify(source, sink, one_in=1)).equal
                runs += 1
        finally:
            killer.over.set()
            killer.join()
    assert len(killer.killed) == KILLS
