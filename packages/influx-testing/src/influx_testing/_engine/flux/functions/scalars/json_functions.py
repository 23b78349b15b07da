"""Packages json and experimental/json.

Source: https://docs.influxdata.com/flux/v0/stdlib/json/encode/
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable
from typing import Any

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.values.flux_text import float_text, text_of
from influx_testing._engine.flux.values.flux_types import Value, type_name
from influx_testing._go.float_text import short_text
from influx_testing._go.json import GoJsonError, first_value

__all__: list[str] = []

_ESCAPED = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}


@flux_function("json", "encode")
def encode(v: Value) -> bytes:
    """Return a value as JSON: properties in order of their names, times and durations as texts.

    Raises:
        FluxError: the value has no JSON, as functions, NaN and infinities.
    """
    return _encoded(v).encode("utf-8", "replace")


def _encoded(value: Value) -> str:
    match type_name(value):
        case "record":
            return _members((_quoted(key), item) for key, item in sorted(value.items()))
        case "dict":
            return _members((_key(key), item) for key, item in value.items())
        case "array":
            return f"[{','.join(map(_encoded, value))}]"
        case "time" | "duration" | "string":
            return _quoted(text_of(value))
        case "regexp":
            return _quoted(value.pattern)
        case "bytes":
            return _quoted(base64.b64encode(value).decode())
        case "float":
            return _number(value)
        case "int" | "uint" | "bool":
            return text_of(value)
        case "null":
            return "null"
        case name:
            raise FluxError(f"cannot encode value of type {name}")


def _members(items: Iterable[tuple[str, Value]]) -> str:
    return "{" + ",".join(f"{key}:{_encoded(item)}" for key, item in items) + "}"


def _key(key: Value) -> str:
    text = _encoded(key)
    return text if text.startswith('"') else f'"{text}"'


def _quoted(text: str) -> str:
    """Quote a text as Go does, which escapes what HTML gives a meaning."""
    quoted = json.dumps(text, ensure_ascii=False)
    for sign, escape in _ESCAPED.items():
        quoted = quoted.replace(sign, escape)
    return quoted


def _number(value: float) -> str:
    """Write a float with the fewest digits; with an exponent below 1e-6 and from 1e21 on."""
    if not math.isfinite(value):
        raise FluxError(f"json: unsupported value: {float_text(value)}")
    if value == 0 or 1e-6 <= abs(value) < 1e21:
        return float_text(value)
    return short_text(value).replace("e-0", "e-")


@flux_function("experimental/json", "parse")
def parse(data: bytes) -> Value:
    """Return the value of a JSON text: numbers are floats, objects are records.

    Raises:
        FluxError: the text is not JSON, or has null or an array of several types.
    """
    text = data.decode("utf-8", "replace")
    try:
        first = first_value(text)
        rest = text[len(first) :].strip(" \t\r\n")
        if rest:
            raise GoJsonError(f"invalid character '{rest[0]}' after top-level value")
        return _value(json.loads(first, parse_int=float))
    except RecursionError:
        raise FluxError("exceeded max depth") from None
    except (GoJsonError, ValueError) as error:
        raise FluxError(str(error)) from None


def _value(parsed: Any) -> Value:
    if type_name(parsed) == "record":
        return {key: _value(item) for key, item in parsed.items()}
    if type_name(parsed) == "array":
        items = [_value(item) for item in parsed]
        if len({type_name(item) for item in items}) > 1:
            raise FluxError("array values must all be the same type")
        return items
    return parsed
