"""Says what to do where no event loop of asyncio runs, as under Trio."""

from __future__ import annotations

import asyncio
import os

from influx_core.errors import ConfigError

__all__ = ["check_running_loop"]

_process = os.getpid()


def check_running_loop() -> None:
    """Make sure that the caller runs in an event loop of asyncio.

    A process forked by a coroutine has no running loop; there transports say that they cannot be
    used.

    Raises:
        ConfigError: it does not.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        if os.getpid() != _process:
            return
        raise ConfigError(
            "the client needs asyncio, and no event loop of asyncio runs here: with AnyIO choose "
            "its backend 'asyncio'; with Trio use influx_core.blocking.InfluxDBClient in a thread "
            "(trio.to_thread.run_sync)"
        ) from None
