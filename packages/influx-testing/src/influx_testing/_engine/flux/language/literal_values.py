"""The values of literals."""

from __future__ import annotations

import re
from datetime import datetime

from influx_core import Unsigned
from influx_flux import FluxDuration
from influx_flux.nodes import (
    BooleanLiteral,
    DateTimeLiteral,
    DurationLiteral,
    FloatLiteral,
    IntegerLiteral,
    LabelLiteral,
    Literal,
    RegexpLiteral,
    StringLiteral,
    UnsignedIntegerLiteral,
)
from influx_testing._engine.flux.flux_errors import CompileError, FluxError
from influx_testing._engine.flux.values.calendar_time import from_civil
from influx_testing._engine.flux.values.flux_regexp import compile_regexp
from influx_testing._engine.flux.values.flux_types import FluxTime, Value

__all__ = ["duration_of", "literal_value", "time_of"]

_MONTHS = {"y": 12, "mo": 1}
_NANOSECONDS = {
    "w": 604_800_000_000_000,
    "d": 86_400_000_000_000,
    "h": 3_600_000_000_000,
    "m": 60_000_000_000,
    "s": 1_000_000_000,
    "ms": 1_000_000,
    "us": 1_000,
    "ns": 1,
}
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d))?", re.ASCII
)


def literal_value(node: Literal) -> Value:
    """Return the value of a literal.

    Raises:
        CompileError: it is a pattern that RE2 refuses.
    """
    match node:
        case IntegerLiteral() | FloatLiteral() | StringLiteral() | BooleanLiteral():
            return node.value
        case UnsignedIntegerLiteral():
            return Unsigned(node.value)
        case LabelLiteral():
            return node.value
        case DateTimeLiteral():
            return time_of(node.value)
        case DurationLiteral():
            return duration_of(node)
        case RegexpLiteral():
            try:
                return compile_regexp(node.value)
            except FluxError as error:
                raise CompileError(error.message, node.location) from None
        case _:
            raise CompileError("invalid literal", node.location)


def duration_of(node: DurationLiteral) -> FluxDuration:
    """Return the value of a duration."""
    months = sum(part.magnitude * _MONTHS.get(part.unit, 0) for part in node.values)
    rest = sum(part.magnitude * _NANOSECONDS.get(part.unit, 0) for part in node.values)
    return FluxDuration(months, rest)


def time_of(text: str) -> FluxTime:
    """Return the value of a time in RFC 3339, or of a date.

    Raises:
        FluxError: the text is no time.
    """
    match = _TIME.fullmatch(text)
    if match is None:
        raise FluxError(f'cannot parse "{text}" as a time')
    day, clock, fraction, zone = match.groups()
    zone = "+00:00" if zone in (None, "Z") else zone
    try:
        moment = datetime.fromisoformat(f"{day}T{clock or '00:00:00'}{zone}")
    except ValueError:
        raise FluxError(f'cannot parse "{text}" as a time') from None
    return FluxTime(from_civil(moment, int((fraction or "0").ljust(9, "0"))))
