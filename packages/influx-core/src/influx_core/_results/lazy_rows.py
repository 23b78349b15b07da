"""LazyRows: rows that are made when they are read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, TypeAlias

__all__ = ["JoinedRows", "LazyRows", "Lists"]

Lists: TypeAlias = list[list[Any]]
"""Rows as lists of their values."""


class LazyRows(ABC):
    """Rows in a form that takes less memory than lists, such as the text of the response."""

    @abstractmethod
    def __len__(self) -> int:
        """The number of rows."""

    @abstractmethod
    def blocks(self) -> Iterator[Lists]:
        """Make all rows, in blocks, so that a loop holds few of them at a time."""

    def __iter__(self) -> Iterator[list[Any]]:
        return chain.from_iterable(self.blocks())


class JoinedRows(LazyRows):
    """Rows of several pieces, one after another."""

    def __init__(self, pieces: Sequence[LazyRows | Lists]) -> None:
        self._pieces = pieces
        self._length = sum(map(len, pieces))

    def __len__(self) -> int:
        return self._length

    def blocks(self) -> Iterator[Lists]:
        """The blocks of each piece; lists are one block."""
        for piece in self._pieces:
            yield from piece.blocks() if isinstance(piece, LazyRows) else [piece]
