"""TaskRunner: runs tasks when they are due or when they are asked for, and records their runs.

A run is a document of the type `runs`; its messages are in `log`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from influx_core.timestamps import to_ns, to_rfc3339
from influx_testing._engine.catalog.resource_store import Document, ResourceStore
from influx_testing._engine.tasks.cron_schedule import CronSchedule
from influx_testing._engine.tasks.task_options import duration_ns

__all__ = ["RunFlux", "TaskRunner"]

RunFlux = Callable[[str, str, int, int], str]
"""Runs Flux for an organization at a time; returns the error, or an empty text.

The last argument is the time of the last successful run; both times are in ns since 1970.
"""

_SECOND = 1_000_000_000
_MOST_RUNS = 100
"""The most runs of one task to catch up with; earlier ones are left out."""


@dataclass(frozen=True, slots=True)
class TaskRunner:
    """Runs the tasks of a server.

    Attributes:
        resources: stores the tasks and their runs.
        clock: returns the time in ns since 1970.
        run_flux: runs the Flux of a task.
    """

    resources: ResourceStore
    clock: Callable[[], int]
    run_flux: RunFlux

    def run_due(self, now: int) -> int:
        """Run all active tasks for each time that has come since their last one.

        Args:
            now: the time in ns since 1970.

        Returns:
            The number of runs.
        """
        count = 0
        for task in self.resources.all("tasks"):
            if task["status"] != "active":
                continue
            times = list(_due_times(task, now))
            for scheduled in times[-_MOST_RUNS:]:
                self.execute(task, self.schedule(task, scheduled))
            if times:
                task["latestScheduled"] = to_rfc3339(times[-1])
            count += len(times[-_MOST_RUNS:])
        return count

    def schedule(
        self, task: Document, scheduled_for: int, requested: int | None = None
    ) -> Document:
        """Create a run of a task without executing it.

        Args:
            task: the task.
            scheduled_for: the value of `now()`, in ns since 1970.
            requested: when the run was asked for, if it was.
        """
        run: Document = {
            "taskID": task["id"],
            "status": "scheduled",
            "scheduledFor": to_rfc3339(scheduled_for),
            "log": [],
        }
        if requested is not None:
            run["requestedAt"] = to_rfc3339(requested)
        return self.resources.add("runs", run)

    def execute(self, task: Document, run: Document) -> None:
        """Execute a run that was created, and record the outcome in it and in the task."""
        run["startedAt"] = to_rfc3339(self.clock())
        run["flux"] = task["flux"]
        self._log(run, f"Started task from script: {json.dumps(task['flux'])}")
        now = to_ns(run["scheduledFor"])
        error = self.run_flux(task["flux"], task["orgID"], now, self._last_success(task))
        run["finishedAt"] = to_rfc3339(self.clock())
        run["status"] = "failed" if error else "success"
        self._log(run, error or "Completed(success)")
        task["lastRunStatus"] = run["status"]
        task.pop("lastRunError", None)
        if error:
            task["lastRunError"] = error
        task["latestCompleted"] = run["scheduledFor"]

    def _last_success(self, task: Document) -> int:
        """The time of the last successful run of a task, in ns since 1970; 0 without one."""
        times = (
            to_ns(run["scheduledFor"])
            for run in self.resources.all("runs")
            if run["taskID"] == task["id"] and run["status"] == "success"
        )
        return max(times, default=0)

    def _log(self, run: Document, message: str) -> None:
        event = {"runID": run["id"], "time": to_rfc3339(self.clock()), "message": message}
        run["log"].append(event)


def _due_times(task: Document, now: int) -> Iterator[int]:
    """The times since the last one for which a task is due, in ns since 1970."""
    offset = duration_ns(task["offset"]) if task.get("offset") else 0
    last = to_ns(task.get("latestScheduled") or task["createdAt"])
    if task.get("every"):
        every = duration_ns(task["every"])
        first = last - last % every + every
        first = max(first, first + (now - offset - first) // every * every - _MOST_RUNS * every)
        yield from range(first, now - offset + 1, every)
        return
    schedule = CronSchedule.read(task["cron"])
    moment = datetime.fromtimestamp(last // _SECOND, UTC)
    while True:
        following = schedule.next_after(moment)
        if following is None or int(following.timestamp()) * _SECOND + offset > now:
            return
        moment = following
        yield int(moment.timestamp()) * _SECOND
