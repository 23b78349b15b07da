"""The queries about a run, built and not yet sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from influx_query import SelectQuery, field, func, query, tag, time

__all__ = ["Run", "cpus", "devices", "load_over_time", "memory", "programs"]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the application: which points belong to it, and how finely to divide them.

    Attributes:
        host: the sampled machine.
        first: the time of the first sample. No later point of the host belongs to another run.
        bucket: the width of a time bucket.
    """

    host: str
    first: datetime
    bucket: timedelta

    def of(self, select: SelectQuery) -> SelectQuery:
        """Restrict a query to the points of this run."""
        return select.where(tag("host") == self.host, time >= self.first)


def cpus(run: Run) -> SelectQuery:
    """For every CPU: the mean of its samples, the highest and the last."""
    load = field("load")
    select = query(func.mean(load), func.max(load), func.last(load))
    return run.of(select.from_("cpu")).group_by("cpu")


def load_over_time(run: Run) -> SelectQuery:
    """The mean load of all CPUs in every time bucket."""
    return (
        run.of(query(func.mean(field("load"))).from_("cpu")).group_by(time(run.bucket)).fill("none")
    )


def memory(run: Run) -> SelectQuery:
    """The host's memory in the last sample."""
    return run.of(query("used", "available").from_("memory")).descending().limit(1)


def devices(run: Run, measurement: str, *counters: str) -> SelectQuery:
    """For every device of a kind: how far its counters went during the run."""
    select = query(*(func.spread(field(counter)).as_(counter) for counter in counters))
    return run.of(select.from_(measurement)).group_by("device")


def programs(run: Run, count: int = 3) -> SelectQuery:
    """The programs with the highest CPU load in any one sample, and their memory at that time."""
    peak = func.top(field("cpu"), tag("program"), count).as_("peak")
    return run.of(query(peak, field("memory")).from_("process")).where(field("cpu") > 0)
