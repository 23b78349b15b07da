"""Reads text in blocks of whole lines; a newline inside a quoted field ends no line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from influx_copy.errors import RangeIncomplete
from influx_core.codec import whole_lines

__all__ = ["line_blocks"]

BLOCK_BYTES = 1 << 20

MOST_BYTES = 64 << 20
"""The most bytes of one line, so that a string without an end does not fill the memory."""


def line_blocks(stream: IO[bytes], *, quoted: bool, length: int | None = None) -> Iterator[bytes]:
    """Yield the text of a stream in blocks that end with a line.

    Args:
        stream: the open file.
        quoted: whether fields in quotes may have newlines, as in line protocol.
        length: the bytes to read; None for all.

    Raises:
        RangeIncomplete: a line is too long.
    """
    held = b""
    while data := stream.read(BLOCK_BYTES if length is None else min(BLOCK_BYTES, length)):
        length = None if length is None else length - len(data)
        held += data
        end = whole_lines(held) if quoted else held.rfind(b"\n") + 1
        if end:
            yield held[:end]
            held = held[end:]
        elif len(held) > MOST_BYTES:
            raise RangeIncomplete(
                f"a line has more than {MOST_BYTES:,} bytes: a quote may have no end"
            )
    if held:
        yield held
