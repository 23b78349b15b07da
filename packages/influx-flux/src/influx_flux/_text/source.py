"""SourceText: converts offsets in a text to lines and columns, on demand."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

from influx_flux.nodes.node import Location, Position


class SourceText:
    """A text that converts offsets to positions."""

    def __init__(self, text: str) -> None:
        self.text = text

    def position(self, offset: int) -> Position:
        """Return the line and column of an offset, in O(log lines)."""
        line = bisect_right(self._line_starts, offset)
        start = self._line_starts[line - 1]
        return Position(line, self._bytes(offset) - self._bytes(start) + 1)

    def _bytes(self, offset: int) -> int:
        return offset if self.text.isascii() else self._byte_offsets[offset]

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        find, at = self.text.find, 0
        while (at := find("\n", at) + 1) > 0:
            starts.append(at)
        return starts

    @cached_property
    def _byte_offsets(self) -> array[int]:
        """The number of UTF-8 bytes before each character."""
        return array("L", accumulate(map(_width, self.text), initial=0))


def _width(character: str) -> int:
    code = ord(character)
    return 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4


class TextLocation(Location):
    """A location by offsets, which computes positions and source on demand.

    To store the source of every nested node would need quadratic memory, and most are never used.
    """

    __slots__ = ("begin", "finish", "text")

    def __init__(self, text: SourceText, begin: int, finish: int) -> None:
        self.text = text
        self.begin = begin
        self.finish = finish

    @property
    def start(self) -> Position:
        """The position of the first character of the node."""
        return self.text.position(self.begin)

    @property
    def end(self) -> Position:
        """The position after the last character of the node."""
        return self.text.position(self.finish)

    @property
    def source(self) -> str | None:
        """The original text of the node."""
        return self.text.text[self.begin : self.finish]

    def is_multiline(self) -> bool:
        """Return whether the text extends over several lines, without computing positions."""
        return self.text.text.find("\n", self.begin, self.finish) >= 0
