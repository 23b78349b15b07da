"""request_limit: so many tasks use a server at once, in one process and on a cluster."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

pytest.importorskip("distributed")

from influx_core import ConfigError
from influx_dask._cluster.request_limit import check_limit, request_limit

running: list[int] = []
most: list[int] = []


def use(server: str, limit: int | None) -> None:
    """Use a server for a moment, and note how many do."""
    with request_limit(server, limit):
        running.append(1)
        most.append(len(running))
        time.sleep(0.005)
        running.pop()


@pytest.fixture(autouse=True)
def nobody_is_running():
    running.clear()
    most.clear()


def test_threads_of_a_process_share_a_limit():
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(use, ["threads"] * 16, [2] * 16))
    assert max(most) == 2


def test_servers_have_limits_of_their_own():
    both = threading.Barrier(2, timeout=60)

    def meet(server: str) -> None:
        with request_limit(server, 1):
            both.wait()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(meet, ["one", "other"]))


def test_a_task_that_fails_gives_its_place_back():
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), request_limit("failing", 1):
            raise ZeroDivisionError


def test_workers_of_a_cluster_share_a_limit(cluster):
    cluster.gather([cluster.submit(use, "cluster", 1, key=f"use-{n}") for n in range(6)])
    assert len(most) == 6  # the workers of this cluster are threads of this process
    assert max(most) == 1


@pytest.mark.parametrize("wrong", [0, -1])
def test_a_limit_is_positive(wrong):
    with pytest.raises(ConfigError, match="max_requests is a number from 1"):
        check_limit(wrong)
    check_limit(None)
