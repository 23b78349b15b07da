"""Finds the ends of CSV records in bytes that arrive in pieces."""

from __future__ import annotations

__all__ = ["LONGEST_RECORD", "end_of_records"]

LONGEST_RECORD = 16_000_000
"""The longest line in bytes: far more than a row can have."""


def end_of_records(data: bytes, *, quoted: bool) -> int:
    """The position after the last newline outside quotes; 0 if there is none.

    Args:
        data: the bytes.
        quoted: whether the data begins inside quotes.
    """
    stop = len(data)
    outside = quoted == (data.count(b'"') % 2 == 1)
    while stop > 0:
        quote = data.rfind(b'"', 0, stop)
        if outside and (newline := data.rfind(b"\n", quote + 1, stop)) >= 0:
            return newline + 1
        stop, outside = quote, not outside
    return 0
