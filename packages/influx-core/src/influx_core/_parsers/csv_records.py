"""Divides CSV that arrives in pieces into complete records."""

from __future__ import annotations

from influx_core.errors import DecodeError

__all__ = ["LONGEST_RECORD", "RecordSplitter"]

LONGEST_RECORD = 16_000_000
"""The longest line in bytes: far more than a row can have."""


class RecordSplitter:
    """Returns complete records, and holds the beginning of the next one.

    Args:
        format_name: the format, for errors.
    """

    def __init__(self, format_name: str) -> None:
        self._format = format_name
        self._held: list[bytes] = []
        self._size = 0
        self._quoted = False

    @property
    def held(self) -> bytes:
        """The beginning of a record that is not complete yet."""
        return b"".join(self._held)

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes; return the records that they complete, empty for none.

        Raises:
            DecodeError: a record is longer than any row can be.
        """
        end = _end_of_records(data, quoted=self._quoted)
        self._quoted ^= data.count(b'"') % 2 == 1
        records = b""
        if end:
            records = b"".join([*self._held, data[:end]])
            self._held, self._size, data = [], 0, data[end:]
        if data:
            self._held.append(data)
            self._size += len(data)
        if self._size > LONGEST_RECORD:
            raise DecodeError(f"not {self._format}: a line without an end")
        return records

    def finish(self) -> None:
        """Make sure that the last record was complete.

        Raises:
            DecodeError: it was not.
        """
        if self._held:
            raise DecodeError("the response is incomplete: its last line of CSV has no newline")


def _end_of_records(data: bytes, *, quoted: bool) -> int:
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
