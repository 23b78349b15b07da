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
    """These values, or points, cannot be written together."""


def format_numbers(values: Sequence[float]) -> Sequence[str]:
    """Print integers, without the letter behind them, or floats.

    Raises:
        NotUniformError: one of them is no finite number.
    """
    text = _print(values)[1:-1].decode()
    if "n" in text:  # of null, the JSON encoder's word for NaN and the infinities
        raise NotUniformError
    return text.split(",")


def format_strings(values: Sequence[str]) -> Sequence[str]:
    """Print strings, without the quotes around them."""
    everything = "".join(values)
    if "\\" in everything or '"' in everything:
        return [text.replace("\\", "\\\\").replace('"', '\\"') for text in values]
    return values


def format_booleans(values: Sequence[bool]) -> Sequence[str]:
    """Print booleans."""
    return ["true" if value else "false" for value in values]
