"""Finds batches that must be sent in order, because they share a series and a time.

Of points with the same series and time, the database keeps the last one. Batches that share such a
point are sent in order, all others in any order. Only batches whose times overlap are compared
point by point.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from influx_core._lineprotocol.split import point_lines

__all__ = ["Keys", "Span", "joined", "keys_of", "overlap"]

Span = tuple[int, int]
"""The earliest and the latest time of some points, in units of their precision."""

Keys = AbstractSet[bytes]
"""What stands for series and time of some points: equal where these are, seldom elsewhere."""


def overlap(one: Span | None, other: Span | None) -> bool:
    """Return whether points of two spans may have the same time; an unknown span overlaps all."""
    if one is None or other is None:
        return True
    return one[0] <= other[1] and other[0] <= one[1]


def joined(one: Span | None, other: Span | None) -> Span | None:
    """Return the span of all points of two spans."""
    if one is None or other is None:
        return None
    (first, last), (begin, end) = one, other
    return min(begin, first), max(end, last)


def keys_of(lines: bytes, points: int) -> Keys:
    """Return the keys of some lines.

    A key is the series and the time, in one spelling: whoever writes line protocol by hand may
    give tags in any order, and leading zeros. Where text is ambiguous a key may stand for several
    points, which costs speed but never the order.

    Args:
        lines: line protocol.
        points: how many points it holds.
    """
    plain = lines.count(b"\n") == points  # no line end within a string, no comment
    each = lines.rstrip(b"\n").split(b"\n") if plain else point_lines(lines)
    series = _SeriesKeys()
    return {series[line[: line.find(b" ")]] + _time(line) for line in each}


def _time(line: bytes) -> bytes:
    time = line[line.rfind(b" ") + 1 :]
    return time if time.isdigit() and not time.startswith(b"0") else _unusual_time(time)


def _unusual_time(time: bytes) -> bytes:
    try:
        return b"%d" % int(time)
    except ValueError:
        return b"now"  # no time: the server gives its own


class _SeriesKeys(dict[bytes, bytes]):
    """Series by the text before the first blank of a line: measurement, and tags in one order.

    An escaped blank cuts the text too early, so that it lacks tags, and which ones depends on their
    order. So where something is escaped only the measurement counts.
    """

    def __missing__(self, head: bytes) -> bytes:
        measurement, *tags = head.split(b",")
        if b"\\" in head:
            tags = [b"\\"]
        if b"\\" in measurement:
            measurement = b""
        self[head] = key = b",".join([measurement, *sorted(tags)]) + b" "
        return key
