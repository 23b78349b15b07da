"""Sends responses with header characters that Go writes but aiohttp refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import formatdate
from http import HTTPStatus

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

__all__ = ["RawHeaderResponse", "is_sendable"]

_REFUSED = re.compile("[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")


def is_sendable(headers: Mapping[str, str]) -> bool:
    """Whether aiohttp can write these headers: no control characters, only valid UTF-8."""
    return not any(map(_REFUSED.search, headers.values()))


class RawHeaderResponse(web.StreamResponse):
    """A response whose headers are written unchanged, without the checks of aiohttp.

    Args:
        status: the HTTP status.
        headers: names in ASCII; values without line ends. A lone surrogate stands for a byte that
            is not valid UTF-8 (`surrogateescape`).
        body: the whole body.
    """

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        super().__init__(status=status)
        named = {
            **headers,
            "Content-Length": str(len(body)),
            "Date": formatdate(usegmt=True),
        }
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
        lines += [f"{name}: {value}" for name, value in named.items()]
        head = "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")
        self._data = head + body
        self._stays = False

    @property
    def keep_alive(self) -> bool | None:
        """Whether the connection stays open for another request."""
        return self._stays

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Write the whole response; returns no writer, because nothing follows."""
        self._stays = request.keep_alive
        if request.transport is not None:
            request.transport.write(self._data)
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Do nothing: `prepare` has written the whole response."""
