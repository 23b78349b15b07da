"""All exceptions of influx_dask; their base class is that of influx_core."""

from __future__ import annotations

from influx_core import InfluxDBError

__all__ = ["ClusterError", "NoWorkers", "SchedulerUnreachable", "VersionsDiffer"]


class ClusterError(InfluxDBError):
    """The base class of the errors of a cluster."""


class NoWorkers(ClusterError):
    """The cluster has no workers for too long; a copy can go on later from its plan."""


class SchedulerUnreachable(ClusterError):
    """No scheduler responds; a copy can go on later, because its plan has what is done."""


class VersionsDiffer(ClusterError):
    """The scheduler or a worker has no influx-dask, or another version than this process."""
