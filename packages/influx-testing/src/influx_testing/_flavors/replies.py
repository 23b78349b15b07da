"""Creates responses: common headers, compression, and plain errors."""

from __future__ import annotations

import re
import uuid
import zlib
from collections.abc import Iterable, Iterator, Mapping

from influx_core.interfaces import LocalResponse, Request

__all__ = ["NO_CONTENT_TYPE", "Reply", "error_header", "page_not_found", "printable", "text_reply"]

NO_CONTENT_TYPE = {"content-type": ""}
"""Headers of a reply that does not say what its body is."""

_HEADER_BYTES = 1024
"""Where the header that repeats an error is cut."""

_CROSS_ORIGIN = {
    "access-control-allow-headers": "Accept, Accept-Encoding, Authorization, Content-Length, "
    "Content-Type, X-CSRF-Token, X-HTTP-Method-Override",
    "access-control-allow-methods": "DELETE, GET, OPTIONS, POST, PUT",
    "access-control-expose-headers": "Date, X-InfluxDB-Version, X-InfluxDB-Build",
}
"""What pages of other origins may do: everything."""


class Reply(Exception):
    """A response on its way; it can be raised to end the handling of a request.

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
        """Finish the response to a request."""
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
        pieces = () if request.method == "HEAD" else self.pieces
        if pieces and "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            pieces = _packed(pieces)
        return LocalResponse(self.status, headers, pieces)


def error_header(message: str) -> str:
    """The text of an error in one line and cut short, as the header `x-influxdb-error` has it."""
    data = re.sub("[\r\n]", " ", message).encode("utf-8", "surrogateescape")[:_HEADER_BYTES]
    return data.decode("utf-8", "surrogateescape")


def printable(text: str) -> str:
    """A text with every byte replaced that is no UTF-8."""
    return re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text)


def _request_id(request: Request) -> str:
    """A request's own id, or a new one."""
    given = request.headers.get("x-request-id") or request.headers.get("request-id")
    return given or str(uuid.uuid4())


def _packed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(level=6, wbits=zlib.MAX_WBITS | 16)
    for piece in pieces:
        yield packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)
    yield packer.flush()


def text_reply(status: int, text: str) -> Reply:
    """A reply of plain text, with a line end."""
    headers = {"content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff"}
    return Reply(status, (f"{text}\n".encode(),), headers)


def page_not_found() -> Reply:
    """What unknown paths answer."""
    return text_reply(404, "404 page not found")
