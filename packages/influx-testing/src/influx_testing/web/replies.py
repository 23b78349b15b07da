"""Makes responses: the headers every reply has, packing, and plain errors."""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Iterable, Iterator, Mapping

from influx_core.interfaces import LocalResponse, Request

__all__ = ["Reply", "page_not_found", "text_reply"]


class Reply(Exception):
    """A response on its way; it can be raised to end the handling of a request.

    Args:
        status: the HTTP status.
        pieces: the body.
        headers: names in lower case.
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
        pieces = () if request.method == "HEAD" else self.pieces
        if pieces and "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            pieces = _packed(pieces)
        return LocalResponse(self.status, headers, pieces)


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
