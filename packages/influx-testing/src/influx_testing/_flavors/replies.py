"""Creates responses: common headers, compression, and plain errors."""

from __future__ import annotations

import re
import uuid
import zlib
from collections.abc import Iterable, Iterator, Mapping

from influx_core.interfaces import LocalResponse, Request

__all__ = ["NO_CONTENT_TYPE", "Reply", "error_header", "page_not_found", "printable", "text_reply"]

NO_CONTENT_TYPE = {"content-type": ""}
"""The headers of a response without a content type."""

_HEADER_BYTES = 1024
"""The most bytes of the header that repeats an error."""

_CROSS_ORIGIN = {
    "access-control-allow-headers": "Accept, Accept-Encoding, Authorization, Content-Length, "
    "Content-Type, X-CSRF-Token, X-HTTP-Method-Override",
    "access-control-allow-methods": "DELETE, GET, OPTIONS, POST, PUT",
    "access-control-expose-headers": "Date, X-InfluxDB-Version, X-InfluxDB-Build",
}
"""The headers that allow web pages of other origins to send all requests."""


class Reply(Exception):
    """A response without its common headers; it can be raised to end the handling of a request.

    Args:
        status: the HTTP status.
        pieces: the body.
        headers: the headers, with names in lower case.
    """

    def __init__(
        self, status: int, pieces: Iterable[bytes] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status)
        self.status = status
        self.pieces = pieces
        self.headers = dict(headers or {})

    def response(self, request: Request, version: str) -> LocalResponse:
        """Add the common headers, and compress the body of a success if the request accepts it."""
        request_id = _request_id(request)
        headers = {
            "content-type": "application/json",
            "request-id": request_id,
            "x-influxdb-build": "OSS",
            "x-influxdb-version": version,
            "x-request-id": request_id,
            **self.headers,
        }
        if "origin" in request.headers and self.status not in {404, 405}:
            headers |= {"access-control-allow-origin": request.headers["origin"], **_CROSS_ORIGIN}
        if not headers["content-type"] or (request.method == "OPTIONS" and self.status == 200):
            del headers["content-type"]
        pieces = self.pieces
        if request.method == "HEAD":
            if pieces and isinstance(pieces, tuple):
                headers["content-length"] = str(sum(map(len, pieces)))
            pieces = ()
        if pieces and self.status == 200 and _may_be_packed(request, headers):
            headers["content-encoding"] = "gzip"
            pieces = _packed(pieces)
        return LocalResponse(self.status, headers, pieces)


def error_header(message: str) -> str:
    """The text of an error for the header `x-influxdb-error`: one line, limited in length."""
    data = re.sub("[\r\n]", " ", message).encode("utf-8", "surrogateescape")[:_HEADER_BYTES]
    return data.decode("utf-8", "surrogateescape").strip(" \t")


def printable(text: str) -> str:
    """Replace all bytes of a text that are not valid UTF-8."""
    return re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text)


def _request_id(request: Request) -> str:
    """The ID that a request has in its headers, or a new one."""
    given = request.headers.get("x-request-id") or request.headers.get("request-id")
    return given or str(uuid.uuid4())


def _may_be_packed(request: Request, headers: Mapping[str, str]) -> bool:
    """Whether the client accepts gzip; calls of gRPC compress each message, if any."""
    is_call = headers.get("content-type", "").startswith("application/grpc")
    return not is_call and "gzip" in request.headers.get("accept-encoding", "")


def _packed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(level=6, wbits=zlib.MAX_WBITS | 16)
    for piece in pieces:
        yield packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)
    yield packer.flush()


def text_reply(status: int, text: str) -> Reply:
    """A response of plain text and a newline."""
    headers = {"content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff"}
    return Reply(status, (f"{text}\n".encode(),), headers)


def page_not_found() -> Reply:
    """The response to an unknown path."""
    return text_reply(404, "404 page not found")
