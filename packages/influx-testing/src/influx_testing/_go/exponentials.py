"""Go's exp, log, log2, log10 and pow on amd64, with its results to the last bit.

Each step rounds as the compiled code does. Go computes exp with fused multiply-add instructions,
which round once; here integers take their place, which are exact until they become a float.

Sources: https://pkg.go.dev/math; for exp, Naoki Shibata, "Efficient evaluation methods of
elementary functions suitable for SIMD computation" (2010); for log, FreeBSD's e_log.c.
"""

from __future__ import annotations

import math

from influx_testing._go import floats

__all__ = ["exp", "log", "log2", "log10", "power"]

_LOG2_E = 1.4426950408889634
_LN2_UPPER = 0.69314718055966295651
_LN2_LOWER_HEAD = float.fromhex("0x1.3de6af0000000p-42")
_LN2_LOWER_TAIL = float.fromhex("0x1.3c76730000000p-69")
"""ln 2 in parts that are short: the product of one of them and an exponent is exact."""

_FIXED_BITS = 120
_SERIES_BITS = 70
_TO_FIXED = 2.0**_FIXED_BITS
_TO_SERIES = 2.0**_SERIES_BITS
_FROM_SERIES = 2.0**-_SERIES_BITS
_FROM_BOTH = 2.0 ** -(_FIXED_BITS + _SERIES_BITS)
_ONE = 1 << (_FIXED_BITS + _SERIES_BITS)
_HIGHEST_TERM = int(2.4801587301587301587e-5 * _TO_SERIES)
_LOWER_TERMS = [
    int(coefficient * _TO_SERIES) << _FIXED_BITS
    for coefficient in (
        1.9841269841269841270e-4,
        1.3888888888888888889e-3,
        8.3333333333333333333e-3,
        4.1666666666666666667e-2,
        1.6666666666666666667e-1,
        0.5,
        1.0,
    )
]
"""The Taylor series of (exp(x) - 1) / x as fixed-point numbers, from the highest power down."""

_OVERFLOW = 710.0
_UNDERFLOW = -750.0

_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_L1 = 6.666666666666735130e-01
_L2 = 3.999999999940941908e-01
_L3 = 2.857142874366239149e-01
_L4 = 2.222219843214978396e-01
_L5 = 1.818357216161805012e-01
_L6 = 1.531383769920937332e-01
_L7 = 1.479819860511658591e-01
_HALF_SQRT2 = math.sqrt(2) / 2
_LEAST_NORMAL = 2.0**-1022

_LN2 = math.log(2)
_LOG10_E = 0.43429448190325182765

_LEAST_HUGE = 2.0**63
_EXPONENT_LIMIT = 1 << 12


def exp(x: float) -> float:
    """Return e**x; 0 and infinity beyond the range of floats."""
    if not _UNDERFLOW < x < _OVERFLOW:
        return 0.0 if x < 0 else x + math.inf
    exponent = round(x * _LOG2_E)
    rest = x - exponent * _LN2_UPPER
    rest = math.fsum((rest, -exponent * _LN2_LOWER_HEAD, -exponent * _LN2_LOWER_TAIL)) / 16
    less_one = rest * _series(rest)
    less_one *= less_one + 2
    less_one *= less_one + 2
    less_one *= less_one + 2
    factor = int((less_one + 2) * _TO_SERIES)
    fraction = _fused(factor, int(less_one * _TO_FIXED), _ONE)
    return math.ldexp(fraction, exponent) if exponent < 1024 else math.inf


def _series(x: float) -> float:
    """Return (exp(x) - 1) / x, for x between -1/32 and 1/32.

    Bits of x below 2**-120 change nothing.
    """
    fixed = int(x * _TO_FIXED)
    series = _HIGHEST_TERM
    for term in _LOWER_TERMS:
        series = int(_fused(series, fixed, term) * _TO_SERIES)
    return series * _FROM_SERIES


def _fused(series: int, fixed: int, term: int) -> float:
    """Return a product and a sum with one rounding.

    Args:
        series: a fixed-point number with 70 bits after the point.
        fixed: one with 120 bits.
        term: one with 190 bits.
    """
    return float(series * fixed + term) * _FROM_BOTH


def log(x: float) -> float:
    """Return the natural logarithm; -Inf at zero, NaN below, near -709 for every subnormal x."""
    if not _LEAST_NORMAL <= x < math.inf:
        return _log_beyond(x)
    fraction, exponent = math.frexp(x)
    return _log_of_parts(fraction, exponent)


def _log_of_parts(fraction: float, exponent: int) -> float:
    """Return the natural logarithm of fraction * 2**exponent.

    Args:
        fraction: at least 0.5 and less than 1.
        exponent: the binary exponent.
    """
    if fraction < _HALF_SQRT2:
        fraction *= 2
        exponent -= 1
    f = fraction - 1
    s = f / (2 + f)
    s2 = s * s
    s4 = s2 * s2
    odd = s2 * (_L1 + s4 * (_L3 + s4 * (_L5 + s4 * _L7)))
    even = s4 * (_L2 + s4 * (_L4 + s4 * _L6))
    half_square = 0.5 * f * f
    correction = s * (half_square + (odd + even)) + exponent * _LN2_LOW
    return exponent * _LN2_HIGH - ((half_square - correction) - f)


def _log_beyond(x: float) -> float:
    if 0 < x < _LEAST_NORMAL:
        return _log_of_parts(0.5 + x / _LEAST_NORMAL / 2, -1022)
    if x == 0:
        return -math.inf
    return x if x > 0 else math.nan


def log2(x: float) -> float:
    """Return the binary logarithm; that of a power of two is exact."""
    if not 0 < x < math.inf:
        return _log_beyond(x)
    fraction, exponent = math.frexp(x)
    if fraction == 0.5:
        return float(exponent - 1)
    return log(fraction) * (1 / _LN2) + exponent


def log10(x: float) -> float:
    """Return the decimal logarithm."""
    return log(x) * _LOG10_E


def power(x: float, y: float) -> float:
    """Return x**y: x to the whole part of y, times the exponential of the rest."""
    if x == 0 or not (math.isfinite(x) and abs(y) < _LEAST_HUGE):
        return floats.c_power(x, y)
    if abs(y) == 0.5:
        return _power_of_half(x, y)
    fraction, whole = math.modf(abs(y))
    if fraction and x < 0:
        return math.nan
    if fraction > 0.5:
        fraction -= 1
        whole += 1
    root = exp(fraction * log(x)) if fraction else 1.0
    result, exponent = _whole_power(root, x, int(whole))
    return floats.ldexp(*((1 / result, -exponent) if y < 0 else (result, exponent)))


def _power_of_half(x: float, y: float) -> float:
    root = math.sqrt(x) if x > 0 else math.nan
    return root if y > 0 else 1 / root


def _whole_power(result: float, x: float, y: int) -> tuple[float, int]:
    """Return result * x**y as a float and a binary exponent, by squaring x."""
    square, step = math.frexp(x)
    exponent = 0
    while y:
        if abs(step) > _EXPONENT_LIMIT:
            return result, exponent + step
        if y & 1:
            result *= square
            exponent += step
        square *= square
        step *= 2
        if square < 0.5:
            square *= 2
            step -= 1
        y >>= 1
    return result, exponent
