"""Receives responses while their reader is busy, or has not come to them yet."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping

from influx_core.interfaces import Request, Response, Transport

__all__ = ["READ_AHEAD_BYTES", "ReadAheadTransport"]

READ_AHEAD_BYTES = 32 << 20
"""The most bytes of a response that wait for their reader; the server waits with the rest."""


class ReadAheadTransport:
    """Receives each response in the background, in memory of a limited size.

    Args:
        inner: sends the requests.
        limit: the most bytes of a response that are held, besides the last piece received.
    """

    def __init__(self, inner: Transport, limit: int = READ_AHEAD_BYTES) -> None:
        self._inner = inner
        self._limit = limit

    async def send(self, request: Request) -> Response:
        """Send one request; the body of its response is received from now on."""
        return _AheadResponse(await self._inner.send(request), self._limit)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._inner.aclose()


class _AheadResponse:
    """A response whose body is received by a task."""

    def __init__(self, response: Response, limit: int) -> None:
        self._response = response
        self._limit = limit
        self._pieces: deque[bytes] = deque()
        self._held = 0
        self._changed = asyncio.Event()
        self._ended = False
        self._error: Exception | None = None
        self._receiving = asyncio.create_task(self._receive())

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self._response.status

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, with names in lower case."""
        return self._response.headers

    async def chunks(self) -> AsyncIterator[bytes]:
        """Iterate over the body; an error follows the pieces that were received before it."""
        while True:
            while self._pieces:
                piece = self._pieces.popleft()
                self._held -= len(piece)
                self._changed.set()
                yield piece
            if self._ended:
                break
            await self._change()
        if self._error is not None:
            raise self._error

    async def aclose(self) -> None:
        """Stop receiving, and release the connection."""
        self._receiving.cancel()
        try:
            await asyncio.wait((self._receiving,))
        finally:
            await self._response.aclose()

    async def _receive(self) -> None:
        try:
            async for piece in self._response.chunks():
                while self._held >= self._limit:
                    await self._change()
                self._pieces.append(piece)
                self._held += len(piece)
                self._changed.set()
        except Exception as error:  # raised again to the reader
            self._error = error
        finally:
            self._ended = True
            self._changed.set()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()
