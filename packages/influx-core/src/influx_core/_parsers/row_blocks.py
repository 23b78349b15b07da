"""Rows that are kept as the bytes of the response, since lists would need far more memory.

A row of two numbers is some twenty bytes of JSON and some 150 bytes of Python objects.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence

from influx_core._columns.arrow_layout import Column, Kind
from influx_core._columns.column_types import columns_of
from influx_core._columns.growing_column import GrowingColumn
from influx_core._results.lazy_rows import LazyRows, Lists

__all__ = [
    "BLOCK_BYTES",
    "MOST_AS_LISTS",
    "BlockRows",
    "Irregular",
    "columns_of_blocks",
    "lists_need_much",
]

MOST_AS_LISTS = 1 << 20
"""The bytes of a response whose rows become lists at once, whatever memory they need."""

BLOCK_BYTES = 1 << 16
"""The bytes that are parsed at a time: few enough for the caches of a processor."""

MOST_GROWTH = 3
"""Lists may take as many times the memory of their bytes."""

LIST_BYTES, VALUE_BYTES = 72, 40
"""What Python needs for an empty list; and for a value with its place in the list."""

_NUMBERS: frozenset[Kind] = frozenset({"integer", "unsigned", "float"})


class Irregular(Exception):
    """Bytes that have to be decoded as a whole, which tells what is wrong with them."""


class BlockRows(LazyRows):
    """The bytes of rows, in blocks that are parsed when they are read.

    Args:
        blocks: the bytes of whole rows, and how many rows they are.
    """

    def __init__(self, blocks: Sequence[tuple[memoryview, int]]) -> None:
        self._blocks = blocks
        self._rows = sum(rows for _, rows in blocks)

    def __len__(self) -> int:
        return self._rows

    def blocks(self) -> Iterator[Lists]:
        """Parse the rows, a block at a time."""
        return (self.decoded(block, rows) for block, rows in self._blocks)

    @abstractmethod
    def decoded(self, block: memoryview, rows: int) -> Lists:
        """Parse a block of so many rows."""


def columns_of_blocks(names: Sequence[str], blocks: Iterable[Lists]) -> Iterator[Column]:
    """Make columns of rows, a block at a time.

    Args:
        names: the names of the columns.
        blocks: the rows.

    Raises:
        Irregular: blocks of a column have values of different kinds.
    """
    columns = [GrowingColumn() for _ in names]
    for rows in blocks:
        for column, piece in zip(columns, columns_of(names, rows), strict=True):
            column.append(piece)
    columns.reverse()
    while columns:
        column = columns.pop()
        if len(column.kinds) > 1 and not column.kinds <= _NUMBERS:
            raise Irregular
        yield column.joined()


def lists_need_much(lists: int, values: int, size: int) -> bool:
    """Whether so many lists and values take too many times the memory of their bytes."""
    return LIST_BYTES * lists + VALUE_BYTES * values > MOST_GROWTH * size
