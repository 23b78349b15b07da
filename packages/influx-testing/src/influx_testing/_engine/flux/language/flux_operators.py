"""The operators of Flux on values; null makes null of everything but `exists`."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from influx_core import Unsigned
from influx_flux import FluxDuration
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.values.flux_dictionary import FluxDictionary
from influx_testing._engine.flux.values.flux_regexp import FluxRegexp
from influx_testing._engine.flux.values.flux_types import (
    FluxTime,
    Value,
    type_name,
    wrapped,
    wrapped_unsigned,
)
from influx_testing._go.exponentials import power
from influx_testing._go.floats import divide

__all__ = ["BINARY_OPERATORS", "FLOAT_OPERATORS", "negated"]

BinaryOperator = Callable[[Value, Value], Value]
_Table = Mapping[tuple[type, type], Callable[[Any, Any], Any]]


def _quotient(left: int, right: int) -> int:
    if right == 0:
        raise FluxError("cannot divide by zero", "failed precondition")
    found = abs(left) // abs(right)
    return found if (left < 0) == (right < 0) else -found


def _remainder(left: int, right: int) -> int:
    if right == 0:
        raise FluxError("cannot mod zero", "failed precondition")
    return int(math.copysign(1, left)) * (abs(left) % abs(right))


def _float_remainder(left: float, right: float) -> float:
    if right == 0 or math.isinf(left):
        return math.nan
    return math.fmod(left, right)


def _numeric(
    symbol: str, on_int: Callable[[Any, Any], int], on_float: Callable[[Any, Any], float]
) -> BinaryOperator:
    table: _Table = {
        (int, int): lambda left, right: wrapped(on_int(left, right)),
        (float, float): on_float,
        (Unsigned, Unsigned): lambda left, right: wrapped_unsigned(on_int(int(left), int(right))),
    }

    def run(left: Value, right: Value) -> Value:
        found = table.get((left.__class__, right.__class__))
        return _other(symbol, left, right) if found is None else found(left, right)

    return run


def _other(symbol: str, left: Value, right: Value) -> Value:
    """Return null if an operand is null; otherwise the types do not fit."""
    if left is None or right is None:
        return None
    one, other = type_name(left), type_name(right)
    if one != other:
        raise FluxError(f"expected {one} but found {other}")
    raise FluxError(f"unsupported binary expression {one} {symbol} {other}")


_add_numbers = _numeric("+", operator.add, operator.add)


def _add(left: Value, right: Value) -> Value:
    if left.__class__ is str and right.__class__ is str:
        return left + right
    return _add_numbers(left, right)


def _raised(left: Value, right: Value) -> Value:
    numbers = (float, int, Unsigned)
    if left.__class__ in numbers and left.__class__ is right.__class__:
        return power(float(left), float(right))
    return _other("^", left, right)


_NUMBERS = (int, float, Unsigned)
_ORDERED = (str, FluxTime, FluxDuration)
_EQUATABLE = (*_ORDERED, bool, bytes, list, dict, FluxDictionary)


def _pairs(kinds: tuple[type, ...]) -> frozenset[tuple[type, type]]:
    numbers = {(left, right) for left in _NUMBERS for right in _NUMBERS}
    return frozenset(numbers | {(kind, kind) for kind in kinds})


def _comparison(
    symbol: str, compare: Callable[[Any, Any], bool], kinds: tuple[type, ...]
) -> BinaryOperator:
    pairs = _pairs(kinds)

    def run(left: Value, right: Value) -> Value:
        if (left.__class__, right.__class__) in pairs:
            return compare(left, right)
        if left is None or right is None:
            return None
        raise FluxError(
            f"unsupported binary expression {type_name(left)} {symbol} {type_name(right)}"
        )

    return run


def _by_length(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """Compare durations by their months and nanoseconds."""

    def run(left: Any, right: Any) -> bool:
        if left.__class__ is FluxDuration:
            left, right = _length(left), _length(right)
        return compare(left, right)

    return run


def _length(value: FluxDuration) -> tuple[int, int]:
    sign = -1 if value.negative else 1
    return sign * value.months, sign * value.nanoseconds


def _matches(left: Value, right: Value) -> Value:
    if left.__class__ is str and right.__class__ is FluxRegexp:
        return right.search(left) is not None
    if left is None or right is None:
        return None
    raise FluxError(f"unsupported binary expression {type_name(left)} =~ {type_name(right)}")


def _differs(left: Value, right: Value) -> Value:
    found = _matches(left, right)
    return None if found is None else not found


BINARY_OPERATORS: Mapping[str, BinaryOperator] = {
    "+": _add,
    "-": _numeric("-", operator.sub, operator.sub),
    "*": _numeric("*", operator.mul, operator.mul),
    "/": _numeric("/", _quotient, divide),
    "%": _numeric("%", _remainder, _float_remainder),
    "^": _raised,
    "==": _comparison("==", operator.eq, _EQUATABLE),
    "!=": _comparison("!=", operator.ne, _EQUATABLE),
    "<": _comparison("<", _by_length(operator.lt), _ORDERED),
    "<=": _comparison("<=", _by_length(operator.le), _ORDERED),
    ">": _comparison(">", _by_length(operator.gt), _ORDERED),
    ">=": _comparison(">=", _by_length(operator.ge), _ORDERED),
    "=~": _matches,
    "!~": _differs,
}
"""The functions of the binary operators."""

FLOAT_OPERATORS: Mapping[str, Callable[[float, float], Value]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
"""The operators that are plain functions where both operands are floats."""


def negated(value: Value) -> Value:
    """Return the value with the opposite sign.

    Raises:
        FluxError: the value is no number and no duration.
    """
    kind = value.__class__
    if kind is float or kind is FluxDuration:
        return -value
    if kind is int:
        return wrapped(-value)
    if value is None:
        return None
    raise FluxError(f"unsupported unary expression -{type_name(value)}")
