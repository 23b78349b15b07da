"""Expressions as Go prints its structures, in errors of the server."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from influx_query.nodes import (
    BooleanLiteral,
    Call,
    DurationLiteral,
    Expr,
    IntegerLiteral,
    NumberLiteral,
    StringLiteral,
    TimeLiteral,
    UnsignedLiteral,
    VarRef,
)
from influx_testing._go.float_text import short_text

__all__ = ["go_syntax"]

_TYPES = {
    "": 0,
    "float": 1,
    "integer": 2,
    "string": 3,
    "boolean": 4,
    "tag": 7,
    "field": 8,
    "unsigned": 9,
}
"""The numbers of the types of names in the server."""


def go_syntax(expr: Expr) -> str:
    """The text of Go's verb %#v for a constant, a name or a call without arguments.

    It is empty for other expressions: their text has the addresses of their parts.
    """
    if isinstance(expr, VarRef):
        return f"&influxql.VarRef{{Val:{_quoted(expr.name)}, Type:{_TYPES[expr.data_type]}}}"
    if isinstance(expr, Call) and not expr.args:
        return f"&influxql.Call{{Name:{_quoted(expr.name)}, Args:[]influxql.Expr(nil)}}"
    value = _value(expr)
    return f"&influxql.{type(expr).__name__}{{Val:{value}}}" if value else ""


def _value(expr: Expr) -> str:
    match expr:
        case BooleanLiteral() | DurationLiteral() | IntegerLiteral():
            return str(expr.value).lower()
        case NumberLiteral():
            return short_text(expr.value)
        case StringLiteral():
            return _quoted(expr.value)
        case UnsignedLiteral():
            return hex(expr.value)
        case TimeLiteral():
            return _time(expr.value)
        case _:
            return ""


def _time(ns: int) -> str:
    seconds, rest = divmod(ns, 1_000_000_000)
    day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    numbers = f"{day.day}, {day.hour}, {day.minute}, {day.second}, {rest}"
    return f"time.Date({day.year}, time.{day:%B}, {numbers}, time.UTC)"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
