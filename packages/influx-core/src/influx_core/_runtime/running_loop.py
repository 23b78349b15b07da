"""Says what to do where no event loop of asyncio runs, as under Trio."""

from __future__ import annotations

import asyncio

from influx_core.errors import ConfigError

__all__ = ["check_running_loop"]


def check_running_loop() -> None:
    """Make sure that the caller runs in an event loop of asyncio.

    Raises:
        ConfigError: it does not.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        raise ConfigError(
            "the client needs asyncio, and no event loop of asyncio runs here: with AnyIO choose "
            "its backend 'asyncio'; with Trio use influx_core.blocking.InfluxDBClient in a thread "
            "(trio.to_thread.run_sync)"
        ) from None
