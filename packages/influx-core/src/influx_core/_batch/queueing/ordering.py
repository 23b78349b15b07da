"""Finds batches that must be sent in order, because they share a series and a time.

Of points with the same series and time, the database keeps the last one. Batches that share such a
point are sent in order, all others in any order. Only batches whose times overlap are compared
point by point.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from operator import itemgetter
from typing import cast

from influx_core._lineprotocol.split import point_lines

__all__ = ["Keys", "Span", "keys_of", "overlap", "span_of"]

Span = tuple[int, int]
"""The earliest and the latest time of some points, in units of their precision."""

Keys = AbstractSet[bytes]
"""The keys of some points. Points of the same series and time have equal keys; others rarely do."""

_FIRST, _LAST = itemgetter(0), itemgetter(1)


def overlap(one: Span | None, other: Span | None) -> bool:
    """Return whether points of two spans may have the same time; an unknown span overlaps all."""
    if one is None or other is None:
        return True
    return one[0] <= other[1] and other[0] <= one[1]


def span_of(spans: Sequence[Span | None]) -> Span | None:
    """Return the span of all points of some spans; None if one of them is unknown."""
    if None in spans:
        return None
    known = cast("Sequence[Span]", spans)
    return min(map(_FIRST, known)), max(map(_LAST, known))


def keys_of(lines: bytes, points: int) -> Keys:
    """Return the keys of some lines.

    A key is the series and the time in a normalized spelling, because tags may be in any order and
    times may have leading zeros. If text is ambiguous, one key may stand for several points. This
    can only add an order between batches, never lose one.

    Args:
        lines: line protocol.
        points: the number of points in it.
    """
    plain = lines.count(b"\n") == points  # no newline in a string, no comment
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
        return b"now"  # no time: the server uses its own


class _SeriesKeys(dict[bytes, bytes]):
    """Maps the text before the first space of a line to a key: measurement and sorted tags.

    An escaped space ends this text too early, and the tags after it are missing. Therefore, if
    anything is escaped, the key contains only the measurement.
    """

    def __missing__(self, head: bytes) -> bytes:
        measurement, *tags = head.split(b",")
        if b"\\" in head:
            tags = [b"\\"]
        if b"\\" in measurement:
            measurement = b""
        self[head] = key = b",".join([measurement, *sorted(tags)]) + b" "
        return key
