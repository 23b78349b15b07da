"""The mathematical functions, one row at a time; `influx_query.functions` has their arguments.

Source: https://docs.influxdata.com/influxdb/v1/query_language/functions/#transformations
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

__all__ = ["MATH_FUNCTIONS"]


def _guarded(function: Callable[..., float], *, domain: float = math.nan) -> Callable[..., float]:
    """Python raises where IEEE 754 has an answer: NaN outside the domain, infinity on overflow."""

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
    """Leave integers as they are: so does the server, even abs() those below zero."""
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
