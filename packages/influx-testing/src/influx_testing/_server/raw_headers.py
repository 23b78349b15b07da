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
    """Whether aiohttp would write these headers: no control characters, and all is UTF-8."""
    return not any(map(_REFUSED.search, headers.values()))


class RawHeaderResponse(web.StreamResponse):
    """An answer that is written byte by byte as it is; names of headers are ASCII.

    Args:
        status: the HTTP status.
        headers: their values hold anything but line ends; surrogates are bytes of no UTF-8.
        body: all of it.
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
        """Whether the connection serves another request."""
        return self._stays

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Write everything."""
        self._stays = request.keep_alive
        if request.transport is not None:
            request.transport.write(self._data)
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing is left to write."""
