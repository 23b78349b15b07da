"""Opens the sources and sinks that a call names by URL, and closes them with the call."""

from __future__ import annotations

from contextlib import AsyncExitStack

from influx_copy.interfaces import CopySink, CopySource
from influx_copy.registry import open_sink, open_source

__all__ = ["opened_sink", "opened_source"]


def opened_source(source: str | CopySource, stack: AsyncExitStack) -> CopySource:
    """Return a source; one that is given by URL is opened, and closed by the stack."""
    if not isinstance(source, str):
        return source
    opened = open_source(source)
    stack.push_async_callback(opened.aclose)
    return opened


def opened_sink(sink: str | CopySink, stack: AsyncExitStack) -> CopySink:
    """Return a sink; one that is given by URL is opened, and closed by the stack."""
    if not isinstance(sink, str):
        return sink
    opened = open_sink(sink)
    stack.push_async_callback(opened.aclose)
    return opened
