"""The hooks by which plugins offer sources and sinks.

A plugin is found by an entry point in the group `influx_copy`. `INFLUX_BLOCK_PLUGINS` lists entry
points to exclude, separated by commas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pluggy

from influx_copy.interfaces import CopySink, CopySource

__all__ = ["hookimpl", "influx_copy_sinks", "influx_copy_sources"]

hookspec = pluggy.HookspecMarker("influx_copy")
hookimpl = pluggy.HookimplMarker("influx_copy")


@hookspec
def influx_copy_sources() -> Mapping[str, Callable[[str], CopySource]]:  # type: ignore[empty-body]
    """Offer sources by URL scheme; the factory is called with the URL.

    Example::

        @hookimpl
        def influx_copy_sources():
            return {"timescale": TimescaleSource}
    """


@hookspec
def influx_copy_sinks() -> Mapping[str, Callable[[str], CopySink]]:  # type: ignore[empty-body]
    """Offer sinks by URL scheme; the factory is called with the URL.

    Example::

        @hookimpl
        def influx_copy_sinks():
            return {"timescale": TimescaleSink}
    """
