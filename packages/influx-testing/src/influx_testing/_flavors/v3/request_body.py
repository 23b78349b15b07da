"""Reads the bodies of requests to 3.x, with the errors of its server."""

from __future__ import annotations

from influx_core.interfaces import Request
from influx_testing._flavors.parameters import BodyTooLarge, body_of
from influx_testing._flavors.settings import Settings
from influx_testing._flavors.v3.v3_replies import plain_error

__all__ = ["body_bytes", "checked_lines"]

_GZIP_ERRORS = {
    "EOF": "unexpected end of file",
    "gzip: invalid checksum": "corrupt gzip stream does not have a matching checksum",
    "gzip: invalid header": "invalid gzip header",
    "unexpected EOF": "unexpected end of file",
}
"""The server's errors for invalid gzip data, by those of InfluxDB 1.x."""


def body_bytes(request: Request, settings: Settings) -> bytes:
    """Return the uncompressed body of a request.

    Raises:
        Reply: the body is too large, or is compressed in another way than by gzip.
    """
    encoding = request.headers.get("content-encoding", "identity")
    if encoding not in {"gzip", "identity"}:
        raise plain_error(400, f"unacceptable content-encoding: {encoding}")
    limit = settings.max_body_size
    try:
        return body_of(request, limit)
    except BodyTooLarge:
        raise plain_error(413, f"max request size ({limit} bytes) exceeded") from None
    except (EOFError, OSError) as error:
        reason = _GZIP_ERRORS.get(str(error), "corrupt deflate stream")
        raise plain_error(400, f"error decoding gzip stream: {reason}") from error


def checked_lines(request: Request, settings: Settings) -> bytes:
    """Return the uncompressed body of a request, which is UTF-8.

    Raises:
        Reply: the body is refused.
    """
    body = body_bytes(request, settings)
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise plain_error(400, f"body content is not valid utf8: {_utf8_error(error)}") from error
    return body


def _utf8_error(error: UnicodeDecodeError) -> str:
    if error.reason == "unexpected end of data":
        return f"incomplete utf-8 byte sequence from index {error.start}"
    return f"invalid utf-8 sequence of {error.end - error.start} bytes from index {error.start}"
