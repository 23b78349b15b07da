"""Finds the client of a cluster, and translates the errors of a scheduler that does not respond."""

from __future__ import annotations

from typing import Any

from influx_dask._libraries import distributed
from influx_dask.errors import SchedulerUnreachable

__all__ = ["connect", "find_client"]


def find_client(client: Any) -> tuple[Any, bool]:
    """Return a client, and whether the caller has to close it.

    Args:
        client: a `distributed.Client`, the address of a scheduler, or None for the current client.

    Raises:
        SchedulerUnreachable: there is no current client, or nothing responds at the address.
    """
    if isinstance(client, str):
        return connect(client), True
    if client is not None:
        return client, False
    try:
        return distributed.default_client(), False
    except ValueError as error:
        raise SchedulerUnreachable(
            "there is no client: make one first, distributed.Client(), or pass the address of a "
            "scheduler, tcp://host:8786"
        ) from error


def connect(address: str, **options: Any) -> Any:
    """Return a new client of the scheduler at an address.

    Raises:
        SchedulerUnreachable: nothing responds.
    """
    try:
        return distributed.Client(address, set_as_default=False, **options)
    except (OSError, ValueError) as error:
        raise SchedulerUnreachable(
            f"no scheduler responds at {address}: start one with `dask scheduler`, or check the "
            f"address ({error})"
        ) from error
