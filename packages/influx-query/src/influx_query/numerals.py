"""Reading digits, of which a text can have more than Python cares to convert."""

from __future__ import annotations

from influx_query.quoting import UINT64_MAX


def read_integer(digits: str) -> int:
    """Read an integer with an optional sign; what is beyond 64 bits comes out as just beyond."""
    significant = digits.lstrip("-0")
    if len(significant) > 20:
        return -UINT64_MAX - 1 if digits.startswith("-") else UINT64_MAX + 1
    magnitude = int(significant or "0")
    return -magnitude if digits.startswith("-") else magnitude
