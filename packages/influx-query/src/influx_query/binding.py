"""Bound parameters: which token the value of a parameter stands for.

A value is what JSON has, an object with one entry that names a type (``{"duration": "10s"}``,
``{"identifier": "cpu"}``), or a Python value that InfluxQL has a literal for.
Source: https://docs.influxdata.com/influxdb/v1/tools/api/#bind-parameters
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, TypeAlias, cast

from influx_query import literals, quoting

Token: TypeAlias = tuple[str, str]
"""A kind of token and its text."""


def bind(value: object) -> Token:
    """Give the token a parameter's value stands for.

    A value that can't be bound gives a ``BOUNDPARAM`` token whose text says why, as in Go: it is an
    error only where an expression uses it.
    """
    if isinstance(value, Mapping):
        return _bind_object(cast("Mapping[str, object]", value))
    match value:
        case bool():
            return ("TRUE" if value else "FALSE"), ""
        case int():
            return "INTEGER", str(value)
        case float():
            return _number(value)
        case str():
            return "STRING", value
        case _:
            return _bind_special(value)


def _bind_special(value: object) -> Token:
    """Bind a value that JSON has no word for."""
    match value:
        case Decimal():
            return "NUMBER", quoting.format_decimal(value)
        case timedelta():
            return "DURATIONVAL", quoting.format_duration(quoting.duration_ns(value))
        case date():
            return "STRING", quoting.format_time(quoting.time_ns(value))[1:-1]
        case re.Pattern():
            return "REGEX", literals.regex(cast("re.Pattern[str]", value)).pattern
        case _:
            name = _GO_TYPES.get(type(value), type(value).__name__)
            return _refusal(f"unable to bind parameter with type {name}")


def _bind_object(typed: Mapping[str, object]) -> Token:
    if len(typed) != 1:
        return _refusal("bound object parameter value must have exactly one entry")
    ((name, value),) = typed.items()
    if name not in _TYPED:
        return _refusal(f"unknown bind object type: {name}")
    return _TYPED[name](value)


def _bind_text(kind: str, what: str) -> Callable[[object], Token]:
    def convert(value: object) -> Token:
        return (
            (kind, value) if isinstance(value, str) else _refusal(f"{what} must be a string value")
        )

    return convert


def _bind_float(value: object) -> Token:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(float(value))
    return _refusal("number literal must be a float value")


def _bind_integer(value: object) -> Token:
    if isinstance(value, int) and not isinstance(value, bool):
        return "INTEGER", str(value)
    return _refusal("integer literal must be an integer value")


def _bind_duration(value: object) -> Token:
    if isinstance(value, str):
        return "DURATIONVAL", value
    if isinstance(value, int) and not isinstance(value, bool):
        return "DURATIONVAL", quoting.format_duration(value)
    return _refusal("duration literal must be a string or integer value")


def _number(value: float) -> Token:
    return "NUMBER", quoting.format_number(value)


def _refusal(reason: str) -> Token:
    return "BOUNDPARAM", reason


_TYPED: Final[dict[str, Callable[[object], Token]]] = {
    "ident": _bind_text("IDENT", "identifier"),
    "identifier": _bind_text("IDENT", "identifier"),
    "regex": _bind_text("REGEX", "regex literal"),
    "string": _bind_text("STRING", "string literal"),
    "float": _bind_float,
    "number": _bind_float,
    "int": _bind_integer,
    "integer": _bind_integer,
    "duration": _bind_duration,
}

_GO_TYPES: Final[dict[type, str]] = {type(None): "<nil>", list: "[]interface {}"}
