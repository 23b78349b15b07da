"""Rows of JSON that are kept as text, since lists would need far more memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from influx_core._columns.arrow_layout import Column
from influx_core._parsers.row_blocks import (
    BLOCK_BYTES,
    BlockRows,
    Irregular,
    columns_of_blocks,
    lists_need_much,
)
from influx_core._results.lazy_rows import Lists
from influx_core._runtime.gc_pause import gc_paused

__all__ = ["JSONTextRows", "columns_of_text", "lists_are_large"]

_SAMPLES = 16
_SAMPLE_BYTES = 1 << 10

_rows = msgspec.json.Decoder(list[list[Any]])


class JSONTextRows(BlockRows):
    """The text of rows, in blocks that are parsed when they are read.

    All are parsed once before, to know that they are valid.

    Args:
        text: a JSON array of rows.
        width: the number of values of each row.

    Raises:
        Irregular: it is not that.
    """

    def __init__(self, text: memoryview, width: int) -> None:
        super().__init__([(block, len(rows)) for block, rows in _checked(text, width)])

    def decoded(self, block: memoryview, rows: int) -> Lists:
        """Parse the text of whole rows, without the brackets around all of them."""
        return _decoded(block)


def columns_of_text(names: Sequence[str], text: memoryview) -> Iterator[Column]:
    """Make columns of rows, a block at a time.

    Args:
        names: the names of the columns.
        text: a JSON array of rows.

    Raises:
        Irregular: it is not that, or blocks of a column have values of different kinds.
    """
    return columns_of_blocks(names, (rows for _, rows in _checked(text, len(names))))


def _checked(text: memoryview, width: int) -> Iterator[tuple[memoryview, Lists]]:
    """The blocks of an array of rows, and the rows in each."""
    if bytes(text[:1]) != b"[":
        raise Irregular
    for block in _divided(text):
        try:
            rows = _decoded(block)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise Irregular from error
        if set(map(len, rows)) - {width}:
            raise Irregular
        yield block, rows


def _divided(text: memoryview) -> Iterator[memoryview]:
    """Cut an array between two rows, at what may also be within a string.

    A piece that ends within a string is not valid, so it is noticed.
    """
    start, stop = 1, len(text) - 1
    while stop - start > BLOCK_BYTES:
        end = bytes(text[start + BLOCK_BYTES : start + 2 * BLOCK_BYTES]).find(b"],[")
        if end < 0 or start + BLOCK_BYTES + end + 1 >= stop:
            break
        end += start + BLOCK_BYTES + 1
        yield text[start:end]
        start = end + 1
    yield text[start:stop]


def _decoded(text: memoryview) -> Lists:
    with gc_paused():
        return _rows.decode(b"".join((b"[", text, b"]")))


def lists_are_large(document: bytes | memoryview) -> bool:
    """Whether lists of the rows of a document would take too many times its memory.

    It looks at some places of the document only.
    """
    step = max(len(document) // _SAMPLES, _SAMPLE_BYTES)
    text = b"".join(
        bytes(document[start : start + _SAMPLE_BYTES]) for start in range(0, len(document), step)
    )
    lists, values = text.count(b"]"), text.count(b",")
    return lists_need_much(lists, values, len(text))
