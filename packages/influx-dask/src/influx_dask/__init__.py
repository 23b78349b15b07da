"""InfluxDB on a Dask cluster: lazy frames, writes from the workers, and copies of plans.

The functions are imported when they are first used: a worker that copies needs no pandas, which
takes seconds to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from influx_dask.errors import ClusterError, NoWorkers, SchedulerUnreachable, VersionsDiffer

if TYPE_CHECKING:
    from influx_dask._copy.cluster_copy import copy
    from influx_dask._read.read_influx import read_influx
    from influx_dask._write.to_influx import to_influx

__all__ = [
    "ClusterError",
    "NoWorkers",
    "SchedulerUnreachable",
    "VersionsDiffer",
    "copy",
    "read_influx",
    "to_influx",
]

_MODULES = {
    "copy": "influx_dask._copy.cluster_copy",
    "read_influx": "influx_dask._read.read_influx",
    "to_influx": "influx_dask._write.to_influx",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
