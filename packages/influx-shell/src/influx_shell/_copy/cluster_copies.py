"""Copies on a Dask cluster, if influx-dask is installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any, cast

from influx_copy import CopySummary, Plan
from influx_shell._cli.exit_codes import UsageError

__all__ = ["copy_on_cluster"]

_LOCAL = "local:"
_KEPT = {"distributed.deploy.lost-worker-timeout": "1 hour"}
"""A process that died is started again, however long that takes; Dask gives up after 15 s."""


def copy_on_cluster(
    cluster: str, plan: Plan, source: str, sink: str, **arguments: Any
) -> CopySummary:
    """Copy the ranges of a plan on a cluster.

    Args:
        cluster: the address of a scheduler, or `local:N` for N processes of this machine.
        plan: the plan.
        source: the URL of the source.
        sink: the URL of the sink.
        arguments: see `influx_dask.copy`.

    Raises:
        UsageError: influx-dask is not installed, or the number of processes is invalid.
        InfluxDBError: no scheduler responds, or the copy is refused.
    """
    try:
        copies: Any = import_module("influx_dask")
    except ModuleNotFoundError as error:
        raise UsageError("--dask needs influx-dask: pip install influx-dask") from error
    if not cluster.startswith(_LOCAL):
        return cast(CopySummary, copies.copy(plan, cluster, source, sink, **arguments))
    dask: Any = import_module("dask")
    distributed: Any = import_module("distributed")
    with (
        dask.config.set(_KEPT),
        distributed.LocalCluster(
            n_workers=_count(cluster), threads_per_worker=1, dashboard_address=":0"
        ) as made,
        distributed.Client(made, set_as_default=False) as client,
    ):
        return cast(CopySummary, copies.copy(plan, client, source, sink, **arguments))


def _count(cluster: str) -> int:
    count = cluster.removeprefix(_LOCAL)
    if not count.isdecimal() or int(count) < 1:
        raise UsageError(f"--dask local:N takes a number from 1, as in local:4, not {cluster!r}")
    return int(count)
