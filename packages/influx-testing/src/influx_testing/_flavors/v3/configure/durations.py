"""Reads durations in the form of the API of 3.x: `30d`, `1h 30m`, `1.5h`.

Source: https://docs.influxdata.com/influxdb3/core/reference/cli/influxdb3/create/database/
"""

from __future__ import annotations

import re
from decimal import Decimal

__all__ = ["read_duration"]

_SECOND = 1_000_000_000
_DAY = 86_400 * _SECOND
_MONTH = 2_630_016 * _SECOND
_YEAR = 31_557_600 * _SECOND
_UNITS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (1, ("nanos", "nsec", "ns")),
    (1_000, ("micros", "usec", "us", "µs")),
    (1_000_000, ("millis", "msec", "ms")),
    (_SECOND, ("seconds", "second", "secs", "sec", "s")),
    (60 * _SECOND, ("minutes", "minute", "mins", "min", "m")),
    (3_600 * _SECOND, ("hours", "hour", "hrs", "hr", "h")),
    (_DAY, ("days", "day", "d")),
    (7 * _DAY, ("weeks", "week", "wk", "w")),
    (_MONTH, ("months", "month", "mo", "M")),
    (_YEAR, ("years", "year", "yr", "y")),
)
_NANOSECONDS = {name: length for length, names in _UNITS for name in names}
_PART = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([A-Za-zµ]+)\s*")


def read_duration(text: str) -> int:
    """Read a duration in ns.

    Raises:
        ValueError: the text is not a duration.
    """
    if text.strip() == "0":
        return 0
    total = at = 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None or part[2] not in _NANOSECONDS:
            break
        total += int(Decimal(part[1]) * _NANOSECONDS[part[2]])
        at = part.end()
    if not text or at < len(text) or total >= 2**63:
        raise ValueError("not a duration")
    return total
