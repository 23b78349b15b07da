"""The size of requests, learnt from 413 responses.

The limit of a target follows additive increase, multiplicative decrease (AIMD): half of the size
that was refused, and a little more after each large request that was stored.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from influx_core._batch.queueing.chunk import EncodedChunk, bytes_in, halves
from influx_core.interfaces import Target

__all__ = ["RequestSizes", "divide"]

logger = logging.getLogger(__name__)

_GROWTH = 64
"""Each stored request raises the limit by this part of it: it doubles after some 45."""


class RequestSizes:
    """The limits of those targets that have refused a request as too large."""

    def __init__(self) -> None:
        self._limits: dict[Target, int] = {}
        self._refused: dict[Target, int] = {}

    def limit(self, target: Target) -> int | None:
        """Return the bytes that a request for a target may have; None for no known limit."""
        return self._limits.get(target)

    def refused(self, target: Target, size: int) -> None:
        """Lower the limit: a request of so many bytes was too large."""
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
        """Raise the limit, if a request of so many bytes says something about it."""
        limit = self._limits.get(target)
        if limit is None or size <= limit // 2:
            return
        self._limits[target] = limit = limit + limit // _GROWTH + 1
        if limit > self._refused[target]:  # what refused such requests is gone
            del self._limits[target], self._refused[target]


def divide(chunks: Sequence[EncodedChunk], limit: int | None) -> list[list[EncodedChunk]]:
    """Divide chunks into parts, in order, of at most so many bytes, but of at least one point."""
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
