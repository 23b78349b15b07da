"""Transports: they send requests, and own the sockets."""

from __future__ import annotations

from typing import Protocol

from influx_core.interfaces.requests import Request, Response

__all__ = ["FormatTransport", "Transport"]


class Transport(Protocol):
    """Sends requests. Owns sockets, and does not depend on InfluxDB.

    The factory is called without positional arguments, possibly while no event loop is running.
    """

    async def send(self, request: Request) -> Response:
        """Send one request; return when the status and the headers have arrived.

        Redirects are not followed, and cookies not kept.

        Raises:
            ConnectionError: the request was not sent; another attempt is safe.
            TimeoutError: no response in `request.timeout` seconds, or the connection broke after
                the request was sent: it may have been applied.
        """
        ...

    async def aclose(self) -> None:
        """Close all connections; safe to call twice."""
        ...


class FormatTransport(Transport, Protocol):
    """A transport that also gets responses to queries in formats that the server's HTTP lacks.

    If the client's deserializer is `auto`, its queries ask for such a format. Other transports do
    not have the attribute.
    """

    @property
    def query_formats(self) -> frozenset[str]:
        """The MIME types of these formats."""
        ...
