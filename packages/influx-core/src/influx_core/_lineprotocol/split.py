"""Splits line protocol at line ends, and counts its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

__all__ = [
    "LONGEST_STRING",
    "LineSplitter",
    "all_timed",
    "count_lines",
    "is_plain",
    "is_timed",
    "nth_line",
    "point_lines",
    "split_lines",
    "whole_lines",
]

LONGEST_STRING = 16 << 20
"""The bytes after which a string that has not ended is taken for a quote without an end."""

# Before the first unescaped space, a quote is an ordinary character. After it, a quote that follows
# an equals sign opens a string, which may contain newlines.
LINE = re.compile(
    rb"""
    (?: [^\n\\\x20] | \\. | \\ )*+
    (?: \x20 (?: [^\n\\=] | \\. | \\ | = "(?: [^"\\] | \\[\s\S] )*+" | = )*+ )?
    (?: \n | \Z )
    """,
    re.VERBOSE,
)

# The same, but an open string takes the rest of the data, because its end may still arrive. A line
# that is complete ends with the group.
_LINE_OF_STREAM = re.compile(
    rb"""
    (?: [^\n\\\x20] | \\. | \\ )*+
    (?: \x20 (?: [^\n\\=] | \\. | \\ | = "(?: [^"\\] | \\[\s\S] )*+ (?: " | \\?\Z ) | = )*+ )?
    (?: (\n) | \Z )
    """,
    re.VERBOSE,
)

# A string that is open at the end of a line. It also matches text that opens no string, but where
# it does not match, no string contains a newline.
_OPEN_STRING = re.compile(rb"""="[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+\\?\n""")

# A line ends with its time, or with a field: text in quotes, or a value without a space.
_TIMED = re.compile(rb" -?[0-9]+\Z")
_TIMED_LINES = re.compile(rb"(?: [^\n]*\S[ ]-?[0-9]++\n )*+", re.VERBOSE)

# The end of a line that does not end with nanoseconds of these centuries, as nearly all do: it is
# looked for in a third of the time that matching the lines takes.
_NO_NANOSECONDS = re.compile(rb"\n(?<!\S[ ][0-9]{19}\n)")


def split_lines(data: bytes, limit: int, most: int | None = None) -> Iterator[bytes]:
    """Split line protocol at line ends into bodies of at most `limit` bytes and `most` lines.

    A longer line is a body of its own, which the server may refuse. Empty input yields no body.
    """
    return _split(data, limit, most)


def _split(
    data: bytes, limit: int, most: int | None, *, plain: bool | None = None
) -> Iterator[bytes]:
    if len(data) <= limit and (most is None or data.count(b"\n") <= most):
        if data:
            yield data
        return
    if is_plain(data) if plain is None else plain:
        yield from _split_plain(data, limit, most)
        return
    start = end = lines = 0
    for line in LINE.finditer(data):
        if end > start and (line.end() - start > limit or lines == most):
            yield data[start:end]
            start, lines = end, 0
        end = line.end()
        lines += 1
    if end > start:
        yield data[start:end]


def _split_plain(data: bytes, limit: int, most: int | None) -> Iterator[bytes]:
    """Split data in which every newline ends a line."""
    start = 0
    while start < len(data):
        end = _end_within(data, start, start + limit)
        if most is not None and data.count(b"\n", start, end - 1) >= most:
            end = start
            for _ in range(most):
                end = data.find(b"\n", end) + 1
        yield data[start:end]
        start = end


def _end_within(data: bytes, start: int, stop: int) -> int:
    """The offset after the last line that ends before `stop`; after the first if none does."""
    if stop >= len(data):
        return len(data)
    return data.rfind(b"\n", start, stop) + 1 or data.find(b"\n", stop) + 1 or len(data)


def is_plain(data: bytes) -> bool:
    """Whether every newline ends a line."""
    return b'"' not in data or _OPEN_STRING.search(data) is None


class LineSplitter:
    """Splits line protocol that arrives in pieces, at line ends.

    Args:
        limit: the most bytes of a body; a longer line is a body of its own.
        most: the most lines of a body; None for no limit.
    """

    def __init__(self, limit: int, most: int | None = None) -> None:
        self._limit = limit
        self._most = most
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Add a piece; return the lines that are complete, as bodies."""
        data = self._rest + data
        plain = is_plain(data)
        end = whole_lines(data, plain=plain)
        if len(data) - end > LONGEST_STRING:
            end = data.rfind(b"\n") + 1  # as at the end of the data, the quote opens no string
        self._rest = data[end:]
        return list(_split(data[:end], self._limit, self._most, plain=plain))

    def finish(self) -> list[bytes]:
        """Return the rest, at the end of the data, as bodies."""
        rest, self._rest = self._rest, b""
        return list(_split(rest, self._limit, self._most))


def whole_lines(data: bytes, *, plain: bool | None = None) -> int:
    """The offset after the last line end that later data cannot move into a string.

    Args:
        data: the lines.
        plain: whether every newline ends a line, if that is known.
    """
    if is_plain(data) if plain is None else plain:
        return data.rfind(b"\n") + 1
    last = 0
    for line in _LINE_OF_STREAM.finditer(data):
        if line[1] is None:
            break
        last = line.end()
    return last


def count_lines(data: bytes) -> int:
    """Count the lines that hold a point: those that are neither empty nor a comment."""
    if b"#" not in data and is_plain(data):
        return sum(map(bool, map(bytes.strip, data.split(b"\n"))))
    return sum(1 for _ in point_lines(data))


def nth_line(data: bytes, number: int) -> bytes | None:
    """The line with a number, counted from 1; None if there is no such line."""
    lines = islice(LINE.finditer(data), max(number, 1) - 1, None)
    line = next(lines, None)
    return None if line is None or number < 1 else line[0].strip() or None


def all_timed(data: bytes) -> bool:
    """Whether every line has a time, so that storing the lines twice changes nothing."""
    return _are_timed(data) or all(map(is_timed, point_lines(data)))


def _are_timed(data: bytes) -> bool:
    """Whether the text before every newline ends with a time, and nothing follows the last one."""
    if data.endswith(b"\n") and _NO_NANOSECONDS.search(data) is None:
        return True
    return _TIMED_LINES.fullmatch(data) is not None


def is_timed(line: bytes) -> bool:
    """Whether a line has a time; the line must not end with spaces."""
    return _TIMED.search(line) is not None


def point_lines(data: bytes) -> Iterator[bytes]:
    """Yield the lines that hold a point, without newlines and without spaces around them."""
    pieces = data.split(b"\n") if is_plain(data) else (line[0] for line in LINE.finditer(data))
    lines = map(bytes.strip, pieces)
    return (line for line in lines if line and not line.startswith(b"#"))
