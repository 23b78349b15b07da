"""Gives times to lines of one call without a time, where the server's time would lose values.

The server gives the same time to all lines of a request that have none. It stores one of two lines
with the same series, field and time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from influx_core._lineprotocol.decode.decoder import decode
from influx_core._lineprotocol.split import all_timed, is_timed, point_lines
from influx_core._lineprotocol.summary import series_key
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
    if not _share_a_field(line for line in point_lines(lines) if not is_timed(line)):
        return lines
    times = ArrivalTimes(wall).call(precision)
    try:
        return b"".join(
            (line if is_timed(line) else b"%b %d" % (line, times.next(series_key(line)))) + b"\n"
            for line in point_lines(lines)
        )
    except ValueError as error:
        raise EncodeError(str(error)) from None


def _share_a_field(lines: Iterable[bytes]) -> bool:
    """Return whether two lines have a series and a field in common."""
    first: dict[tuple[bytes, ...], bytes] = {}
    fields: dict[tuple[bytes, ...], set[str]] = {}
    for line in lines:
        key = series_key(line)
        if first.setdefault(key, line) is line:
            continue  # most calls have one line of each series
        if key not in fields:
            fields[key] = _fields_of(first[key])
        known, more = fields[key], _fields_of(line)
        if not known.isdisjoint(more):
            return True
        known |= more
    return False


def _fields_of(line: bytes) -> set[str]:
    """Return the names of the fields of a line; none if it is invalid: the server says why."""
    try:
        return {name for point in decode(line, rules="1.x") for name in point.fields}
    except ValueError:
        return set()
