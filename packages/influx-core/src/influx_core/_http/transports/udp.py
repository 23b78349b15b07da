"""Sends line protocol to the UDP listener of InfluxDB 1.x, which does not respond.

The listener's own configuration names the database, the retention policy and the precision. Source:
https://docs.influxdata.com/influxdb/v1/supported_protocols/udp/
"""

from __future__ import annotations

import asyncio
from typing import Annotated
from urllib.parse import urlsplit

from influx_core._lineprotocol.split import split_lines
from influx_core._options.option_types import whole
from influx_core.errors import ConfigError, RequestTooLarge
from influx_core.interfaces import LocalResponse, Request, Response
from influx_core.timestamps import Precision

__all__ = ["UDPTransport"]

LARGEST_DATAGRAM = 65_507
"""Bytes that fit into one datagram over IPv4."""

_NO_CONTENT = 204

Payload = Annotated[int, whole(1, LARGEST_DATAGRAM)]


class UDPTransport:
    """Sends writes in datagrams, split at line ends; there is no acknowledgement.

    Args:
        payload: the largest number of bytes per datagram. A datagram larger than a packet of the
            network (1,472 bytes on Ethernet) is lost if any of its fragments is.
        precision: the precision of the listener; writes with another one are refused.

    Raises:
        ConfigError: a datagram cannot have this size.
    """

    def __init__(self, *, payload: Payload = 1_400, precision: Precision = "ns") -> None:
        if not 1 <= payload <= LARGEST_DATAGRAM:
            raise ConfigError(f"udp: payload {payload} is not between 1 and {LARGEST_DATAGRAM}")
        self._payload = payload
        self._precision = precision
        self._sockets: dict[str, asyncio.DatagramTransport] = {}
        self._closed = False

    async def send(self, request: Request) -> Response:
        """Send the lines of a write; the response says that they were sent.

        Raises:
            ConfigError: the request is not a write that the listener supports.
            RequestTooLarge: a line does not fit into a datagram; nothing was sent.
            ConnectionError: the host name cannot be resolved.
        """
        self._check(request)
        datagrams = list(split_lines(request.body, self._payload))
        if max(map(len, datagrams), default=0) > LARGEST_DATAGRAM:
            raise RequestTooLarge(f"udp: a line is longer than {LARGEST_DATAGRAM} bytes")
        socket = await self._socket(request.base_url)
        for datagram in datagrams:
            socket.sendto(datagram)
        return LocalResponse(_NO_CONTENT)

    async def aclose(self) -> None:
        """Close the sockets after sending their data."""
        self._closed = True
        while self._sockets:
            _, socket = self._sockets.popitem()
            socket.close()
            await asyncio.sleep(0)  # the loop closes it in its next turn

    def _check(self, request: Request) -> None:
        if self._closed:
            raise ConfigError("the client is closed: make a new one")
        if request.path != "/write":
            raise ConfigError(
                f"udp carries writes of api 'v1' and nothing else, not {request.path}"
            )
        precision = dict(request.params).get("precision")
        if precision != self._precision:
            raise ConfigError(
                f"udp: the listener takes timestamps for {self._precision}, not {precision}; say "
                "transport={'type': 'udp', 'precision': ...} if it is configured otherwise"
            )

    async def _socket(self, base_url: str) -> asyncio.DatagramTransport:
        if base_url not in self._sockets:
            parts = urlsplit(base_url)
            if parts.hostname is None or parts.port is None:
                raise ConfigError(f"{base_url!r} needs host and port: udp://localhost:8089")
            try:
                made, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                    asyncio.DatagramProtocol, remote_addr=(parts.hostname, parts.port)
                )
            except OSError as error:
                raise ConnectionError(f"{parts.hostname}: {error}") from error
            self._sockets[base_url] = made
        return self._sockets[base_url]
