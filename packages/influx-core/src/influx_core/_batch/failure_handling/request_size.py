"""How large a request may be: what a server, or a proxy before it, has taught with 413."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from influx_core._batch.queueing.chunk import EncodedChunk, bytes_in, halves, points_in
from influx_core.interfaces import Target

__all__ = ["RequestSizes", "cut"]

logger = logging.getLogger(__name__)

_GROWTH = 64
"""After every request that was stored the limit grows by such a part: it doubles in some 45."""


class RequestSizes:
    """The limits of those targets that have refused a request as too large."""

    def __init__(self) -> None:
        self._limits: dict[Target, int] = {}
        self._refused: dict[Target, int] = {}

    def limit(self, target: Target) -> int | None:
        """Bytes a request for a target may have; None if nothing is known."""
        return self._limits.get(target)

    def refused(self, target: Target, size: int) -> None:
        """A request of so many bytes was too large: half of that may do."""
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
        """A request was not too large: one a little larger may not be either, if it was large."""
        limit = self._limits.get(target)
        if limit is None or size <= limit // 2:
            return
        self._limits[target] = limit = limit + limit // _GROWTH + 1
        if limit > self._refused[target]:  # whatever the reason was, it is gone
            del self._limits[target], self._refused[target]


def cut(chunks: Sequence[EncodedChunk], limit: int | None) -> list[list[EncodedChunk]]:
    """Cut chunks into parts, in order, of at most so many bytes, but of one point at least."""
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
    if len(chunk.lines) <= limit or points_in([chunk]) == 1:
        return [chunk]
    (first,), (second,) = halves([chunk])
    return _pieces(first, limit) + _pieces(second, limit)
