"""The mathematical functions of 1.x, one row at a time; their arguments are in influx_query.

Source: https://docs.influxdata.com/influxdb/v1/query_language/functions/#transformations
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from influx_testing._go import exponentials, floats, trigonometry

__all__ = ["MATH_FUNCTIONS", "on_floats"]


def on_floats(function: Callable[..., float]) -> Callable[..., float]:
    """Return the function, with integers as arguments converted to floats."""
    return lambda *values: function(*map(float, values))


def _log(value: float, base: float) -> float:
    return floats.divide(exponentials.log(value), exponentials.log(base))


def _keep_integers(function: Callable[[float], float]) -> Callable[[Any], Any]:
    """Return integers unchanged, as the server does, even abs() of negative integers."""
    return lambda value: value if value.__class__ is int else function(value)


MATH_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": _keep_integers(abs),
    "acos": on_floats(trigonometry.acos),
    "asin": on_floats(trigonometry.asin),
    "atan": on_floats(trigonometry.atan),
    "atan2": on_floats(trigonometry.atan2),
    "ceil": _keep_integers(floats.ceil),
    "cos": on_floats(trigonometry.cos),
    "exp": on_floats(exponentials.exp),
    "floor": _keep_integers(floats.floor),
    "ln": on_floats(exponentials.log),
    "log": on_floats(_log),
    "log10": on_floats(exponentials.log10),
    "log2": on_floats(exponentials.log2),
    "pow": on_floats(exponentials.power),
    "round": _keep_integers(floats.round_half_away),
    "sin": on_floats(trigonometry.sin),
    "sqrt": on_floats(floats.guarded(math.sqrt)),
    "tan": on_floats(trigonometry.tan),
}
"""The functions by name; those of floats are Go's."""
