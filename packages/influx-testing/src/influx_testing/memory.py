"""The fake server behind a Transport: the URLs `memory://` and `memory://name`, no socket.

Every client loads this module, since it is a plugin; the fake is imported when a client uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from influx_core import hookimpl
from influx_core.interfaces import Transport

if TYPE_CHECKING:
    from influx_testing._server.memory_transport import (
        MemoryTransport,
        RequestHandler,
        forget_named_fakes,
        named_fake,
        published,
    )

__all__ = [
    "MemoryTransport",
    "RequestHandler",
    "forget_named_fakes",
    "influx_transports",
    "memory_transport",
    "named_fake",
    "published",
]


def memory_transport(server: RequestHandler | None = None) -> Transport:
    """Make the transport of `memory://` URLs.

    Args:
        server: the server of `memory://`; a new fake by default.
    """
    from influx_testing._server.memory_transport import MemoryTransport

    return MemoryTransport(server)


@hookimpl
def influx_transports() -> Mapping[str, Callable[..., Transport]]:
    """Provide the transport of `memory://` URLs."""
    return {"memory": memory_transport}


def __getattr__(name: str) -> object:
    if name in __all__:
        return getattr(import_module("influx_testing._server.memory_transport"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
