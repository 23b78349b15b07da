"""Rows of MessagePack that are kept as bytes, since lists would need far more memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from influx_core._columns.arrow_layout import Column
from influx_core._parsers.msgpack.msgpack_layout import DocumentEnd, rows_pattern
from influx_core._parsers.msgpack.msgpack_times import time_of
from influx_core._parsers.row_blocks import (
    BLOCK_BYTES,
    BlockRows,
    Irregular,
    columns_of_blocks,
    lists_need_much,
)
from influx_core._results.lazy_rows import Lists
from influx_core._runtime.gc_pause import gc_paused
from influx_core.errors import DecodeError

__all__ = ["MessagePackRows", "PackedRows", "columns_of_rows"]

_STEPS = (1024, 32, 1)
"""The numbers of rows that are stepped over at once."""

_rows = msgspec.msgpack.Decoder(list[list[Any]], ext_hook=time_of)


class PackedRows:
    """An array of rows, as bytes.

    Args:
        data: the array.
        width: the number of values of each row.

    Attributes:
        count: the number of rows.

    Raises:
        Irregular: it is not an array.
    """

    def __init__(self, data: memoryview, width: int) -> None:
        self._data = data
        self._width = width
        first = data[0]
        size = {0xDC: 2, 0xDD: 4}.get(first, 0)
        if not size and first & 0xF0 != 0x90:
            raise Irregular
        self.count = int.from_bytes(data[1 : 1 + size], "big") if size else first & 0x0F
        self._start = 1 + size

    @property
    def need_much(self) -> bool:
        """Whether lists of the rows would take too many times the memory."""
        return lists_need_much(self.count, self.count * self._width, len(self._data))

    def lists(self) -> Lists:
        """Parse all rows.

        Raises:
            Irregular: they are not rows of the width.
        """
        return self._checked(_rows.decode, self._data)

    def blocks(self) -> Iterator[tuple[memoryview, Lists]]:
        """The bytes of the rows in blocks, and the rows in each; one empty block without rows.

        Raises:
            Irregular: they are not rows of the width.
        """
        position, left = self._start, self.count
        while True:
            end, rows = self._block_end(position, left)
            block = self._data[position:end]
            yield block, self._checked(_decoded, block, rows)
            position, left = end, left - rows
            if not left:
                break
        if position != len(self._data):
            raise Irregular

    def _block_end(self, position: int, left: int) -> tuple[int, int]:
        """The end of the next block, and how many rows are in it."""
        start, rows = position, 0
        while rows < left and position - start < BLOCK_BYTES:
            count, position = self._step(position, left - rows)
            rows += count
        return position, rows

    def _step(self, position: int, most: int) -> tuple[int, int]:
        """The number of rows that are stepped over, and their end."""
        for count in _STEPS:
            if count <= most and (
                found := rows_pattern(self._width, count).match(self._data, position)
            ):
                return count, found.end()
        end = DocumentEnd(position=position).found(self._data)
        if end is None:
            raise Irregular
        return 1, end

    def _checked(self, decode: Any, *arguments: Any) -> Lists:
        try:
            with gc_paused():
                rows: Lists = decode(*arguments)
        except (msgspec.MsgspecError, DecodeError, ValueError, RecursionError) as error:
            raise Irregular from error
        if set(map(len, rows)) - {self._width}:
            raise Irregular
        return rows


class MessagePackRows(BlockRows):
    """The bytes of rows, in blocks that are parsed when they are read.

    All are parsed once before, to know that they are valid.

    Args:
        rows: the rows.

    Raises:
        Irregular: they are not rows of their width.
    """

    def __init__(self, rows: PackedRows) -> None:
        super().__init__([(block, len(lists)) for block, lists in rows.blocks()])

    def decoded(self, block: memoryview, rows: int) -> Lists:
        """Parse the bytes of whole rows, without the head of an array."""
        with gc_paused():
            return _decoded(block, rows)


def _decoded(block: memoryview, rows: int) -> Lists:
    """Parse so many rows."""
    return _rows.decode(b"".join((b"\xdd", rows.to_bytes(4, "big"), block)))


def columns_of_rows(names: Sequence[str], rows: PackedRows) -> Iterator[Column]:
    """Make columns of rows, a block at a time.

    Raises:
        Irregular: they are not rows of their width, or blocks of a column have values of different
            kinds.
    """
    return columns_of_blocks(names, (lists for _, lists in rows.blocks()))
