"""Formats a whole column of values with one call.

A JSON encoder formats numbers, several times faster than Python's own functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["NotUniformError", "format_booleans", "format_numbers", "format_strings"]

_print = msgspec.json.Encoder().encode


class NotUniformError(Exception):
    """These values or points cannot be encoded at once; encode them one by one."""


def format_numbers(values: Sequence[float]) -> Sequence[str]:
    """Format integers (without their suffix) or floats.

    Raises:
        NotUniformError: a number is not finite.
    """
    text = _print(values)[1:-1].decode()
    if "n" in text:  # of null, which the JSON encoder writes for NaN and infinity
        raise NotUniformError
    return text.split(",")


def format_strings(values: Sequence[str]) -> Sequence[str]:
    """Escape strings; the quotes around them are not included."""
    everything = "".join(values)
    if "\\" in everything or '"' in everything:
        return [text.replace("\\", "\\\\").replace('"', '\\"') for text in values]
    return values


def format_booleans(values: Sequence[bool]) -> Sequence[str]:
    """Format booleans."""
    return ["true" if value else "false" for value in values]
