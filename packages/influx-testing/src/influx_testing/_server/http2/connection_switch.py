"""ConnectionSwitch: serves HTTP/1.1 and HTTP/2 on one port, by how a connection begins.

Source: https://www.rfc-editor.org/rfc/rfc9113#name-http-2-connection-preface
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

__all__ = ["HTTP_2_PREFACE", "ConnectionSwitch", "ProtocolFactory"]

HTTP_2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
"""What a client of HTTP/2 sends first."""

ProtocolFactory = Callable[[], asyncio.BaseProtocol]


class ConnectionSwitch(asyncio.Protocol):
    """A new connection: becomes one of HTTP/2 after its preface, otherwise one of HTTP/1.1.

    Args:
        http_1: makes the protocol of a connection of HTTP/1.1.
        http_2: makes the protocol of a connection of HTTP/2.
        open_: the transports of connections, added and removed by the switch and its protocols.
    """

    def __init__(
        self, http_1: ProtocolFactory, http_2: ProtocolFactory, open_: set[asyncio.Transport]
    ) -> None:
        self._http_1 = http_1
        self._http_2 = http_2
        self._open = open_
        self._transport: asyncio.Transport | None = None
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the first bytes, unless TLS has negotiated HTTP/2."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._open.add(transport)
        tls = transport.get_extra_info("ssl_object")
        if tls is not None and tls.selected_alpn_protocol() == "h2":
            self._become(self._http_2)

    def data_received(self, data: bytes) -> None:
        """Decide as soon as the bytes tell."""
        self._held += data
        if not HTTP_2_PREFACE.startswith(self._held[: len(HTTP_2_PREFACE)]):
            self._become(self._http_1)
        elif len(self._held) >= len(HTTP_2_PREFACE):
            self._become(self._http_2)

    def eof_received(self) -> bool | None:
        """Let HTTP/1.1 answer to a request that ended too early."""
        protocol = self._become(self._http_1)
        return protocol.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        if self._transport is not None:
            self._open.discard(self._transport)

    def _become(self, factory: ProtocolFactory) -> asyncio.Protocol:
        """Hand the connection over, with what has come."""
        protocol, transport = factory(), self._transport
        assert transport is not None
        assert isinstance(protocol, asyncio.Protocol)
        self._open.discard(transport)
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        if self._held:
            protocol.data_received(self._held)
        return protocol
