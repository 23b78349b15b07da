"""Bound parameters: the values of ``$name``, as tokens and as JSON.

A value is a JSON value, an object with one entry that names a type (``{"duration": "10s"}``,
``{"identifier": "cpu"}``), or a Python value with a literal in InfluxQL.

Source: https://docs.influxdata.com/influxdb/v1/tools/api/#bind-parameters
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, TypeAlias, cast

from influx_query._text.durations import format_duration, timedelta_ns
from influx_query._text.numbers import INT64_MAX, INT64_MIN, format_decimal, format_number
from influx_query._text.numpy_scalars import is_numpy_duration, is_numpy_time, plain
from influx_query._text.timestamps import format_time, time_ns

Token: TypeAlias = tuple[str, str]
"""A kind of token and its text."""


def bind_token(value: object) -> Token:
    """Return the token for the value of a parameter.

    For a value that can't be bound, this returns a ``BOUNDPARAM`` token with the reason as its
    text. As in Go, it is an error only if an expression uses the parameter.
    """
    if isinstance(value, Mapping):
        return _bind_object(cast("Mapping[str, object]", value))
    value = plain(value)
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
    """Return the token of a value that has no equivalent in JSON."""
    if is_numpy_time(value) or isinstance(value, date):
        return "STRING", format_time(time_ns(value))
    if is_numpy_duration(value) or isinstance(value, timedelta):
        return "DURATIONVAL", format_duration(timedelta_ns(value))
    if isinstance(value, Decimal):
        return "NUMBER", format_decimal(value)
    if isinstance(value, re.Pattern):
        from influx_query._text.regex import regex_text

        return "REGEX", regex_text(cast("re.Pattern[str]", value))
    name = _GO_TYPES.get(type(value), type(value).__name__)
    return _unbound(f"unable to bind parameter with type {name}")


def _bind_object(typed: Mapping[str, object]) -> Token:
    if len(typed) != 1:
        return _unbound("bound object parameter value must have exactly one entry")
    ((name, value),) = typed.items()
    if name not in _TYPED:
        return _unbound(f"unknown bind object type: {name}")
    return _TYPED[name](plain(value))


def _bind_text(kind: str, what: str) -> Callable[[object], Token]:
    def convert(value: object) -> Token:
        return (
            (kind, value) if isinstance(value, str) else _unbound(f"{what} must be a string value")
        )

    return convert


def _bind_float(value: object) -> Token:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(float(value))
    return _unbound("number literal must be a float value")


def _bind_integer(value: object) -> Token:
    if isinstance(value, int) and not isinstance(value, bool):
        return "INTEGER", str(value)
    return _unbound("integer literal must be an integer value")


def _bind_duration(value: object) -> Token:
    if isinstance(value, str):
        return "DURATIONVAL", value
    if isinstance(value, int) and not isinstance(value, bool):
        return "DURATIONVAL", format_duration(value)
    return _unbound("duration literal must be a string or integer value")


def _number(value: float) -> Token:
    return "NUMBER", format_number(value)


def _unbound(reason: str) -> Token:
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


def params_json(params: Mapping[str, object]) -> str:
    """Return the values of ``$name`` as JSON, for the ``params`` of a request.

    Args:
        params: Text, booleans, integers of 64 bits, finite floats and Decimals, times, durations,
            compiled patterns, numpy's scalars; and objects with one entry that names a type, such
            as ``{"identifier": "cpu"}``: the types are ident, identifier, regex, string, float,
            number, int, integer and duration.

    A float is always written with a dot, because the server reads a number without one as an
    integer.

    Raises:
        TypeError: A name is not a string, or a value has a type that can't be bound.
        ValueError: A value can't be written; the text names its parameter.
    """
    if not isinstance(params, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"bind parameters are a mapping of names to values, not {params!r}")
    pairs = (f"{_json_name(name)}: {_json_value(name, value)}" for name, value in params.items())
    return "{" + ", ".join(pairs) + "}"


def _json_name(name: object) -> str:
    if not isinstance(name, str) or not name or not name.isprintable():
        raise TypeError(f"bind parameters are named by text, not by {name!r}")
    return _json_text(name)


def _json_value(name: str, value: object) -> str:
    try:
        kind, text = bind_token(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"bind parameter {name!r}: {error}") from None
    if kind == "BOUNDPARAM":
        raise TypeError(
            f"bind parameter {name!r}: {value!r} can't be bound ({text}); it takes text, bool, "
            "int, float, Decimal, datetime, timedelta, a compiled pattern, or an object that names "
            'a type, such as {"identifier": "cpu"}'
        )
    try:
        return _json_token(kind, text)
    except ValueError as error:
        raise ValueError(f"bind parameter {name!r}: {error}") from None


def _json_token(kind: str, text: str) -> str:
    if kind in ("TRUE", "FALSE"):
        return kind.lower()
    if kind == "INTEGER":
        number = int(text)
        if not INT64_MIN <= number <= INT64_MAX:
            raise ValueError(f"{text} doesn't fit an int64, and no larger integer can be bound")
        return text
    if kind == "NUMBER":
        return text if "." in text else f"{text}.0"
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{text!r} holds half a character, which no server keeps") from None
    return _json_text(text if kind == "STRING" else {_JSON_TYPES[kind]: text})


def _json_text(value: object) -> str:
    import json  # the lexer, which imports this module, starts sooner without it

    return json.dumps(value)


_JSON_TYPES: Final = {"DURATIONVAL": "duration", "IDENT": "identifier", "REGEX": "regex"}
