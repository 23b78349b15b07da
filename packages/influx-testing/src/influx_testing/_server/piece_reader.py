"""Reads the pieces of a response, in a thread if a slow query would stop the server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any, Protocol, TypeVar

__all__ = ["DirectReader", "PieceReader", "ThreadReader"]

_T = TypeVar("_T")
_BATCH_BYTES = 256 << 10
_LEAST_BYTES = 16 << 10
"""As how large a small piece counts, because of the time that it takes to make it."""


class PieceReader(Protocol):
    """Runs functions, and reads the iterables that they return."""

    async def run(self, function: Callable[..., _T], *arguments: Any) -> _T:
        """Run a function."""
        ...

    def batches(self, pieces: Iterable[_T]) -> AsyncGenerator[Sequence[_T]]:
        """Read pieces, one or several at a time."""
        ...


class DirectReader:
    """Runs functions in the thread of the event loop; other tasks run between some pieces."""

    async def run(self, function: Callable[..., _T], *arguments: Any) -> _T:
        """Run a function."""
        return function(*arguments)

    async def batches(self, pieces: Iterable[_T]) -> AsyncGenerator[Sequence[_T]]:
        """Read pieces, one at a time."""
        size = 0
        for piece in pieces:
            yield (piece,)
            size += _LEAST_BYTES + (len(piece) if isinstance(piece, bytes) else 0)
            if size >= _BATCH_BYTES:
                size = 0
                await asyncio.sleep(0)


class ThreadReader:
    """Runs functions in threads, and reads iterables there.

    Args:
        threads: runs the functions.
    """

    def __init__(self, threads: Executor) -> None:
        self._threads = threads

    async def run(self, function: Callable[..., _T], *arguments: Any) -> _T:
        """Run a function in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, function, *arguments)

    async def batches(self, pieces: Iterable[_T]) -> AsyncGenerator[Sequence[_T]]:
        """Read pieces: as many at a time as make up some hundred KB.

        An empty piece, or one that is not bytes, ends a batch: the next one may take a while.
        The next ones are read when these have been taken, so that memory is bounded.
        """
        if isinstance(pieces, tuple):
            yield pieces  # pyright: ignore[reportUnknownVariableType]
            return
        iterator = iter(pieces)
        reading: asyncio.Future[tuple[list[_T], bool]] | None = None
        more = True
        try:
            while more:
                reading = asyncio.ensure_future(self.run(partial(_batch, iterator)))
                batch, more = await asyncio.shield(reading)
                yield batch
        finally:
            if more:
                await self._close(iterator, reading)

    async def _close(self, iterator: Iterator[Any], reading: asyncio.Future[Any] | None) -> None:
        """Close a generator, after the thread that reads it has stopped."""
        if reading is not None and not reading.done():
            await asyncio.wait({reading})
        close = getattr(iterator, "close", None)
        if close is not None:
            await self.run(close)


def _batch(iterator: Iterator[_T]) -> tuple[list[_T], bool]:
    """Some of the pieces, and whether there may be more."""
    batch: list[_T] = []
    size = 0
    for piece in iterator:
        batch.append(piece)
        if not isinstance(piece, bytes) or not piece:
            return batch, True
        size += len(piece)
        if size >= _BATCH_BYTES:
            return batch, True
    return batch, False
