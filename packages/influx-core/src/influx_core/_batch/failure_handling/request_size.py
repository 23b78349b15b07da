"""Limits the size of requests after 413 responses.

The limit of a target follows additive increase, multiplicative decrease (AIMD): it is half of the
size that was refused, and grows by a small part after each large request that was stored.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from influx_core._batch.queueing.chunk import EncodedChunk, bytes_in, halves
from influx_core.interfaces import Target

__all__ = ["RequestSizes", "divide"]

logger = logging.getLogger(__name__)

_GROWTH = 64
"""Each large stored request raises the limit by 1/64; it doubles after about 45 requests."""


class RequestSizes:
    """The limits of the targets for which a request was refused as too large."""

    def __init__(self) -> None:
        self._limits: dict[Target, int] = {}
        self._refused: dict[Target, int] = {}

    def limit(self, target: Target) -> int | None:
        """Return the most bytes of a request for a target; None if no limit is known."""
        return self._limits.get(target)

    def refused(self, target: Target, size: int) -> None:
        """Lower the limit, because a request of `size` bytes was too large."""
        limit = self._limits.get(target)
        if limit is None:
            logger.warning(
                "%d bytes are too much for one request to %s, the next ones are smaller",
                size,
                target.db,
            )
        self._refused[target] = max(size, self._refused.get(target, 0))
        self._limits[target] = max(1, min(size // 2, limit or size))

    def stored(self, target: Target, size: int) -> None:
        """Raise the limit if the stored request of `size` bytes was larger than half of it."""
        limit = self._limits.get(target)
        if limit is None or size <= limit // 2:
            return
        self._limits[target] = limit = limit + limit // _GROWTH + 1
        if limit > self._refused[target]:  # the server now accepts what it refused
            del self._limits[target], self._refused[target]


def divide(chunks: Sequence[EncodedChunk], limit: int | None) -> list[list[EncodedChunk]]:
    """Divide chunks, in order, into parts of at most `limit` bytes, but of at least one point."""
    if limit is None or bytes_in(chunks) <= limit:
        return [list(chunks)]
    parts: list[list[EncodedChunk]] = [[]]
    size = 0
    for chunk in chunks:
        for piece in _pieces(chunk, limit):
            if parts[-1] and size + len(piece.lines) > limit:
                parts.append([])
                size = 0
            parts[-1].append(piece)
            size += len(piece.lines)
    return parts


def _pieces(chunk: EncodedChunk, limit: int) -> list[EncodedChunk]:
    if len(chunk.lines) <= limit:
        return [chunk]
    first, second = halves([chunk])
    if not first:
        return [chunk]
    return [piece for half in first + second for piece in _pieces(half, limit)]
