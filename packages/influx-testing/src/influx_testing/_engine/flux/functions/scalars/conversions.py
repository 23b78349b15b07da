"""The functions of universe that convert a value to another type; null stays null.

Source: https://docs.influxdata.com/flux/v0/data-types/basic/
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Final, NoReturn

from influx_core import Unsigned
from influx_core.timestamps import to_ns
from influx_flux import FluxDuration
from influx_flux import duration as parse_duration
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.functions.scalars.value_texts import quoted, type_text
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.values.flux_text import text_of
from influx_testing._engine.flux.values.flux_types import (
    MAX_INT,
    MIN_INT,
    FluxTime,
    Value,
    type_name,
    wrapped,
    wrapped_unsigned,
)

__all__ = [
    "CONVERSIONS",
    "to_bool",
    "to_duration",
    "to_float",
    "to_int",
    "to_string",
    "to_time",
    "to_uint",
]

_WITH_TEXT: Final = frozenset({"bool", "duration", "float", "int", "string", "time", "uint"})
_WHOLE: Final = re.compile(r"[+-]?[0-9]+", re.ASCII)
_UNSIGNED: Final = re.compile(r"[0-9]+", re.ASCII)
_FLOAT: Final = re.compile(
    r"[+-]?(?:[0-9](?:_?[0-9])*\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|[+-]?inf(?:inity)?|nan"
    r"|[+-]?0x[0-9a-f]*\.?[0-9a-f]*p[+-]?[0-9]+",
    re.ASCII | re.IGNORECASE,
)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MAX_UINT: Final = 2**64 - 1


def to_string(value: Value) -> Value:
    """Convert a value to a string: floats without exponents, times with nine decimals.

    Raises:
        FluxError: the type has no string, or bytes are not UTF-8.
    """
    if value is None:
        return None
    if type(value) is bytes:
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise FluxError(
                "bytes contained non utf8 bytes, cannot be converted into a string"
            ) from None
    return text_of(value) if type_name(value) in _WITH_TEXT else _cannot(value, "string")


def to_int(value: Value) -> Value:
    """Convert a value to an integer; unsigned integers wrap, floats are cut.

    Raises:
        FluxError: the type has no integer, or a string is none.
    """
    match type_name(value):
        case "null" | "int":
            return value
        case "string":
            if _WHOLE.fullmatch(value) and MIN_INT <= int(value) <= MAX_INT:
                return int(value)
            return _no_syntax(value, "int")
        case "float":
            return _int_of_float(value)
        case "uint" | "bool" | "time":
            return wrapped(int(value))
        case "duration":
            return wrapped(nanoseconds_of(value))
        case _:
            return _cannot(value, "int")


def to_uint(value: Value) -> Value:
    """Convert a value to an unsigned integer; negative integers wrap, floats are cut.

    Raises:
        FluxError: the type has no unsigned integer, or a string is none.
    """
    match type_name(value):
        case "null" | "uint":
            return value
        case "string":
            if _UNSIGNED.fullmatch(value) and int(value) <= _MAX_UINT:
                return Unsigned(int(value))
            return _no_syntax(value, "uint")
        case "float":
            return _uint_of_float(value)
        case "int" | "bool" | "time":
            return wrapped_unsigned(int(value))
        case "duration":
            return wrapped_unsigned(nanoseconds_of(value))
        case _:
            return _cannot(value, "uint")


def to_float(value: Value) -> Value:
    """Convert a value to a float.

    Raises:
        FluxError: the type has no float, or a string is none.
    """
    match type_name(value):
        case "null" | "float":
            return value
        case "string":
            return _float_of_text(value)
        case "int" | "uint" | "bool":
            return float(value)
        case _:
            return _cannot(value, "float")


def to_bool(value: Value) -> Value:
    """Convert `true`, `false`, 0 or 1 to a bool.

    Raises:
        FluxError: it is another value.
    """
    kind = type_name(value)
    match kind:
        case "null" | "bool":
            return value
        case "string":
            if value in {"true", "false"}:
                return value == "true"
            raise FluxError(f"cannot convert string {quoted(value)} to bool")
        case "int" | "uint" | "float":
            if value in {0, 1}:
                return value == 1
            shown = f"{value:.6f}" if kind == "float" else f"{int(value)}"
            raise FluxError(f"cannot convert {kind} {shown} to bool, must be 0 or 1")
        case _:
            return _cannot(value, "bool")


def to_time(value: Value) -> Value:
    """Convert an RFC 3339 text, or nanoseconds since 1970, to a time.

    Raises:
        FluxError: it is another value.
    """
    match type_name(value):
        case "null" | "time":
            return value
        case "string":
            return _time_of_text(value)
        case "int" | "uint":
            return FluxTime(wrapped(int(value)))
        case _:
            return _cannot(value, "time")


def to_duration(value: Value) -> Value:
    """Convert a text such as `1h30m`, or nanoseconds, to a duration.

    Raises:
        FluxError: it is another value.
    """
    match type_name(value):
        case "null" | "duration":
            return value
        case "string":
            try:
                return parse_duration(value)
            except ValueError:
                return _no_syntax(value, "duration")
        case "int" | "uint":
            number = wrapped(int(value))
            return FluxDuration(0, min(abs(number), MAX_INT), number < 0)
        case _:
            return _cannot(value, "duration")


def to_bytes(value: Value) -> Value:
    """Convert a string to its UTF-8 bytes.

    Raises:
        FluxError: it is not a string.
    """
    return value.encode() if type(value) is str else _cannot(value, "bytes")


def nanoseconds_of(value: FluxDuration) -> int:
    """Return a duration in nanoseconds; a month has 30 days, a year 365, as on the server."""
    years, months = divmod(value.months, 12)
    total = (years * 365 + months * 30) * 86_400_000_000_000 + value.nanoseconds
    return -total if value.negative else total


def _cannot(value: Value, target: str) -> NoReturn:
    raise FluxError(f"cannot convert {type_text(value)} to {target}")


def _no_syntax(text: str, target: str, why: str = "") -> NoReturn:
    raise FluxError(f"cannot convert string {quoted(text)} to {target} due to invalid syntax{why}")


def _int_of_float(number: float) -> int:
    """Cut a float as amd64 processors do: what int64 does not hold is the least integer."""
    whole = int(number) if math.isfinite(number) else MIN_INT
    return whole if MIN_INT <= whole <= MAX_INT else MIN_INT


def _uint_of_float(number: float) -> Unsigned:
    """Cut a float as Go does on amd64, which goes by int64 below 2**63."""
    if math.isnan(number) or number >= 2.0**64 or number < -(2.0**63):
        return Unsigned(2**63)
    return wrapped_unsigned(int(number))


def _float_of_text(text: str) -> float:
    if not _FLOAT.fullmatch(text) or "_" in text:
        return _no_syntax(text, "float")
    if "x" in text.lower():
        try:
            return float.fromhex(text)
        except (ValueError, OverflowError):
            return _no_syntax(text, "float")
    number = float(text)
    return _no_syntax(text, "float") if math.isinf(number) and "n" not in text.lower() else number


def _time_of_text(text: str) -> FluxTime:
    try:
        return FluxTime(to_ns(f"{text}T00:00:00Z" if _DATE.fullmatch(text) else text))
    except ValueError:
        return _no_syntax(text, "time", f": cannot parse {quoted(text)} as a time")


CONVERSIONS: Mapping[str, Callable[[Value], Value]] = {
    "bool": to_bool,
    "bytes": to_bytes,
    "duration": to_duration,
    "float": to_float,
    "int": to_int,
    "string": to_string,
    "time": to_time,
    "uint": to_uint,
}
"""The conversions by the type that they return, which is their name in universe."""


def _register(name: str, convert: Callable[[Value], Value]) -> None:
    @flux_function("universe", name, nulls=True)
    def run(v: Value) -> Value:
        return convert(v)


for _name, _convert in CONVERSIONS.items():
    _register(_name, _convert)
