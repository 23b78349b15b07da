"""Refuses connections of HTTP/2 where the library for it is not installed."""

from __future__ import annotations

import asyncio
import logging

from influx_testing._server.http2.closing import close_in_order

__all__ = ["HTTP2Refusal"]

_LOGGER = logging.getLogger("influx_testing.http")
_REASON = "HTTP/2 and Arrow Flight need: pip install 'influx-testing[flight]'"
_SETTINGS, _GOAWAY = 4, 7
_HTTP_1_1_REQUIRED = 13


class HTTP2Refusal(asyncio.Protocol):
    """Ends a connection with the frame GOAWAY, whose text says what to install."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the refusal."""
        assert isinstance(transport, asyncio.Transport)
        _LOGGER.warning("refused a connection: %s", _REASON)
        last_stream = bytes(4)
        code = _HTTP_1_1_REQUIRED.to_bytes(4, "big")
        transport.write(_frame(_SETTINGS, b""))
        transport.write(_frame(_GOAWAY, last_stream + code + _REASON.encode()))
        close_in_order(transport)


def _frame(kind: int, payload: bytes) -> bytes:
    """A frame of HTTP/2 that belongs to no stream."""
    return len(payload).to_bytes(3, "big") + bytes([kind, 0]) + bytes(4) + payload
