"""Reads durations in the form of a server, `168h0m0s`, and in the form of users, `7d`."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import TypeAlias

import influx_query
from influx_core.errors import ConfigError, DecodeError

__all__ = ["Span", "nanoseconds", "server_duration", "whole_seconds"]

Span: TypeAlias = str | timedelta
"""A span of time: InfluxQL text such as `7d`, or a timedelta."""

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


def nanoseconds(span: Span | None) -> int:
    """A span of time in nanoseconds; 0 for None.

    Raises:
        ConfigError: the value is not a span of time.
    """
    try:
        return 0 if span is None else influx_query.duration_ns(span)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{span!r} is no span of time: {error}; write '7d'") from None


def whole_seconds(name: str, span: Span | None) -> int | None:
    """A span of time in seconds; None for None.

    Args:
        name: the name of the option, for the error.
        span: the span of time.

    Raises:
        ConfigError: the span is not a positive number of whole seconds.
    """
    if span is None:
        return None
    seconds, rest = divmod(nanoseconds(span), 10**9)
    if rest or seconds <= 0:
        raise ConfigError(f"{name} must be a positive number of seconds, not {span!r}")
    return seconds


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
