"""Limits the size of one JSON value, so that an endless one does not fill the memory."""

from __future__ import annotations

from influx_core.errors import DecodeError

__all__ = ["TokenLimit"]

STEP = 1 << 25
"""Bytes of an unfinished document after which its end is looked at, again and again."""

MAX_TOKEN = 1 << 24
"""The most bytes of one value; InfluxDB stores texts of at most 64 KB (1.x) or 1 MB (3.x)."""


class TokenLimit:
    """Follows an unfinished document; normal ones end before the first look."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._in_text = self._escaped = False
        self._open = 0

    def hold(self, data: bytes) -> None:
        """Take the next bytes of a document.

        Raises:
            DecodeError: its last value is too long.
        """
        self._pieces.append(data)
        self._size += len(data)
        if self._size >= STEP:
            self._look(b"".join(self._pieces))
            self._pieces, self._size = [], 0

    def _look(self, data: bytes) -> None:
        data = self._without_escapes(data)
        if data.count(b'"') % 2:
            self._in_text = not self._in_text
        ends = (b'"',) if self._in_text else (b'"', b",", b"]", b"}")
        last = max(map(data.rfind, ends))
        self._open = self._open + len(data) if last < 0 else len(data) - last - 1
        if self._open > MAX_TOKEN:
            raise DecodeError(f"a value of JSON is longer than {MAX_TOKEN:,} bytes")

    def _without_escapes(self, data: bytes) -> bytes:
        """Leave out escaped quotes and backslashes, so that every quote begins or ends a text."""
        if self._escaped:
            data = data[1:]
        data = data.replace(b"\\\\", b"")
        self._escaped = data.endswith(b"\\")
        return data.replace(b'\\"', b"")
