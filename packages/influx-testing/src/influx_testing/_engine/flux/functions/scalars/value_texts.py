"""Writes values of any type, and their types, for `display` and messages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Final

from influx_testing._engine.flux.values.flux_text import text_of
from influx_testing._engine.flux.values.flux_types import Value, type_name
from influx_testing._go.float_text import short_text

__all__ = ["displayed", "quoted", "type_text"]

_INDENT: Final = "    "


def quoted(text: str) -> str:
    """Quote a text for a message."""
    return json.dumps(text, ensure_ascii=False)


def type_text(value: Value) -> str:
    """Return the type of a value as messages write it, such as `[int]` or `{a: string}`."""
    match type_name(value):
        case "array":
            return f"[{type_text(value[0])}]" if value else "[A]"
        case "record":
            return "{" + ", ".join(f"{key}: {type_text(item)}" for key, item in value.items()) + "}"
        case "dict":
            pair = next(iter(value.items()), None)
            return "[A:B]" if pair is None else f"[{type_text(pair[0])}:{type_text(pair[1])}]"
        case "stream":
            return "stream[A]"
        case name:
            return name


def displayed(value: Value, depth: int = 0) -> str:
    """Return any value as `display` shows it; more than three members stand on lines of their own.

    Args:
        value: the value.
        depth: how deep it stands in others.
    """
    match type_name(value):
        case "null":
            return "<null>"
        case "stream":
            return "<table stream>"
        case "bytes":
            return f"0x{value.hex()}"
        case "float":
            return short_text(value)
        case "regexp":
            return str(value.pattern)
        case "array":
            return _listed(value, depth, "[]", ", ", displayed)
        case "record":
            return _listed(sorted(value.items()), depth, "{}", ",", _pair)
        case "dict":
            return _listed(value.items(), depth, "[]", ", ", _pair) if len(value) else "[:]"
        case "function":
            return f"<function {value.name}>"
        case _:
            return text_of(value)


def _pair(item: tuple[Value, Value], depth: int) -> str:
    return f"{displayed(item[0], depth)}: {displayed(item[1], depth)}"


def _listed(
    items: Iterable[Value],
    depth: int,
    brackets: str,
    separator: str,
    show: Callable[[Value, int], str],
) -> str:
    """List items in one line, or, more than three, in a line each."""
    shown = [show(item, depth + 1) for item in items]
    if len(shown) <= 3:
        return brackets[0] + ", ".join(shown) + brackets[1]
    line = "\n" + _INDENT * (depth + 1)
    return f"{brackets[0]}{line}{(separator + line).join(shown)}\n{_INDENT * depth}{brackets[1]}"
