"""Divides the time of a measurement into ranges, for servers that do not tell their shards."""

from __future__ import annotations

from collections.abc import Iterator

from influx_copy.interfaces import ALL_TIME

__all__ = ["shard_of", "time_steps"]

_DAY = 86_400_000_000_000
_STEPS = (_DAY, 7 * _DAY, 28 * _DAY, 364 * _DAY, 3640 * _DAY)
_MOST_RANGES = 400

_YEAR_1 = -62_135_596_800_000_000_000
"""Shards begin at multiples of their span since the year 1: those of a week begin on Mondays."""


def time_steps(first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the starts and stops of ranges that hold all times from the first to the last.

    They are whole days, or so many of them that there are at most some hundred ranges, and begin at
    multiples of their length, so that listing them again later gives the same.
    """
    step = next((step for step in _STEPS if (last - first) // step < _MOST_RANGES), _STEPS[-1])
    start = first - first % step
    while start <= last:
        yield max(start, ALL_TIME[0]), min(start + step, ALL_TIME[1])
        start += step


def shard_of(moment: int, span: int) -> tuple[int, int]:
    """The start and the stop of the shard of a time, for shards of a span."""
    start = moment - (moment - _YEAR_1) % span
    return max(start, ALL_TIME[0]), min(start + span, ALL_TIME[1])
