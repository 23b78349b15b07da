"""request_limit: how many tasks of all workers use one server at the same time."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from influx_core import ConfigError
from influx_dask._libraries import distributed

__all__ = ["check_limit", "named_semaphore", "request_limit"]

_local_lock = threading.Lock()
_local: dict[tuple[str, int], threading.Semaphore] = {}


def check_limit(most: int | None) -> None:
    """Check a limit.

    Raises:
        ConfigError: it is not positive.
    """
    if most is not None and most < 1:
        raise ConfigError(f"max_requests is a number from 1, not {most!r}")


@contextmanager
def request_limit(server: str, most: int | None) -> Generator[None]:
    """Wait until fewer than `most` tasks use the server; without a limit do nothing.

    On a worker, all workers of the scheduler count; elsewhere, the threads of this process.

    Args:
        server: the name of the server.
        most: the number of tasks; None for no limit.
    """
    if most is None:
        yield
        return
    with named_semaphore(f"influx-dask requests of {server}", most):
        yield


def named_semaphore(name: str, most: int) -> Any:
    """A semaphore that all callers of the same name share: of the cluster, or of this process."""
    try:
        distributed.get_worker()
    except ValueError:
        with _local_lock:
            return _local.setdefault((name, most), threading.Semaphore(most))
    return distributed.Semaphore(max_leases=most, name=f"{name} ({most})")
