"""Go's package math, with its results where Python raises an error.

exponentials.py and trigonometry.py have the functions whose last bit differs from Python's.

Source: https://pkg.go.dev/math
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable

__all__ = [
    "atanh",
    "c_power",
    "cbrt",
    "ceil",
    "dim",
    "divide",
    "erfcinv",
    "erfinv",
    "floor",
    "from_bits",
    "gamma",
    "guarded",
    "ilogb",
    "ldexp",
    "lgamma",
    "log",
    "log1p",
    "logb",
    "maximum",
    "minimum",
    "modf",
    "power_of_10",
    "remainder",
    "round_half_away",
    "round_half_even",
    "sinh",
    "to_bits",
    "trunc",
]

MAX_INT32 = 2**31 - 1


def divide(dividend: float, divisor: float) -> float:
    """Return a quotient; infinity or NaN if the divisor is zero."""
    if divisor:
        return dividend / divisor
    if dividend == 0 or math.isnan(dividend):
        return math.nan
    return math.copysign(math.inf, dividend) * math.copysign(1.0, divisor)


def guarded(function: Callable[..., float], overflow: float = math.inf) -> Callable[..., float]:
    """Return a function that gives NaN outside the domain, and `overflow` for too large results."""

    def apply(*numbers: float) -> float:
        try:
            return function(*numbers)
        except ValueError:
            return math.nan
        except OverflowError:
            return overflow

    return apply


def log(function: Callable[[float], float]) -> Callable[[float], float]:
    """Return a logarithm that is -Inf at zero, and NaN below."""

    def apply(x: float) -> float:
        if x > 0:
            return function(x)
        return -math.inf if x == 0 else math.nan

    return apply


def cbrt(x: float) -> float:
    """Return the cube root; that of the cube of an integer is exact, unlike in the C library."""
    root = math.cbrt(x)
    square = root * root
    if not square or math.isinf(square):
        return root
    return root - (root * square - x) / (3 * square)


def log1p(x: float) -> float:
    """Return the natural logarithm of 1 + x."""
    return -math.inf if x == -1 else math.nan if x < -1 else math.log1p(x)


def atanh(x: float) -> float:
    """Return the inverse hyperbolic tangent."""
    if abs(x) == 1:
        return math.copysign(math.inf, x)
    return math.nan if abs(x) > 1 else math.atanh(x)


def sinh(x: float) -> float:
    """Return the hyperbolic sine."""
    try:
        return math.sinh(x)
    except OverflowError:
        return math.copysign(math.inf, x)


def floor(x: float) -> float:
    """Return the greatest integer that is not above x."""
    return _with_sign(math.floor, x)


def ceil(x: float) -> float:
    """Return the least integer that is not below x."""
    return _with_sign(math.ceil, x)


def trunc(x: float) -> float:
    """Return the integer part."""
    return _with_sign(math.trunc, x)


def round_half_even(x: float) -> float:
    """Round to the nearest integer; of two, to the even one."""
    return _with_sign(round, x)


def round_half_away(x: float) -> float:
    """Round to the nearest integer; of two, to the one farther from zero."""
    return _with_sign(_round, x)


def _round(x: float) -> int:
    whole = math.trunc(x)
    if abs(x - whole) >= 0.5:
        whole += 1 if x > 0 else -1
    return whole


def _with_sign(function: Callable[[float], int], x: float) -> float:
    """Return a whole number; it keeps the sign of zero, and NaN and Inf stay."""
    return math.copysign(float(function(x)), x) if math.isfinite(x) else x


def dim(x: float, y: float) -> float:
    """Return x - y, or 0 if that is negative; NaN for two equal infinities."""
    difference = x - y
    return 0.0 if difference <= 0 else difference


def maximum(x: float, y: float) -> float:
    """Return the larger number; Inf goes before NaN, +0 is larger than -0."""
    if math.inf in (x, y):
        return math.inf
    if math.isnan(x) or math.isnan(y):
        return math.nan
    return (y if math.copysign(1, x) < 0 else x) if x == y == 0 else max(x, y)


def minimum(x: float, y: float) -> float:
    """Return the smaller number; -Inf goes before NaN, -0 is smaller than +0."""
    return -maximum(-x, -y)


def modf(x: float) -> tuple[float, float]:
    """Return the integer part and the fraction, both with the sign of x; NaN for that of Inf."""
    if math.isinf(x):
        return x, math.nan
    fraction, whole = math.modf(x)
    return whole, fraction


def remainder(x: float, y: float) -> float:
    """Return the IEEE 754 remainder of x / y."""
    return guarded(math.remainder)(x, y)


def c_power(x: float, y: float) -> float:
    """Return x**y as the C library does; Go's own is `exponentials.power`."""
    try:
        return math.pow(x, y)
    except OverflowError:
        return -math.inf if x < 0 and _is_odd(y) else math.inf
    except ValueError:
        if x != 0:
            return math.nan
        return math.copysign(math.inf, x) if _is_odd(y) else math.inf


def _is_odd(y: float) -> bool:
    return math.fmod(y, 2) in (1.0, -1.0)


def power_of_10(exponent: int) -> float:
    """Return 10**exponent: 0 below -323, +Inf above 308."""
    if exponent > 308:
        return math.inf
    return 0.0 if exponent < -323 else float(f"1e{exponent}")


def logb(x: float) -> float:
    """Return the binary exponent as a float: -Inf for 0, +Inf for infinities."""
    if x == 0:
        return -math.inf
    return abs(x) if not math.isfinite(x) else float(math.frexp(x)[1] - 1)


def ilogb(x: float) -> int:
    """Return the binary exponent: the least int32 for 0, the greatest for NaN and Inf."""
    if x == 0:
        return -MAX_INT32 - 1
    return math.frexp(x)[1] - 1 if math.isfinite(x) else MAX_INT32


def ldexp(fraction: float, exponent: int) -> float:
    """Return fraction * 2**exponent."""
    try:
        return math.ldexp(fraction, exponent)
    except OverflowError:
        return math.copysign(math.inf, fraction)


def gamma(x: float) -> float:
    """Return the gamma function: infinite at zero, NaN at negative integers."""
    if x == 0:
        return math.copysign(math.inf, x)
    return guarded(math.gamma)(x)


def lgamma(x: float) -> tuple[float, int]:
    """Return the logarithm of the absolute value of the gamma function, and its sign."""
    if math.isnan(x) or x == math.inf:
        return x, 1
    if x == -math.inf:
        return x, 1
    if x <= 0 and x == math.floor(x):
        return math.inf, -1 if math.copysign(1, x) < 0 and x == 0 else 1
    negative = x < 0 and math.floor(x) % 2 == 1
    return guarded(math.lgamma)(x), -1 if negative else 1


def erfinv(x: float) -> float:
    """Return the inverse of the error function; NaN outside -1 to 1."""
    if math.isnan(x) or abs(x) > 1:
        return math.nan
    if abs(x) == 1:
        return math.copysign(math.inf, x)
    return math.copysign(_inverse(abs(x), 1 - abs(x)), x)


def erfcinv(x: float) -> float:
    """Return the inverse of the complementary error function; NaN outside 0 to 2."""
    if x > 0.5:
        return erfinv(1 - x)
    if x <= 0 or math.isnan(x):
        return math.inf if x == 0 else math.nan
    return _inverse(1 - x, x)


def _inverse(value: float, rest: float) -> float:
    """Return t with erf(t) = value and erfc(t) = rest, by Halley's method.

    Args:
        value: at least 0.
        rest: 1 - value, which may be known more exactly.
    """
    if value == 0:
        return 0.0
    guess = value * math.sqrt(math.pi) / 2 if value < 1e-4 else _winitzki(value, rest)
    for _ in range(4):
        error = math.erf(guess) - value if value < 0.5 else rest - math.erfc(guess)
        step = error / (2 / math.sqrt(math.pi) * math.exp(-guess * guess))
        guess -= step / (1 + guess * step)
    return guess


def _winitzki(value: float, rest: float) -> float:
    """Return an approximation of the inverse that is good to some thousandths."""
    logarithm = math.log(rest) + math.log1p(value)
    middle = 2 / (math.pi * 0.147) + logarithm / 2
    return math.sqrt(math.sqrt(middle * middle - logarithm / 0.147) - middle)


def to_bits(x: float) -> int:
    """Return the IEEE 754 representation."""
    return int.from_bytes(struct.pack(">d", x))


def from_bits(bits: int) -> float:
    """Return the number of an IEEE 754 representation."""
    number: float = struct.unpack(">d", bits.to_bytes(8))[0]
    return number
