"""Reads durations in the form of a server: `168h0m0s`."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from influx_core.errors import DecodeError

__all__ = ["server_duration"]

_MICROSECONDS = {
    "h": Decimal(3_600_000_000),
    "m": Decimal(60_000_000),
    "s": Decimal(1_000_000),
    "ms": Decimal(1_000),
    "\N{MICRO SIGN}s": Decimal(1),
    "us": Decimal(1),
    "ns": Decimal("0.001"),
}
"""Microseconds of the units that a server prints."""

_DURATION_PART = re.compile(
    rf"(\d+(?:\.\d+)?)({'|'.join(sorted(_MICROSECONDS, key=len, reverse=True))})"
)
_DURATION = re.compile(rf"0|(?:{_DURATION_PART.pattern})+")


def server_duration(text: object) -> timedelta:
    """Read a duration in the form of the server, `168h0m0s`, to the microsecond.

    Raises:
        DecodeError: the text is not a duration.
    """
    if not isinstance(text, str) or not _DURATION.fullmatch(text):
        raise DecodeError(f"the server sent {text!r}, which is not a duration")
    parts = _DURATION_PART.findall(text)
    microseconds = sum(Decimal(digits) * _MICROSECONDS[unit] for digits, unit in parts)
    return timedelta(microseconds=int(microseconds))
