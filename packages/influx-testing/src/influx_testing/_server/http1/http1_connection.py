"""HTTP1Connection: a connection of HTTP/1.1 with the limits and the refusals of Go's server."""

from __future__ import annotations

import asyncio
import logging
from typing import Self

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError, LineTooLong

from influx_testing._flavors.cancellation import Cancellation

__all__ = ["UNSUPPORTED_VERSION", "HTTP1Connection", "refuse"]

_LOGGER = logging.getLogger("influx_testing.http")
_NO_ACCESS_LOG = logging.Logger("influx_testing.access", logging.CRITICAL)
_HEAD_BYTES = 2**20 + 2**12
"""The longest URL and header: Go's limit for all of them together, with what it allows beyond."""

_BAD_REQUEST = "400 Bad Request"
_TOO_LARGE = "431 Request Header Fields Too Large"
UNSUPPORTED_VERSION = "505 HTTP Version Not Supported: unsupported protocol version"


def _is_server_problem(record: logging.LogRecord) -> bool:
    """Whether to log a record as it is; errors of clients become one line at DEBUG instead."""
    error = record.exc_info[1] if record.exc_info else None
    if not isinstance(error, ConnectionError | HttpProcessingError):
        return True
    _LOGGER.debug("a client sent a bad request or went away: %s", " ".join(str(error).split()))
    return False


_LOGGER.addFilter(_is_server_problem)


class HTTP1Connection(web.RequestHandler):
    """A connection that refuses requests which are not HTTP as Go does, and no long ones.

    Args:
        server: the server of the application.

    Attributes:
        cancellation: is set if the connection is lost; that of the request, of which there is one
            at a time.
    """

    __slots__ = ("cancellation",)

    def __init__(self, server: web.Server) -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            logger=_LOGGER,
            access_log=_NO_ACCESS_LOG,
            auto_decompress=False,
            max_line_size=_HEAD_BYTES,
            max_field_size=_HEAD_BYTES,
            max_headers=_HEAD_BYTES,
        )
        self.cancellation: Cancellation | None = None

    @classmethod
    def of(cls, request: web.Request) -> Self:
        """The connection of a request."""
        assert isinstance(request.protocol, cls)
        return request.protocol

    def connection_lost(self, exc: BaseException | None) -> None:
        """Stop the work for the request."""
        if self.cancellation is not None:
            self.cancellation.set()
        super().connection_lost(exc)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Refuse what is not HTTP; other errors are handled by aiohttp."""
        response = super().handle_error(request, status, exc, message)
        return refuse(request, _reason(exc)) if status == 400 else response


def refuse(request: web.BaseRequest, reason: str) -> web.StreamResponse:
    """Respond with a status as Go does, and close the connection.

    aiohttp would repeat the version of the request in its status line.
    """
    if request.transport is not None:
        head = f"HTTP/1.1 {reason}\r\nContent-Type: text/plain; charset=utf-8\r\n"
        request.transport.write(f"{head}Connection: close\r\n\r\n{reason}".encode())
        request.transport.close()
    return web.Response()


def _reason(error: BaseException | None) -> str:
    if isinstance(error, LineTooLong):
        return _TOO_LARGE
    text = str(error)
    if "Invalid HTTP version" in text:
        return UNSUPPORTED_VERSION
    return (
        f"{_BAD_REQUEST}: missing required Host header"
        if "Missing 'Host'" in text
        else _BAD_REQUEST
    )
