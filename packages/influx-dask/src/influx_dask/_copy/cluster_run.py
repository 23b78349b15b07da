"""ClusterRun: has the pending ranges of a plan copied by a cluster, and stores what it says."""

from __future__ import annotations

import queue
import time
import uuid
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from influx_copy import (
    CopyRange,
    OnEvent,
    Plan,
    RangeAdvanced,
    RangeOutcome,
    RangeStarted,
    RunSettings,
    halved_or_failed,
)
from influx_dask._cluster.scheduler import connect
from influx_dask._copy.range_task import RangeTask, copy_on_worker
from influx_dask._copy.task_names import task_name
from influx_dask._libraries import distributed
from influx_dask.errors import NoWorkers, SchedulerUnreachable

__all__ = ["ClusterRun"]

_TASKS_PER_THREAD = 2
_FEWEST_TASKS = 32
"""Tasks that wait make an adaptive cluster start workers."""

_TICK = 0.5
"""Seconds after which the size of the cluster is looked at again."""

_LOST = (KeyError, distributed.client.FutureCancelledError, distributed.CancelledError)


class ClusterRun:
    """Copies the pending ranges of a plan; only this process changes the plan.

    Args:
        plan: the plan.
        client: a client of the cluster.
        make_task: makes the task of a range.
        settings: the order of ranges, and when to stop.
        parallel: the most ranges at the same time; None for all threads of the cluster.
        worker_timeout: the seconds that the cluster may have no workers; None for no limit.
        report: called for each event.
    """

    def __init__(
        self,
        plan: Plan,
        client: Any,
        make_task: Callable[[CopyRange], RangeTask],
        settings: RunSettings,
        parallel: int | None,
        worker_timeout: float | None,
        report: OnEvent,
    ) -> None:
        self._plan = plan
        self._client = client
        self._given = client
        self._make_task = make_task
        self._settings = settings
        self._parallel = parallel
        self._worker_timeout = worker_timeout
        self._workers_seen = time.monotonic()
        self._report = report
        self._running: dict[str, tuple[Any, CopyRange]] = {}
        self._ended: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._deaths: Counter[CopyRange] = Counter()
        self._failed_in_a_row = 0
        self._submitted = 0
        self._name = uuid.uuid4().hex[:8]

    def all(self) -> None:
        """Copy until no range is pending, or too many failed one after another.

        Raises:
            NoWorkers: the cluster has no workers for too long.
            SchedulerUnreachable: the scheduler is gone, and does not come back.
            VersionsDiffer: a worker has another version.
        """
        try:
            self._submit()
            while self._running:
                self._take()
                self._submit()
        finally:
            self._release()

    def _submit(self) -> None:
        """Submit tasks up to the limit."""
        room = self._limit() - len(self._running)
        while room > 0 and self._failed_in_a_row < self._settings.stop_after:
            range_ = self._plan.start_next(newest_first=self._settings.newest_first)
            if range_ is None:
                return
            self._submit_one(range_)
            room -= 1

    def _submit_one(self, range_: CopyRange) -> None:
        self._submitted += 1
        key = task_name(range_, self._submitted, self._name)
        try:
            future = self._client.submit(
                copy_on_worker, self._make_task(range_), key=key, pure=False
            )
        except BaseException:
            self._plan.release(range_)
            raise
        self._running[key] = (future, range_)
        future.add_done_callback(partial(self._note_end, key))
        self._report(RangeStarted(range_))

    def _note_end(self, key: str, _future: Any) -> None:
        """Called in a thread of the client."""
        self._ended.put(key)

    def _limit(self) -> int:
        if self._parallel is not None:
            return self._parallel
        threads: int = sum(worker["nthreads"] for worker in self._workers().values())
        return max(_FEWEST_TASKS, _TASKS_PER_THREAD * threads)

    def _workers(self) -> dict[str, Any]:
        """The workers as the client knows them; it is told of changes every few seconds."""
        found: dict[str, Any] = self._client.scheduler_info(n_workers=-1).get("workers", {})
        return found

    def _check_workers(self) -> None:
        now = time.monotonic()
        if self._workers():
            self._workers_seen = now
        elif self._worker_timeout is not None and now - self._workers_seen > self._worker_timeout:
            raise NoWorkers(
                f"the cluster has had no workers for {self._worker_timeout:g} s: start some, and "
                "call copy again, which goes on where it ended"
            )

    def _take(self) -> None:
        """Wait for the end of a task, and store what it says."""
        try:
            key = self._ended.get(timeout=_TICK)
        except queue.Empty:
            if self._client.status in ("closed", "closing"):
                self._reconnect()
            self._check_workers()
            return
        self._workers_seen = time.monotonic()
        if key in self._running:
            future, range_ = self._running.pop(key)
            self._settle(future, range_)

    def _settle(self, future: Any, range_: CopyRange) -> None:
        try:
            outcome: RangeOutcome = future.result()
        except _LOST:
            self._plan.release(range_)  # the scheduler was restarted, and knows nothing of it
            if self._client.status != "running":
                self._reconnect()
        except distributed.KilledWorker as error:
            self._after_deaths(range_, error)
        except BaseException:
            self._plan.release(range_)
            raise
        else:
            self._store(outcome)

    def _after_deaths(self, range_: CopyRange, error: Exception) -> None:
        """Try a range again whose workers died; halve it if they die again: it may be too much."""
        self._deaths[range_] += 1
        if self._deaths[range_] > 1:
            self._store(halved_or_failed(range_, error, self._settings))
        else:
            self._plan.release(range_)

    def _store(self, outcome: RangeOutcome) -> None:
        outcome.store(self._plan)
        if outcome.result is not None:
            self._failed_in_a_row = 0
            result = outcome.result
            self._report(RangeAdvanced(outcome.range, result.rows, result.bytes))
        elif not outcome.halves:
            self._failed_in_a_row += 1
        self._report(outcome.event)

    def _reconnect(self) -> None:
        """Wait for the scheduler, and begin the ranges again that it was to copy."""
        self._release()
        address = self._given.scheduler.address
        for attempt in range(1, self._settings.attempts + 1):
            try:
                self._client = connect(address, security=self._given.security, timeout=10)
            except SchedulerUnreachable:
                if attempt == self._settings.attempts:
                    raise
                time.sleep(
                    min(self._settings.longest_pause, self._settings.first_pause * 2**attempt)
                )
            else:
                return

    def _release(self) -> None:
        """Give up all tasks; their ranges are pending again."""
        running = list(self._running.values())
        self._running.clear()
        for _, range_ in running:
            self._plan.release(range_)
        if running and self._client.status == "running":
            self._client.cancel([future for future, _ in running], force=True)

    def close(self) -> None:
        """Close the client that replaced the given one, if there is one."""
        if self._client is not self._given:
            self._client.close()
