"""Divides a range of time into partitions: by shards, by an interval, or by numbers of points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["Bounds", "aligned", "covering", "divided", "equal_parts", "finer_step", "merged"]

Bounds = tuple[int, int]
"""The first nanosecond of a range, and the one after the last."""

_STEPS = 64
"""The number of steps in which points are counted at once."""


def merged(ranges: Iterable[Bounds]) -> list[Bounds]:
    """Ranges in the order of time, each once; those that overlap are joined."""
    found: list[Bounds] = []
    for start, stop in sorted(set(ranges)):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(stop, found[-1][1]))
        else:
            found.append((start, stop))
    return found


def divided(ranges: Iterable[Bounds], interval: int) -> Iterator[Bounds]:
    """Ranges that are no longer than an interval, and begin at its multiples."""
    for start, stop in ranges:
        while start < stop:
            following = min(stop, start - start % interval + interval)
            yield start, following
            start = following


def aligned(ranges: Iterable[Bounds], interval: int) -> Iterator[Bounds]:
    """Ranges between which no interval is divided: their starts are moved to its multiples."""
    pieces = list(ranges)
    starts = [
        start if at == 0 else start - start % interval for at, (start, _) in enumerate(pieces)
    ]
    for at, (start, (_, stop)) in enumerate(zip(starts, pieces, strict=True)):
        last = at + 1 == len(pieces)
        cut = stop if last else min(-(-stop // interval) * interval, starts[at + 1])
        if start < cut:
            yield start, cut


def finer_step(bounds: Bounds) -> int:
    """The length of the steps in which the points of a range are counted."""
    return max(1, (bounds[1] - bounds[0]) // _STEPS)


def equal_parts(
    bounds: Bounds, counts: Mapping[int, int], step: int, rows: int
) -> tuple[list[Bounds], list[Bounds]]:
    """Divide a range into parts of about equal numbers of points.

    Args:
        bounds: the range.
        counts: the number of points in each step, by its start; steps begin at multiples of `step`.
        step: the length of a step.
        rows: the number of points that a part should have.

    Returns:
        The parts, and the steps that have more than twice as many points: they are to be counted
        in finer steps. Parts and steps cover the range.
    """
    parts: list[Bounds] = []
    large: list[Bounds] = []
    begin, held = bounds[0], 0
    for at in sorted(counts):
        start, stop = max(at, bounds[0]), min(at + step, bounds[1])
        if counts[at] > 2 * rows and step > 1:
            if begin < start:
                parts.append((begin, start))
            large.append((start, stop))
            begin, held = stop, 0
            continue
        if held and held + counts[at] > rows:
            parts.append((begin, start))
            begin, held = start, 0
        held += counts[at]
    if begin < bounds[1]:
        parts.append((begin, bounds[1]))
    return parts, large


def covering(ranges: Sequence[Bounds]) -> list[int]:
    """The divisions of Dask: all starts, and the last nanosecond."""
    return [*(start for start, _ in ranges), ranges[-1][1] - 1]
