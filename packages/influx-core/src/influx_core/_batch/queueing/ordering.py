"""When order matters: of points with the same series and time the one stored last wins.

So two batches that share such a point must not overtake each other; all others may. Most batches
are told apart by their times alone, which costs nothing; only those that overlap are looked into.
"""

from __future__ import annotations

from influx_core._lineprotocol.split import split_lines

__all__ = ["Keys", "Span", "joined", "keys_of", "overlap"]

Span = tuple[int, int]
"""The earliest and the latest time of some points, in units of their precision."""

Keys = frozenset[bytes]
"""What stands for series and time of some points; equal where these are, seldom elsewhere."""


def overlap(one: Span | None, other: Span | None) -> bool:
    """Whether points of two spans may have the same time; an unknown span overlaps all."""
    if one is None or other is None:
        return True
    return one[0] <= other[1] and other[0] <= one[1]


def joined(one: Span | None, other: Span | None) -> Span | None:
    """The span of all points of two spans."""
    if one is None or other is None:
        return None
    (first, last), (begin, end) = one, other
    return min(begin, first), max(end, last)


def keys_of(lines: bytes, points: int) -> Keys:
    """The keys of so many lines.

    A key is the line up to its first blank, and from its last. A blank in a tag only makes keys
    coarser, which costs speed but never the order.
    """
    plain = lines.count(b"\n") == points
    each = lines.rstrip(b"\n").split(b"\n") if plain else _lines(lines)
    return frozenset(line[: line.find(b" ")] + line[line.rfind(b" ") :] for line in each)


def _lines(lines: bytes) -> list[bytes]:
    """Lines of which some hold a line end within a string."""
    return [line.rstrip(b"\n") for line in split_lines(lines, 1)]
