"""Finds the ends of MessagePack values, which nothing marks.

The format: https://github.com/msgpack/msgpack/blob/master/spec.md
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import repeat
from typing import Any, NamedTuple, TypeAlias

from influx_core.errors import DecodeError

__all__ = ["FORMAT", "MAX_VALUE", "DocumentEnd", "Skip", "rows_pattern", "skip_nothing"]

FORMAT = "a MessagePack response of InfluxDB"

MAX_VALUE = 1 << 26
"""The most bytes of one value, so that a wrong length does not fill the memory."""

Skip: TypeAlias = Callable[[Any, int, int, int], tuple[int, int]]
"""Steps over values; see `MessagePackParser`."""

_ROWS_AT_ONCE = 256
_RETRY_BYTES = 1 << 12
"""After rows that a regular expression cannot step over, it is tried again so many bytes later."""


def skip_nothing(_data: Any, position: int, values: int, _most: int) -> tuple[int, int]:
    """Leave all values to Python."""
    return position, values


class DocumentEnd:
    """Where a value ends: steps over what is in it, and goes on where it stopped.

    Many rows of one width are stepped over at once, if their values are short.

    Args:
        skip: steps over values faster.
        position: where the value begins.
    """

    def __init__(self, skip: Skip = skip_nothing, position: int = 0) -> None:
        self._skip = skip
        self._position = position
        self._values = 1

    def found(self, data: bytearray | memoryview) -> int | None:
        """The position behind the value; None if not all of it has come yet."""
        position, values = self._skip(data, self._position, self._values, MAX_VALUE)
        size, several, rows_from = len(data), _ROWS_AT_ONCE, 0
        while values and position < size:
            first = data[position]
            if values > several and position >= rows_from and _IS_ROW[first]:
                rows = rows_pattern(first - 0x90, several).match(data, position)
                if rows is not None:
                    position = rows.end()
                    values -= several
                    continue
                rows_from = position + _RETRY_BYTES
            if step := _STEPS[first]:
                position += step
                values += _VALUES_BEHIND[first]
                continue
            shape = _LAYOUTS[first]
            behind = position + 1 + shape.width
            if behind > size:
                break
            length = int.from_bytes(data[position + 1 : behind], "big")
            if shape.bytes_a_unit * length > MAX_VALUE:
                raise DecodeError(f"not {FORMAT}: a value of {length:,} bytes")
            position = behind + shape.skip + shape.bytes_a_unit * length
            values += shape.inside + shape.values_a_unit * length - 1
        self._position, self._values = position, values
        return position if not values and position <= size else None


class _ValueLayout(NamedTuple):
    """What follows the first byte of a value: a length, bytes, other values."""

    width: int = 0
    skip: int = 0
    inside: int = 0
    bytes_a_unit: int = 0
    values_a_unit: int = 0


def _layouts() -> Iterator[_ValueLayout]:
    yield from repeat(_ValueLayout(), 0x80)  # small integers
    yield from (_ValueLayout(inside=2 * pairs) for pairs in range(16))
    yield from (_ValueLayout(inside=items) for items in range(16))
    yield from (_ValueLayout(skip=characters) for characters in range(32))
    yield from repeat(_ValueLayout(), 4)  # nil, false, true
    yield from (_ValueLayout(width=width, bytes_a_unit=1) for width in (1, 2, 4))  # bytes
    yield from (
        _ValueLayout(width=width, skip=1, bytes_a_unit=1) for width in (1, 2, 4)
    )  # extensions
    yield from (_ValueLayout(skip=digits) for digits in (4, 8))  # floats
    yield from (_ValueLayout(skip=digits) for digits in (1, 2, 4, 8, 1, 2, 4, 8))  # integers
    yield from (_ValueLayout(skip=1 + digits) for digits in (1, 2, 4, 8, 16))  # extensions
    yield from (_ValueLayout(width=width, bytes_a_unit=1) for width in (1, 2, 4))  # text
    yield from (_ValueLayout(width=width, values_a_unit=1) for width in (2, 4))  # arrays
    yield from (_ValueLayout(width=width, values_a_unit=2) for width in (2, 4))  # maps
    yield from repeat(_ValueLayout(), 0x20)  # small negative integers


_LAYOUTS = tuple(_layouts())

_STEPS = tuple(0 if layout.width else 1 + layout.skip for layout in _LAYOUTS)
"""The bytes of a value by its first one, with those inside it left out; 0 if they are counted."""

_VALUES_BEHIND = tuple(layout.inside - 1 for layout in _LAYOUTS)
"""By how many the values that are to come change with a value that is not counted."""

_IS_ROW = tuple(0x90 < first <= 0x9F for first in range(0x100))
"""Whether a first byte is that of an array of 1 to 15 values."""

_TIME = rb"\xc7\x0c\x05.{12}"
"""A time of InfluxDB, as it always writes it."""

_TEXT = rb"\xd9(?:%b)" % b"|".join(b"\\x%02x.{%d}" % (size, size) for size in range(32, 96))
"""A text that has a length of its own, which is not large."""


def _plain_value() -> bytes:
    """A regular expression for a value without others inside; long ones are left out."""
    sized: dict[int, list[int]] = {}
    for first, layout in enumerate(_LAYOUTS):
        if layout == _ValueLayout(skip=layout.skip) and first != 0xC1 and first & 0xF0 != 0x80:
            sized.setdefault(layout.skip, []).append(first)
    sized[0] = [first for first in sized[0] if first != 0x90]
    choices = [
        b"[%b]" % b"".join(b"\\x%02x" % first for first in firsts) + b".{%d}" % skip
        for skip, firsts in sorted(sized.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    return b"|".join([*choices, _TIME, _TEXT])


@cache
def rows_pattern(width: int, count: int) -> re.Pattern[bytes]:
    """Return a regular expression for so many rows of plain values, each an array of `width`."""
    head = (
        b"\\x%02x" % (0x90 + width) if width < 16 else b"\\xdc\\x%02x\\x%02x" % divmod(width, 256)
    )
    row = b"%b(?:%b){%d}+" % (head, _plain_value(), width)
    return re.compile(b"(?:%b){%d}+" % (row, count), re.DOTALL)
