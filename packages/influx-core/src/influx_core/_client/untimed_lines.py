"""Gives times to lines of one call without a time, where the server's time would lose values.

The server gives the same time to all lines of a request that have none. It stores one of two lines
with the same series, field and time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable
from typing import NamedTuple

from influx_core._lineprotocol.decode.decoder import decode
from influx_core._lineprotocol.split import all_timed, is_timed, point_lines
from influx_core._points.arrival_times import ArrivalTimes
from influx_core.errors import EncodeError
from influx_core.timestamps import Precision

__all__ = ["kept_apart"]


def kept_apart(lines: bytes, precision: Precision, wall: Callable[[], int] = time.time_ns) -> bytes:
    """Return lines of which none replaces another one for lack of a time.

    If two lines without a time have a series and a field in common, all lines without a time get
    the time of this call, in steps of one unit. All other lines are returned unchanged.

    Args:
        lines: the line protocol of one call.
        precision: the unit of the times.
        wall: returns the nanoseconds since 1970.

    Raises:
        EncodeError: the precision is too coarse to give the lines different times.
    """
    if all_timed(lines):
        return lines
    found = [line for line in point_lines(lines) if not is_timed(line)]
    untimed = {line: _place_of(line) for line in found}
    if not _share_a_field(untimed[line] for line in found):
        return lines
    times = ArrivalTimes(wall).call(precision)
    try:
        return b"".join(
            b"%b %d\n" % (line, times.next(untimed[line].series))
            if line in untimed and untimed[line].fields
            else line + b"\n"
            for line in point_lines(lines)
        )
    except ValueError as error:
        raise EncodeError(str(error)) from None


class _ValuesPlace(NamedTuple):
    """Where a line stores its values; without fields if it is invalid."""

    series: Hashable
    fields: frozenset[str]


def _place_of(line: bytes) -> _ValuesPlace:
    try:
        (point,) = decode(line, rules="1.x")
    except ValueError:  # the server says what is wrong
        return _ValuesPlace(None, frozenset())
    return _ValuesPlace((point.measurement, frozenset(point.tags.items())), frozenset(point.fields))


def _share_a_field(places: Iterable[_ValuesPlace]) -> bool:
    """Return whether two places have a series and a field in common."""
    seen: dict[Hashable, set[str]] = {}
    for place in places:
        known = seen.setdefault(place.series, set())
        if not known.isdisjoint(place.fields):
            return True
        known |= place.fields
    return False
