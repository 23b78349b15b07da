"""Converts Python values to the syntax tree of one literal, or raises an error with the reason."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Protocol, cast, runtime_checkable

from influx_flux._text.lexer import is_name
from influx_flux._text.quoting import quote
from influx_flux._values.durations import FluxDuration, from_timedelta
from influx_flux._values.patterns import from_pattern
from influx_flux._values.times import Naive, from_date, from_datetime, from_nanoseconds
from influx_flux.nodes import (
    ArrayExpression,
    ArrayItem,
    BinaryExpression,
    BooleanLiteral,
    CallExpression,
    DictExpression,
    DictItem,
    Expression,
    FloatLiteral,
    Identifier,
    IntegerLiteral,
    ObjectExpression,
    ParenExpression,
    Property,
    StringLiteral,
    UnaryExpression,
)

MAX_INT: Final = 2**63 - 1
_REFUSED: Final[dict[type, str]] = {
    type(None): "Flux has no literal for null: leave it out, or compare with `exists`",
    bytes: "the strings of Flux are text: decode the bytes, or write them in hexadecimal",
    bytearray: "the strings of Flux are text: decode the bytes, or write them in hexadecimal",
    memoryview: "the strings of Flux are text: decode the bytes, or write them in hexadecimal",
    Decimal: "Flux has no decimals: convert it to float or str",
    complex: "Flux has no complex numbers",
    set: "the elements of an array have an order: give a sorted list",
    frozenset: "the elements of an array have an order: give a sorted list",
}


@runtime_checkable
class HasNode(Protocol):
    """A value with a syntax tree, such as an expression of the builder."""

    def node(self) -> Expression:
        """Return the syntax tree."""
        ...


def to_node(value: object, naive: Naive = "raise") -> Expression:
    """Return the syntax tree of a value.

    Raises:
        ValueError: Flux has the type, but no literal for this value.
        TypeError: Flux has no literal for the type.
    """
    match value:
        case bool():
            return BooleanLiteral(value)
        case str():
            quote(value)  # raises an error for lone surrogates
            return StringLiteral(str.__str__(value))
        case int():
            return _integer(int(value))
        case float():
            return _float(float(value))
        case datetime():
            return from_datetime(value, naive)
        case date():
            return from_date(value, naive)
        case timedelta():
            return from_timedelta(value).node()
        case FluxDuration():
            return value.node()
        case re.Pattern():
            return from_pattern(cast("re.Pattern[str]", value))
        case list() | tuple():
            return _array(cast("list[object]", value), naive)
        case Mapping():
            return _mapping(cast("Mapping[object, object]", value), naive)
        case _:
            return _other(value, naive)


def _integer(value: int) -> Expression:
    if value == -MAX_INT - 1:
        smallest = UnaryExpression("-", IntegerLiteral(MAX_INT))
        return ParenExpression(BinaryExpression("-", smallest, IntegerLiteral(1)))
    if abs(value) > MAX_INT:
        raise ValueError(
            f'{value} is no 64-bit integer: write it with uint(v: "..."), or give a float'
        )
    return IntegerLiteral(value) if value >= 0 else UnaryExpression("-", IntegerLiteral(-value))


def _float(value: float) -> Expression:
    if math.isfinite(value):
        literal = FloatLiteral(abs(value))
        return UnaryExpression("-", literal) if math.copysign(1, value) < 0 else literal
    name = "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"
    argument = Property(Identifier("v"), StringLiteral(name))
    return CallExpression(Identifier("float"), (ObjectExpression((argument,)),))


def _array(values: list[object], naive: Naive) -> Expression:
    return ArrayExpression(tuple(ArrayItem(to_node(item, naive)) for item in values))


def _mapping(values: Mapping[object, object], naive: Naive) -> Expression:
    """Return a record if all keys are strings, otherwise a dictionary."""
    if all(isinstance(key, str) for key in values):
        return record({str(key): to_node(item, naive) for key, item in values.items()})
    items = (DictItem(to_node(key, naive), to_node(item, naive)) for key, item in values.items())
    return DictExpression(tuple(items))


def record(values: Mapping[str, Expression]) -> ObjectExpression:
    """Return a record of nodes."""
    return ObjectExpression(tuple(Property(key_node(key), item) for key, item in values.items()))


def key_node(key: str) -> Identifier | StringLiteral:
    """Return the key of a record: an identifier if possible, otherwise a string."""
    quote(key)
    return Identifier(key) if key.isascii() and is_name(key) else StringLiteral(key)


def _other(value: object, naive: Naive) -> Expression:
    """Return the node of a value that is recognized by its methods: expressions, numpy scalars."""
    if isinstance(value, HasNode):
        return value.node()
    kind: Any = getattr(getattr(value, "dtype", None), "kind", "")
    if kind and not getattr(value, "shape", ()):
        return _numpy(value, str(kind), naive)
    refusal = _REFUSED.get(
        type(value), "give a str, a number, a time, a duration, a list or a dict"
    )
    raise TypeError(f"{type(value).__name__} cannot be written as Flux: {refusal}")


def _numpy(value: Any, kind: str, naive: Naive) -> Expression:
    if kind in "Mm" and value != value:
        raise ValueError("NaT is no time, and Flux has no literal for null")
    if kind == "M":
        return from_nanoseconds(_as_nanoseconds(value, "datetime64[ns]"))
    if kind == "m":
        return _numpy_duration(value)
    plain = value.item()
    if type(plain) is type(value):
        raise TypeError(f"{type(value).__name__} cannot be written as Flux: convert it to float")
    return to_node(plain, naive)


def _numpy_duration(value: Any) -> Expression:
    unit = str(value.dtype).partition("[")[2].rstrip("]")
    if unit in ("M", "Y"):
        months = int(value.astype("int64")) * (12 if unit == "Y" else 1)
        return FluxDuration(abs(months), 0, months < 0).node()
    nanoseconds = _as_nanoseconds(value, "timedelta64[ns]")
    return FluxDuration(0, abs(nanoseconds), nanoseconds < 0).node()


def _as_nanoseconds(value: Any, dtype: str) -> int:
    converted = value.astype(dtype)
    if converted.astype(value.dtype) != value:
        raise ValueError(f"{value} is out of the range of nanoseconds in 64 bits")
    return int(converted.astype("int64"))
