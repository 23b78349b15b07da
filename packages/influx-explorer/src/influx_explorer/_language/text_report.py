"""TextReport: the tokens and the errors of a text, with offsets as browsers count them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate

import msgspec

__all__ = ["TextIssue", "TextReport", "Utf16Offsets"]


class TextIssue(msgspec.Struct, frozen=True):
    """An error or a warning.

    Attributes:
        start: the offset at which it begins, in UTF-16 units.
        end: the offset at which it ends; it may equal `start`.
        message: the reason.
        severity: `error` if the server would refuse the text, otherwise `warning`.
    """

    start: int
    end: int
    message: str
    severity: str = "error"


class TextReport(msgspec.Struct, frozen=True):
    """What is known about a text without a server.

    Attributes:
        tokens: start, end and class of each token that is shown in a colour.
        issues: errors and warnings, in the order of the text.
        read_only: whether the text certainly changes nothing.
    """

    tokens: list[tuple[int, int, str]]
    issues: list[TextIssue]
    read_only: bool


class Utf16Offsets:
    """Converts offsets in a text, in code points, to offsets in UTF-16 units, and back.

    Args:
        text: the text.
    """

    def __init__(self, text: str) -> None:
        self._length = len(text)
        is_plain = text.isascii() or max(text) < "\U00010000"
        self._units = None if is_plain else list(accumulate(map(_units, text), initial=0))

    def units(self, offset: int) -> int:
        """The offset in UTF-16 units; offsets outside the text are moved to its ends."""
        inside = max(0, min(offset, self._length))
        return inside if self._units is None else self._units[inside]

    def point(self, units: int) -> int:
        """The offset in code points of an offset in UTF-16 units."""
        if self._units is None:
            return max(0, min(units, self._length))
        return sum(1 for each in self._units[1:] if each <= units)

    def tokens(self, found: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
        """Tokens with converted offsets, without those that have no class."""
        return [(self.units(start), self.units(end), kind) for start, end, kind in found if kind]


def _units(character: str) -> int:
    return 2 if character > "\uffff" else 1
