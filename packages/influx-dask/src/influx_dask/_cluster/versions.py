"""Checks that the scheduler and the workers have the influx-dask of this process."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from influx_dask.errors import VersionsDiffer

__all__ = ["check_cluster", "check_task", "own_version"]

_DISTRIBUTION = "influx-dask"


def own_version() -> str:
    """The version of influx-dask in this process."""
    return version(_DISTRIBUTION)


def check_cluster(client: Any) -> None:
    """Ask the scheduler and the workers for their versions.

    Args:
        client: a client of the cluster.

    Raises:
        VersionsDiffer: one has no influx-dask, or another version.
    """
    # The function is one of Python, because a worker without influx_dask cannot load one of ours.
    found: dict[str, Any] = {
        f"worker {address}": answer
        for address, answer in client.run(version, _DISTRIBUTION, on_error="return").items()
    }
    try:
        found["the scheduler"] = client.run_on_scheduler(version, _DISTRIBUTION)
    except ModuleNotFoundError as error:
        found["the scheduler"] = error
    _refuse_others(found, own_version())


def check_task(expected: str) -> None:
    """Check, on a worker, that the task was sent by the same version.

    Raises:
        VersionsDiffer: it was not.
    """
    _refuse_others({"a worker that joined later": own_version()}, expected)


def _refuse_others(found: Mapping[str, Any], expected: str) -> None:
    wrong = [
        f"{where} has {answer if isinstance(answer, str) else 'none'}"
        for where, answer in found.items()
        if answer != expected
    ]
    if wrong:
        raise VersionsDiffer(
            f"this process has influx-dask {expected}, but {'; '.join(wrong)}: "
            f"install influx-dask=={expected} on the scheduler and on all workers"
        )
