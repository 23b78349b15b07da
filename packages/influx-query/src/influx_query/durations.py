"""Reading the text of a duration, with the overflow of Go's int64.

Source: https://docs.influxdata.com/influxdb/v1/query_language/spec/#durations
"""

from __future__ import annotations

import re
from typing import Final

from influx_query.numerals import read_integer
from influx_query.quoting import INT64_MAX, NANOSECONDS

_UNITS: Final = NANOSECONDS | {"µ": 1_000}
_PART: Final = re.compile(r"([0-9]+)(ns|ms|[uµsmhdw])")


class DurationError(ValueError):
    """Text that is no duration, or one that doesn't fit."""


def parse_duration(text: str) -> int:
    """Read a duration like ``1h30m`` or ``-5s``, in nanoseconds.

    Raises:
        DurationError: It is none, or its sum overflows an int64 into the negative. As in Go, a sum
            so large that it comes out positive again is taken for what it came out as.
    """
    body = text.removeprefix("-")
    parts = _PART.findall(body)
    if not parts or sum(len(digits) + len(unit) for digits, unit in parts) != len(body):
        raise DurationError("invalid duration")
    total = 0
    for digits, unit in parts:
        if read_integer(digits) > INT64_MAX:
            raise DurationError("invalid duration")
        total += read_integer(digits) * _UNITS[unit]
    total = (total + 2**63) % 2**64 - 2**63
    if body == text and total < 0:
        digits, unit = parts[-1]
        raise DurationError(
            f"overflowed duration {read_integer(digits)}{unit}: choose a smaller duration or INF"
        )
    return total if body == text else -total
