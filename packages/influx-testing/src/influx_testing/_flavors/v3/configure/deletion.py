"""Reads the parameter `hard_delete_at` of 3.x: when deleted data is removed."""

from __future__ import annotations

from influx_query import parse_time
from influx_testing._flavors.v3.v3_replies import plain_error

__all__ = ["is_deleted_at_once"]


def is_deleted_at_once(when: str | None, now: int) -> bool:
    """Whether the data is removed at once.

    Args:
        when: `now`, `never`, `default`, or a time in RFC 3339; None is `default`.
        now: the time, in ns since 1970.

    Raises:
        Reply: the value is none of these.
    """
    if when is None or when in {"default", "never"}:
        return False
    if when == "now":
        return True
    try:
        return parse_time(when) <= now
    except ValueError as error:
        reason = "input contains invalid characters" if when else "premature end of input"
        raise plain_error(400, f"Cannot parse the timestamp: {reason}") from error
