"""Fills gaps: makes a row for every group and bin, and finds values for rows without points.

The functions work with positions of existing rows, so they can fill values of any type.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

__all__ = ["FilledRows", "fill_gaps", "interpolated", "last_places"]


@dataclass(frozen=True, slots=True)
class FilledRows:
    """Rows for all bins, in columns of the same length.

    Attributes:
        samples: for each row, the position of any existing row of its group.
        times: for each row, its bin in ns; None if its time is null.
        places: for each row, its position among the existing rows; None in a gap.
    """

    samples: list[int]
    times: list[int | None]
    places: list[int | None]


def fill_gaps(
    groups: Sequence[Hashable], times: Sequence[int | None], bins: Sequence[int]
) -> FilledRows:
    """Add a row for each bin at which a group has none.

    Args:
        groups: the group of each row; rows of a group are consecutive.
        times: the bin of each row, ascending within a group, nulls first.
        bins: all bins, ascending.
    """
    rows = FilledRows([], [], [])
    for _, members in groupby(range(len(groups)), groups.__getitem__):
        present = list(members)
        sample = present[0]
        for time, place in _merged([(times[place], place) for place in present], bins):
            rows.samples.append(sample)
            rows.times.append(time)
            rows.places.append(place)
    return rows


def _merged(
    present: list[tuple[int | None, int]], bins: Sequence[int]
) -> Iterator[tuple[int | None, int | None]]:
    """The rows and the gaps of a group, sorted by time."""
    yield from ((time, place) for time, place in present if time is None)
    known = {time: place for time, place in present if time is not None}
    beyond = known.keys() - set(bins)
    yield from ((time, known.get(time)) for time in sorted({*bins, *beyond}) if bins or known)


def last_places(rows: FilledRows, valid: Sequence[bool]) -> list[int | None]:
    """For each row, the position of the latest row of its group with a value, up to itself."""
    found: list[int | None] = []
    sample, last = -1, None
    for own, place in zip(rows.samples, rows.places, strict=True):
        if own != sample:
            sample, last = own, None
        if place is not None and valid[place]:
            last = place
        found.append(last)
    return found


def interpolated(rows: FilledRows, values: Sequence[float | None]) -> list[float | None]:
    """Interpolate linearly between the rows of a group; before and after them there is no value.

    Integers are truncated toward zero, as by a cast.
    """
    found: list[float | None] = []
    for _, members in groupby(range(len(rows.samples)), rows.samples.__getitem__):
        found += _line(rows, list(members), values)
    return found


def _line(
    rows: FilledRows, members: Iterable[int], values: Sequence[float | None]
) -> Iterator[float | None]:
    members = list(members)
    known: list[tuple[int, float]] = []
    for row in members:
        place, time = rows.places[row], rows.times[row]
        value = values[place] if place is not None else None
        if value is not None and time is not None:
            known.append((time, value))
    starts = [time for time, _ in known]
    for row in members:
        time = rows.times[row]
        after = bisect_right(starts, time) if time is not None else 0
        if after and known[after - 1][0] == time:
            yield known[after - 1][1]
        elif time is not None and 0 < after < len(known):
            yield _between(known[after - 1], known[after], time)
        else:
            yield None


def _between(left: tuple[int, float], right: tuple[int, float], time: int) -> float:
    (start, low), (end, high) = left, right
    if isinstance(low, int) and isinstance(high, int):
        step = abs(high - low) * (time - start) // (end - start)
        return low + step if high >= low else low - step
    return low + (high - low) * ((time - start) / (end - start))
