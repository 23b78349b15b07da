"""The fake server behind a Transport: the URLs `memory://` and `memory://name`, no socket."""

from influx_testing._server.memory_transport import (
    MemoryTransport,
    RequestHandler,
    forget_named_fakes,
    influx_transports,
    named_fake,
    published,
)

__all__ = [
    "MemoryTransport",
    "RequestHandler",
    "forget_named_fakes",
    "influx_transports",
    "named_fake",
    "published",
]
