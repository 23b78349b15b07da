"""Finds damage in SQLite's write-ahead log, and makes the rest of a damaged log readable.

SQLite takes the first frame with a wrong checksum for the end of the log, because a write that a
power failure cuts off looks the same. It ignores the transactions behind that frame without an
error, although they were durable. The format: https://www.sqlite.org/fileformat.html#walformat.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["damage_in", "repaired"]

Pair = tuple[int, int]

_HEADER = struct.Struct(">8I")
_FRAME = struct.Struct(">6I")
_CHECKSUM = struct.Struct(">2I")
_PAGE_BYTES = 4096
_FRAME_BYTES = _FRAME.size + _PAGE_BYTES

_LITTLE_ENDIAN = 0x377F0682
_BIG_ENDIAN = 0x377F0683
"""The first word of a log: the byte order of the words that its checksums add up."""
_BYTE_ORDERS = {_LITTLE_ENDIAN: "<", _BIG_ENDIAN: ">"}
_FORMAT = 3007000


class _Header(NamedTuple):
    """The beginning of a log. SQLite changes both salts when it begins the log anew."""

    order: str
    salts: Pair
    checksum: Pair


class _Frame(NamedTuple):
    """A page in a log: its position, and the values in front of it."""

    start: int
    page: int
    pages_after_commit: int
    salts: Pair
    checksum: Pair

    def commits(self, salts: Pair) -> bool:
        """Return whether a transaction ends here that is not older than the header of the log.

        One of the two salts is enough: the other one may be damaged.
        """
        current = self.salts[0] == salts[0] or self.salts[1] == salts[1]
        return current and self.pages_after_commit != 0


def damage_in(log: bytes) -> str | None:
    """Return why SQLite would not read all transactions of a log, as text; None if it would.

    Frames behind the last commit are no damage: their transaction was cut off, or failed.
    """
    if len(log) < _HEADER.size + _FRAME_BYTES:
        return None  # no transaction
    header = _header(log)
    if header is None:
        return "the header of its write-ahead log is damaged"
    checksum: Pair | None = header.checksum
    broken = 0
    for number, frame in enumerate(_frames(log), 1):
        if checksum is not None:
            checksum = _checksum_of(log, frame, header.order, checksum)
            if (frame.salts, frame.checksum) != (header.salts, checksum):
                checksum, broken = None, number
        if checksum is None and frame.commits(header.salts):
            return f"frame {broken} of its write-ahead log is damaged"
    return None


def repaired(log: bytes) -> bytes:
    """Return a log up to its last commit, with checksums of what its frames hold now.

    SQLite then reads all of its pages, also those that are damaged.
    """
    frames = list(_frames(log))
    header = _header(log)
    salts = header.salts if header is not None else frames[0].salts if frames else (0, 0)
    commits = (number for number, each in enumerate(frames, 1) if each.commits(salts))
    kept = frames[: max(commits, default=0)]
    copy = bytearray(log[: _HEADER.size + len(kept) * _FRAME_BYTES])
    checked = struct.pack(">6I", _LITTLE_ENDIAN, _FORMAT, _PAGE_BYTES, 0, *salts)
    checksum = _add(checked, "<", (0, 0))
    copy[: _HEADER.size] = checked + _CHECKSUM.pack(*checksum)
    for frame in kept:
        checksum = _checksum_of(copy, frame, "<", checksum)
        values = frame.page, frame.pages_after_commit, *salts, *checksum
        _FRAME.pack_into(copy, frame.start, *values)
    return bytes(copy)


def _header(log: bytes) -> _Header | None:
    """Return the header of a log; None if it is damaged."""
    if len(log) < _HEADER.size:
        return None
    magic, version, page_bytes, _count, *salts_and_checksum = _HEADER.unpack_from(log)
    order = _BYTE_ORDERS.get(magic)
    if order is None or (version, page_bytes) != (_FORMAT, _PAGE_BYTES):
        return None
    first_salt, second_salt, *stored = salts_and_checksum
    checksum = _add(log[: _HEADER.size - _CHECKSUM.size], order, (0, 0))
    return (
        _Header(order, (first_salt, second_salt), checksum) if checksum == tuple(stored) else None
    )


def _frames(log: bytes) -> Iterator[_Frame]:
    for start in range(_HEADER.size, len(log) - _FRAME_BYTES + 1, _FRAME_BYTES):
        page, pages, *salts, first, second = _FRAME.unpack_from(log, start)
        yield _Frame(start, page, pages, (salts[0], salts[1]), (first, second))


def _checksum_of(log: bytes | bytearray, frame: _Frame, order: str, before: Pair) -> Pair:
    """Return the checksum of a frame that follows one with the checksum `before`."""
    page = frame.start + _FRAME.size
    checked = bytes(log[frame.start : frame.start + 8] + log[page : page + _PAGE_BYTES])
    return _add(checked, order, before)


def _add(data: bytes, order: str, checksum: Pair) -> Pair:
    """Add data to a checksum of the log."""
    first, second = checksum
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = first + even + second & 0xFFFFFFFF
        second = second + odd + first & 0xFFFFFFFF
    return first, second
