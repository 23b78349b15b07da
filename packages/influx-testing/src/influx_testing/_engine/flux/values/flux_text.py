"""Values as text: what `string()` and interpolation give."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from influx_core import Unsigned
from influx_flux import FluxDuration
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.values.calendar_time import civil
from influx_testing._engine.flux.values.flux_types import FluxTime, Value, type_name

__all__ = ["bool_text", "duration_text", "float_text", "text_of", "time_text"]

_UNITS: Final[tuple[tuple[str, int], ...]] = (
    ("w", 604_800_000_000_000),
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
)


def text_of(value: Value) -> str:
    """Return the text of a plain value.

    Raises:
        FluxError: the value is null, or of a type without a text.
    """
    write = _WRITERS.get(value.__class__)
    if write is None:
        raise FluxError(f"cannot convert {type_name(value)} to string")
    return write(value)


def float_text(value: float) -> str:
    """Write a float without an exponent, with the fewest digits."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    text = repr(value)
    if "e" in text:
        text = format(Decimal(text), "f")
    return text.removesuffix(".0")


def bool_text(value: bool) -> str:
    """Write a bool."""
    return "true" if value else "false"


def time_text(value: int) -> str:
    """Write a time in RFC 3339 with nine decimals."""
    moment, rest = civil(value)
    return f"{moment.strftime('%Y-%m-%dT%H:%M:%S')}.{rest:09d}Z".rjust(30, "0")


def duration_text(value: FluxDuration) -> str:
    """Write a duration as a literal: `-1mo2d`; none is `0ns`."""
    years, months = divmod(value.months, 12)
    parts = [f"{years}y"] if years else []
    parts += [f"{months}mo"] if months else []
    rest = value.nanoseconds
    for unit, size in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    sign = "-" if value.negative and parts else ""
    return sign + ("".join(parts) or "0ns")


def _bytes_text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise FluxError("cannot convert bytes to string due to invalid utf-8 bytes") from None


_WRITERS: Mapping[type, Callable[[Any], str]] = {
    FluxDuration: duration_text,
    FluxTime: time_text,
    Unsigned: lambda value: str(int(value)),
    bool: bool_text,
    bytes: _bytes_text,
    float: float_text,
    int: str,
    str: str,
}
