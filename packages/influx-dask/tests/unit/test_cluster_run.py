"""ClusterRun submits as many ranges as the workers of the moment have room for."""

from __future__ import annotations

import pytest

pytest.importorskip("distributed")

from distributed import KilledWorker
from influx_dask_points import START, WEEK

from influx_copy import CopyRange, Plan, RangeFailed, RangeOutcome, RangeResult, RunSettings
from influx_dask._copy.cluster_run import ClusterRun


class HandFuture:
    """The future of a task that is over as soon as it is submitted."""

    def __init__(self, client: HandClient, range_: CopyRange) -> None:
        self._client = client
        self._range = range_

    def add_done_callback(self, callback) -> None:
        callback(self)

    def result(self) -> RangeOutcome:
        return self._client.end(self._range)


class HandClient:
    """A client of a cluster that grows by workers of four threads, one for each range."""

    status = "running"

    def __init__(self, dies=frozenset()) -> None:
        self.workers = 0
        self.most = []
        self.waiting = 0
        self._dies = dies

    def scheduler_info(self, n_workers: int):
        return {"workers": {f"tcp://w{n}": {"nthreads": 4} for n in range(self.workers)}}

    def submit(self, _function, range_, *, key, pure):
        self.waiting += 1
        self.most.append(self.waiting)
        return HandFuture(self, range_)

    def end(self, range_: CopyRange) -> RangeOutcome:
        self.waiting -= 1
        self.workers += 1
        if range_.stop - range_.start in self._dies:
            raise KilledWorker("copy", None, 3)
        return RangeOutcome(range_, RangeResult(10, range_.start, range_.stop, {}, 100))


def run(plan, client, parallel=None, events=None):
    report = (lambda event: None) if events is None else events.append
    ClusterRun(plan, client, lambda range_: range_, RunSettings(), parallel, 600.0, report).all()


@pytest.fixture
def plan(tmp_path):
    with Plan(tmp_path / "plan") as opened:
        starts = [START + n * WEEK for n in range(100)]
        opened.begin({}, [CopyRange("db", "rp", "m", start, start + WEEK) for start in starts])
        yield opened


def test_ranges_wait_also_without_workers_and_more_of_them_for_more_threads(plan):
    client = HandClient()
    run(plan, client)
    assert plan.progress().complete
    assert client.most[:32] == list(range(1, 33))  # they make an adaptive cluster start workers
    assert max(client.most) > 40  # two for each thread of the workers that came meanwhile


def test_parallel_limits_the_ranges_however_many_workers_come(plan):
    client = HandClient()
    run(plan, client, parallel=3)
    assert plan.progress().complete
    assert max(client.most) == 3


def test_a_range_whose_workers_die_again_and_again_is_halved(plan):
    events = []
    run(plan, HandClient(dies={WEEK}), events=events)
    progress = plan.progress()
    assert (progress.complete, progress.total) == (True, 200)
    assert not any(isinstance(event, RangeFailed) for event in events)
