"""Reads the times and spans of time that a user gives, as servers take them."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeAlias

import influx_query
from influx_core.errors import ConfigError
from influx_core.timestamps import Timestamp, to_ns, to_rfc3339

__all__ = ["Span", "nanoseconds", "rfc3339", "whole_seconds"]

Span: TypeAlias = str | timedelta
"""A span of time: InfluxQL text such as `7d`, or a timedelta."""


def rfc3339(name: str, moment: Timestamp) -> str:
    """A time as RFC 3339 text.

    Args:
        name: the name of the argument, for the error.
        moment: the time.

    Raises:
        ConfigError: it is not a time.
    """
    try:
        return to_rfc3339(to_ns(moment))
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{name}: {error}") from None


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
