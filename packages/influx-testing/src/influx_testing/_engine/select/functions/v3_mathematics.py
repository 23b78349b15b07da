"""The mathematical functions of 3.x, which are those of DataFusion and of the C library.

Source: https://docs.influxdata.com/influxdb3/core/reference/influxql/functions/transformations/
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

from influx_testing._engine.select.functions.mathematics import MATH_FUNCTIONS, on_floats
from influx_testing._engine.select.run.arithmetic import wrap
from influx_testing._go import floats

__all__ = ["V3_MATH_FUNCTIONS"]

_natural = floats.log(math.log)


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
        return floats.divide(_natural(float(value)), _natural(float(base)))
    result = floats.divide(_rounded(_natural(value)), _rounded(_natural(base)))
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
    return floats.c_power(float(base), float(exponent))


_POWERS = 1024
"""From this exponent on, powers of integers are computed with floats."""

V3_MATH_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "acos": on_floats(floats.guarded(math.acos)),
    "asin": on_floats(floats.guarded(math.asin)),
    "atan": on_floats(math.atan),
    "atan2": _single(on_floats(math.atan2)),
    "ceil": on_floats(floats.ceil),
    "cos": on_floats(floats.guarded(math.cos)),
    "exp": on_floats(floats.guarded(math.exp)),
    "floor": on_floats(floats.floor),
    "ln": on_floats(_natural),
    "log": _log_v3,
    "log10": on_floats(floats.log(math.log10)),
    "log2": on_floats(floats.log(math.log2)),
    "pow": _integer_pow,
    "round": on_floats(floats.round_half_away),
    "sin": on_floats(floats.guarded(math.sin)),
    "sqrt": MATH_FUNCTIONS["sqrt"],
    "tan": on_floats(floats.guarded(math.tan)),
}
"""The functions by name."""
