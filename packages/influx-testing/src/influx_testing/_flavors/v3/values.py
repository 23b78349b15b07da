"""Reads the values of parameters as serde does, with its error texts."""

from __future__ import annotations

from typing import Any

from influx_testing._flavors.v3.v3_replies import plain_error

__all__ = ["boolean", "required_text", "text"]


def boolean(value: str, name: str, *, default: bool) -> bool:
    """Read `true` or `false`; empty text is the default.

    Raises:
        Reply: the value is neither.
    """
    if value not in {"", "false", "true"}:
        raise plain_error(
            400, f"{name}: provided string was not `true` or `false`: invalid value {value!r}"
        )
    return default if not value else value == "true"


def text(given: dict[str, Any], name: str) -> str:
    """Read an optional text, which is empty if it is missing.

    Raises:
        Reply: the value is not text.
    """
    value = given.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise plain_error(400, f"serde json error: {name}: invalid type, expected a string")
    return value


def required_text(given: dict[str, Any], name: str) -> str:
    """Read a required text.

    Raises:
        Reply: the value is missing or not text.
    """
    if given.get(name) is None:
        raise plain_error(400, f"missing field `{name}`")
    return text(given, name)
