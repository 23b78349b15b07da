"""InfluxDB on a Dask cluster: lazy frames, writes from the workers, and copies of plans."""

from influx_dask._copy.cluster_copy import copy
from influx_dask._read.read_influx import read_influx
from influx_dask._write.to_influx import to_influx
from influx_dask.errors import ClusterError, NoWorkers, SchedulerUnreachable, VersionsDiffer

__all__ = [
    "ClusterError",
    "NoWorkers",
    "SchedulerUnreachable",
    "VersionsDiffer",
    "copy",
    "read_influx",
    "to_influx",
]
