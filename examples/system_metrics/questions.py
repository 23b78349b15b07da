"""What is asked about a run. These are queries put together, not yet sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from influx_query import SelectQuery, field, func, query, tag, time

__all__ = ["Run", "cpus", "cpus_over_time", "devices", "host_over_time", "memory", "programs"]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the application: which points are its own, and how finely to look at them.

    Attributes:
        host: the sampled machine.
        first: the time of the first sample.
        last: the time of the last one.
        bucket: how much time a mean covers.
    """

    host: str
    first: datetime
    last: datetime
    bucket: timedelta

    def of(self, select: SelectQuery) -> SelectQuery:
        """Narrow a query down to the points of this run."""
        return select.where(time >= self.first, time <= self.last, host=self.host)


def cpus(run: Run) -> SelectQuery:
    """Every CPU of the host: how many samples, their mean, the highest and the last."""
    load = field("load")
    select = query(
        func.count(load).as_("samples"),
        func.mean(load).as_("mean"),
        func.max(load).as_("peak"),
        func.last(load).as_("last"),
    )
    return run.of(select.from_("cpu")).group_by("host", "cpu")


def cpus_over_time(run: Run) -> SelectQuery:
    """Every CPU of the host, its mean load in every time bucket."""
    select = query(func.mean(field("load")).as_("mean"))
    return run.of(select.from_("cpu")).group_by("host", "cpu", time(run.bucket)).fill("none")


def host_over_time(run: Run) -> SelectQuery:
    """The host: the mean and the highest load of its CPUs in every time bucket."""
    load = field("load")
    select = query(func.mean(load).as_("mean"), func.max(load).as_("peak"))
    return run.of(select.from_("cpu")).group_by("host", time(run.bucket)).fill("none")


def memory(run: Run) -> SelectQuery:
    """The host's memory as it was in the last sample."""
    return run.of(query("total", "used", "available").from_("memory")).descending().limit(1)


def devices(run: Run, measurement: str, *counters: str) -> SelectQuery:
    """Every device of a kind: how far its counters went during the run."""
    select = query(*(func.spread(field(counter)).as_(counter) for counter in counters))
    return run.of(select.from_(measurement)).group_by("device")


def programs(run: Run, count: int = 5) -> SelectQuery:
    """The programs that used most CPU in any one sample, and their memory at that time."""
    greediest = func.top(field("cpu"), tag("program"), count).as_("peak")
    return run.of(query(greediest, field("memory")).from_("process")).where(field("cpu") > 0)
