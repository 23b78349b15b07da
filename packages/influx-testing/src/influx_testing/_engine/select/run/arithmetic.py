"""The server's arithmetic: 64-bit integers overflow, and division by zero returns zero.

None is a missing value.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from influx_testing._go.regex import Regex

__all__ = [
    "BinaryFunction",
    "binary_function",
    "divide_integers",
    "truncated",
    "truncated_unsigned",
    "unsigned_function",
    "wrap",
    "wrap_unsigned",
]

BinaryFunction = Callable[[Any, Any], Any]

_SPAN = 1 << 64
_HALF = 1 << 63


def wrap(value: int) -> int:
    """Reduce an integer to signed 64 bits, as an overflow does."""
    return (value + _HALF) % _SPAN - _HALF


def wrap_unsigned(value: int) -> int:
    """Reduce an integer to unsigned 64 bits, as an overflow does."""
    return value % _SPAN


def truncated(value: float) -> int:
    """Remove the fraction; NaN and floats beyond 64 bits become the smallest integer."""
    if value.__class__ is int:
        return wrap(int(value))
    return int(value) if -_HALF <= value < _HALF else -_HALF


def truncated_unsigned(value: float) -> int:
    """Remove the fraction; negative values wrap, and values beyond 64 bits become 2^63."""
    whole = int(value) if -_HALF <= value < _SPAN else _HALF
    return whole % _SPAN


def binary_function(op: str, *, float_division: bool) -> BinaryFunction:
    """Return the function of an operator.

    Args:
        op: the operator.
        float_division: whether dividing two integers returns a float, as in SELECT, or an integer,
            as in WHERE.
    """
    if op in _COMPARISONS:
        return _comparison(op, _COMPARISONS[op])
    if op in _LOGIC:
        return _LOGIC[op]
    if op == "/" and float_division:
        return _arithmetic(_divide_floats, _divide_floats)
    return _ARITHMETIC[op]


def unsigned_function(op: str, otherwise: BinaryFunction) -> BinaryFunction:
    """Return the function of an operator with an unsigned operand.

    A signed operand counts modulo 2^64, except that a negative one is less than all others.

    Args:
        op: the operator.
        otherwise: the function for operands that are not both integers.
    """
    function = _UNSIGNED.get(op)
    if function is None:
        return otherwise

    def apply(lhs: Any, rhs: Any) -> Any:
        if lhs.__class__ is int and rhs.__class__ is int:
            return function(lhs % _SPAN, rhs % _SPAN)
        return otherwise(lhs, rhs)

    return apply


_UNSIGNED: dict[str, Callable[[int, int], Any]] = {
    "+": lambda lhs, rhs: (lhs + rhs) % _SPAN,
    "-": lambda lhs, rhs: (lhs - rhs) % _SPAN,
    "*": lambda lhs, rhs: lhs * rhs % _SPAN,
    "/": lambda lhs, rhs: lhs // rhs if rhs else 0,
    "%": lambda lhs, rhs: lhs % rhs if rhs else 0,
    "&": lambda lhs, rhs: lhs & rhs,
    "|": lambda lhs, rhs: lhs | rhs,
    "^": lambda lhs, rhs: lhs ^ rhs,
    "=": operator.eq,
    "!=": operator.ne,
}


def _numbers(lhs: Any, rhs: Any) -> bool:
    return type(lhs) in _NUMBERS and type(rhs) in _NUMBERS


_NUMBERS = frozenset({int, float})


def _comparison(op: str, compare: Callable[[Any, Any], bool]) -> BinaryFunction:
    ordered = op not in {"=", "!="}

    def function(lhs: Any, rhs: Any) -> bool:
        if _numbers(lhs, rhs):
            return compare(lhs, rhs)
        if ordered or type(lhs) is not type(rhs) or lhs is None:
            return False
        return compare(lhs, rhs)

    return function


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _matching(*, wanted: bool) -> BinaryFunction:
    def function(lhs: Any, rhs: Any) -> bool:
        if lhs.__class__ is not str or rhs.__class__ is not Regex:
            return False
        return rhs.matches(lhs) == wanted

    return function


def _booleans(function: Callable[[bool, bool], bool]) -> BinaryFunction:
    def apply(lhs: Any, rhs: Any) -> bool | None:
        if lhs.__class__ is not bool:
            return None
        return rhs.__class__ is bool and function(lhs, rhs)

    return apply


_LOGIC: dict[str, BinaryFunction] = {
    "AND": _booleans(lambda lhs, rhs: lhs and rhs),
    "OR": _booleans(lambda lhs, rhs: lhs or rhs),
    "=~": _matching(wanted=True),
    "!~": _matching(wanted=False),
}


def _arithmetic(
    integers: Callable[[int, int], Any], floats: Callable[[float, float], float] | None
) -> BinaryFunction:
    def function(lhs: Any, rhs: Any) -> Any:
        if not _numbers(lhs, rhs):
            return None
        if lhs.__class__ is int and rhs.__class__ is int:
            return integers(lhs, rhs)
        return None if floats is None else floats(float(lhs), float(rhs))

    return function


def _bitwise(function: Callable[[Any, Any], Any]) -> BinaryFunction:
    def apply(lhs: Any, rhs: Any) -> Any:
        if type(lhs) is type(rhs) and lhs.__class__ in {int, bool}:
            return function(lhs, rhs)
        return False if lhs.__class__ is bool else None

    return apply


def divide_integers(lhs: int, rhs: int) -> int:
    """Divide, rounding towards zero; 0 for a division by zero."""
    if rhs == 0:
        return 0
    quotient = abs(lhs) // abs(rhs)
    return wrap(quotient if (lhs < 0) == (rhs < 0) else -quotient)


def _divide_floats(lhs: float, rhs: float) -> float:
    if rhs == 0:
        return 0.0
    try:
        return lhs / rhs
    except OverflowError:
        return math.inf


def _modulo_integers(lhs: int, rhs: int) -> int:
    """The remainder with the sign of the dividend."""
    return (
        0
        if rhs == 0
        else lhs - rhs * (abs(lhs) // abs(rhs) * (1 if (lhs < 0) == (rhs < 0) else -1))
    )


def _modulo_floats(lhs: float, rhs: float) -> float:
    return math.nan if rhs == 0 or math.isinf(lhs) else math.fmod(lhs, rhs)


_ARITHMETIC: dict[str, BinaryFunction] = {
    "+": _arithmetic(lambda lhs, rhs: wrap(lhs + rhs), operator.add),
    "-": _arithmetic(lambda lhs, rhs: wrap(lhs - rhs), operator.sub),
    "*": _arithmetic(lambda lhs, rhs: wrap(lhs * rhs), operator.mul),
    "/": _arithmetic(divide_integers, _divide_floats),
    "%": _arithmetic(_modulo_integers, _modulo_floats),
    "&": _bitwise(lambda lhs, rhs: lhs & rhs),
    "|": _bitwise(lambda lhs, rhs: lhs | rhs),
    "^": _bitwise(lambda lhs, rhs: lhs ^ rhs),
}
