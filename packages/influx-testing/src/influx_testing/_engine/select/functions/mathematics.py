"""The mathematical functions, one row at a time; `influx_query.functions` has their arguments.

Source: https://docs.influxdata.com/influxdb/v1/query_language/functions/#transformations
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

from influx_testing._engine.select.run.arithmetic import wrap

__all__ = ["MATH_FUNCTIONS", "V3_MATH_FUNCTIONS"]


def _guarded(function: Callable[..., float], *, domain: float = math.nan) -> Callable[..., float]:
    """Return IEEE 754 results where Python raises: NaN outside the domain, infinity on overflow."""

    def apply(*args: float) -> float:
        try:
            return function(*map(float, args))
        except OverflowError:
            return math.inf
        except ValueError:
            return domain

    return apply


def _logarithm(function: Callable[[float], float]) -> Callable[[float], float]:
    def apply(value: float) -> float:
        if value == 0:
            return -math.inf
        return math.nan if value < 0 else function(value)

    return apply


def _log(value: float, base: float) -> float:
    return _divide(_natural(value), _natural(base))


def _divide(lhs: float, rhs: float) -> float:
    if rhs == 0:
        return math.nan if lhs == 0 or math.isnan(lhs) else math.copysign(math.inf, lhs)
    return lhs / rhs if math.isfinite(lhs) or math.isfinite(rhs) else math.nan


def _keep_integers(function: Callable[[float], float]) -> Callable[[Any], Any]:
    """Return integers unchanged, as the server does, even abs() of negative integers."""
    return lambda value: value if value.__class__ is int else function(value)


def _whole(function: Callable[[float], float]) -> Callable[[Any], Any]:
    return _keep_integers(lambda value: function(value) if math.isfinite(value) else value)


def _round(value: float) -> float:
    """Round half away from zero."""
    whole = math.trunc(value)
    if abs(value - whole) >= 0.5:
        whole += 1 if value > 0 else -1
    return math.copysign(float(whole), value)


def _pow(base: float, exponent: float) -> float:
    base, exponent = float(base), float(exponent)
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf
    except ValueError:
        if base == 0:
            odd = exponent % 2 == 1
            return math.copysign(math.inf, base) if odd else math.inf
        return math.nan


_natural = _logarithm(math.log)

MATH_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": _keep_integers(abs),
    "acos": _guarded(math.acos),
    "asin": _guarded(math.asin),
    "atan": _guarded(math.atan),
    "atan2": _guarded(math.atan2),
    "ceil": _whole(lambda value: math.copysign(float(math.ceil(value)), value)),
    "cos": _guarded(math.cos),
    "exp": _guarded(math.exp),
    "floor": _whole(lambda value: math.copysign(float(math.floor(value)), value)),
    "ln": _natural,
    "log": _log,
    "log10": _logarithm(math.log10),
    "log2": _logarithm(math.log2),
    "pow": _pow,
    "round": _whole(_round),
    "sin": _guarded(math.sin),
    "sqrt": _guarded(math.sqrt),
    "tan": _guarded(math.tan),
}
"""The functions of 1.x."""


def _single(function: Callable[..., float]) -> Callable[..., float]:
    """Round the result to 32-bit precision if the first argument is an integer."""

    def apply(value: Any, other: Any) -> float:
        result = function(value, other)
        if value.__class__ is not int or not math.isfinite(result):
            return result
        return _shortest_single(result)

    return apply


def _log_v3(value: Any, base: Any) -> float:
    if value.__class__ is not int:
        return _log(value, base)
    result = _divide(_rounded(_natural(value)), _rounded(_natural(base)))
    return _shortest_single(result) if math.isfinite(result) else result


def _rounded(value: float) -> float:
    """Round a number to 32-bit precision."""
    return float(struct.unpack("f", struct.pack("f", value))[0])


def _shortest_single(value: float) -> float:
    """Return the number with the fewest digits that is equal in 32-bit precision."""
    single = struct.pack("f", value)
    value = _rounded(value)
    texts = (f"{value:.{digits}g}" for digits in range(1, 10))
    return next(float(text) for text in texts if struct.pack("f", float(text)) == single)


def _integer_pow(base: Any, exponent: Any) -> Any:
    if base.__class__ is int and exponent.__class__ is int and 0 <= exponent < _POWERS:
        return wrap(base**exponent)
    return _pow(base, exponent)


def _as_float(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: function(float(value))


_POWERS = 1024
"""From this exponent on, powers of integers are computed with floats."""

V3_MATH_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **MATH_FUNCTIONS,
    "abs": abs,
    "atan2": _single(MATH_FUNCTIONS["atan2"]),
    "ceil": _as_float(MATH_FUNCTIONS["ceil"]),
    "floor": _as_float(MATH_FUNCTIONS["floor"]),
    "log": _log_v3,
    "pow": _integer_pow,
    "round": _as_float(MATH_FUNCTIONS["round"]),
}
"""The functions of 3.x, which has those of DataFusion."""
