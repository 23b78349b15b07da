"""Keeps gRPC out of forked processes, where every call of it hangs.

This applies to all of gRPC, not to one client: a client that is made in the child hangs too, and so
does the destructor of a client that the child has a copy of.
"""

from __future__ import annotations

import ctypes
import os
from typing import Any
from weakref import WeakSet

from influx_core import ConfigError

__all__ = ["check_process", "keep_in_forks", "keep_reader", "release_reader"]

_alive: WeakSet[Any] = WeakSet()
"""The objects of gRPC of this process that live as long as somebody holds them."""

_readers: set[Any] = set()
"""The readers of the calls that are running; this costs each call less than a WeakSet."""


class _GRPCProcess:
    """The process that uses gRPC; None until one does."""

    number: int | None = None


def check_process() -> int:
    """Make sure that gRPC works in this process, and note that it is used.

    Returns:
        The number of the process.

    Raises:
        ConfigError: the process was forked from one that had used gRPC.
    """
    here = os.getpid()
    if _GRPCProcess.number not in (None, here):
        raise ConfigError(
            f"process {_GRPCProcess.number}, from which this one was forked, had used Flight, and "
            "gRPC does not work in a forked process: start processes with "
            "multiprocessing.get_context('spawn'), or query over Flight only after the fork"
        )
    _GRPCProcess.number = here
    return here


def keep_in_forks(held: Any) -> None:
    """Never destroy an object of gRPC in a forked process."""
    _alive.add(held)


def keep_reader(reader: Any) -> None:
    """Never destroy the reader of a call in a forked process, until it is released."""
    _readers.add(reader)


def release_reader(reader: Any) -> None:
    """Say that a call is over."""
    _readers.discard(reader)


def _in_the_child() -> None:
    for held in [*_alive, *_readers]:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(held))


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows
    os.register_at_fork(after_in_child=_in_the_child)
