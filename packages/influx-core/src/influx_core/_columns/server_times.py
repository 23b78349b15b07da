"""Reads and writes times in the form that InfluxDB 3 uses in JSON and CSV.

The form is `2020-01-31T12:00:00` with 0, 3, 6 or 9 decimals, as few as are needed, and without a
zone. Each text in this form stands for one number of nanoseconds and vice versa. Source:
https://docs.rs/arrow-json/latest/arrow_json/writer/
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from operator import add
from typing import Any, TypeGuard

import msgspec

from influx_core.timestamps import MAX_NS, MIN_NS, to_rfc3339

__all__ = ["server_text", "server_times"]

_DECIMALS = {19: 0, 23: 3, 26: 6, 29: 9}
"""The number of decimals, by the length of the text."""

_EPOCH = date(1970, 1, 1).toordinal()

_UNPRINTED = "000"
"""The server never prints this group of decimals at the end, because it is not needed."""

_DAY_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MINUTES = {f"T{m // 60:02}:{m % 60:02}": m * 60 * 10**9 for m in range(1440)}
_SECONDS = {f":{second:02}": second * 10**9 for second in range(60)}
_integers = msgspec.json.Decoder(list[int])


class _Days(dict[str, int]):
    """A cache from the text of a day, `2020-01-31`, to nanoseconds since 1970."""

    def __missing__(self, text: str) -> int:
        if not _DAY_TEXT.fullmatch(text):
            raise ValueError(f"{text!r} is not a day")
        days = date.fromisoformat(text).toordinal() - _EPOCH
        self[text] = ns = days * 86_400 * 10**9
        return ns


def server_times(values: Sequence[Any]) -> list[int | None] | None:
    """Convert values to nanoseconds since 1970.

    Args:
        values: the values of a column; None is a missing value.

    Returns:
        The times; None if a value is not text in the form of the server, or all are missing.
    """
    first = next((value for value in values if value is not None), None)
    if not isinstance(first, str) or len(first) not in _DECIMALS or first[10] != "T":
        return None
    present = values if None not in values else [value for value in values if value is not None]
    times = _times(present) if _all_text(present) else None
    if times is None or len(present) == len(values):
        return times  # type: ignore[return-value]
    following = iter(times)
    return [None if value is None else next(following) for value in values]


def server_text(ns: int) -> str:
    """Write a time in the form of the server."""
    whole, _, decimals = to_rfc3339(ns).removesuffix("Z").partition(".")
    width = -(-len(decimals) // 3) * 3
    return f"{whole}.{decimals.ljust(width, '0')}" if decimals else whole


def _all_text(values: Sequence[Any]) -> TypeGuard[Sequence[str]]:
    return set(map(type, values)) == {str}


def _times(texts: Sequence[str]) -> list[int] | None:
    """Convert texts to nanoseconds; None if one is not a time."""
    lengths = set(map(len, texts))
    if not lengths <= _DECIMALS.keys():
        return None
    days = _Days()
    try:
        whole = [days[text[:10]] + _MINUTES[text[10:16]] + _SECONDS[text[16:19]] for text in texts]
        rest = [] if lengths == {19} else _rest(texts, lengths)
        times = whole if not rest else list(map(add, whole, rest))
    except (KeyError, ValueError):  # a part of a text is not a day, minute, second or decimals
        return None
    return times if min(times) >= MIN_NS and max(times) <= MAX_NS else None


def _rest(texts: Sequence[str], lengths: set[int]) -> list[int]:
    """The nanoseconds within the second.

    Raises:
        ValueError: the text has another form.
    """
    decimals = _DECIMALS[lengths.pop()] if len(lengths) == 1 else 9
    rests = [text[19:] for text in texts]
    if any(rest.endswith(_UNPRINTED) for rest in rests):
        raise ValueError("more decimals than the server prints")
    if lengths:
        rests = [rest.ljust(10, "0") if rest else ".000000000" for rest in rests]
    joined = "".join(rests)
    digits = joined.replace(".", "")
    if joined[:: decimals + 1] != "." * len(rests) or len(digits) != decimals * len(rests):
        raise ValueError("a text without decimals")
    if not (digits.isascii() and digits.isdecimal()):
        raise ValueError("decimals that are no digits")
    # With a leading 1, because integers in JSON cannot begin with 0.
    numbers = _integers.decode(f"[{joined.replace('.', ',1')[1:]}]")
    scale, carry = 10 ** (9 - decimals), 10**9
    return [number * scale - carry for number in numbers]
