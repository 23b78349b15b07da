"""Go's sin, cos, tan and their inverses, with its results to the last bit.

Each step rounds as the compiled code does, which has no fused multiply-add for these on amd64.

Sources: https://pkg.go.dev/math; the polynomials are those of the Cephes library,
https://www.netlib.org/cephes/; for large angles, M. Payne and R. Hanek, "Radian reduction for
trigonometric functions" (1983).
"""

from __future__ import annotations

import math
from functools import cache

__all__ = ["acos", "asin", "atan", "atan2", "cos", "sin", "tan"]

_PI_4_HIGH = 7.85398125648498535156e-1
_PI_4_MIDDLE = 3.77489470793079817668e-8
_PI_4_LOW = 2.69515142907905952645e-15
_OCTANTS_PER_RADIAN = 4 / math.pi
_LEAST_LARGE_ANGLE = float(1 << 29)

_PI_DIGITS = 1280
_LOW_64_BITS = (1 << 64) - 1
_LOW_128_BITS = (1 << 128) - 1
_LOW_192_BITS = (1 << 192) - 1

_ATAN_P = (
    -8.750608600031904122785e-01,
    -1.615753718733365076637e01,
    -7.500855792314704667340e01,
    -1.228866684490136173410e02,
    -6.485021904942025371773e01,
)
_ATAN_Q = (
    2.485846490142306297962e01,
    1.650270098316988542046e02,
    4.328810604912902668951e02,
    4.853903996359136964868e02,
    1.945506571482613964425e02,
)
_TAN_OF_3_PI_8 = 2.41421356237309504880
_PI_2_REST = 6.123233995736765886130e-17
"""Pi / 2 less the float that is nearest to it."""


def sin(x: float) -> float:
    """Return the sine of an angle in radians; NaN for infinities."""
    if x == 0 or not math.isfinite(x):
        return x if x == 0 else math.nan
    octant, rest = _reduced(abs(x))
    value = _cos_near_0(rest) if octant in (2, 6) else _sin_near_0(rest)
    return -value if (octant >= 4) != (x < 0) else value


def cos(x: float) -> float:
    """Return the cosine of an angle in radians; NaN for infinities."""
    if not math.isfinite(x):
        return math.nan
    octant, rest = _reduced(abs(x))
    value = _sin_near_0(rest) if octant in (2, 6) else _cos_near_0(rest)
    return -value if octant in (2, 4) else value


def tan(x: float) -> float:
    """Return the tangent of an angle in radians; NaN for infinities."""
    if x == 0 or not math.isfinite(x):
        return x if x == 0 else math.nan
    octant, rest = _reduced(abs(x))
    value = _tan_near_0(rest)
    if octant in (2, 6):
        value = -1 / value
    return -value if x < 0 else value


def _reduced(x: float) -> tuple[int, float]:
    """Split an angle into an even number of octants, 0 to 6, and a rest of at most one octant.

    Args:
        x: the angle in radians, not negative.
    """
    if x >= _LEAST_LARGE_ANGLE:
        return _reduced_large(x)
    octant = int(x * _OCTANTS_PER_RADIAN)
    octant += octant & 1
    return octant & 7, ((x - octant * _PI_4_HIGH) - octant * _PI_4_MIDDLE) - octant * _PI_4_LOW


def _reduced_large(x: float) -> tuple[int, float]:
    """Do the same for an angle of many turns, with as many digits of 4 / pi as it needs."""
    fraction, exponent = math.frexp(x)
    mantissa = int(fraction * 2.0**53)
    start = exponent - 53 + 61
    digits = (_digits_of_4_over_pi() >> _PI_DIGITS - start - 192) & _LOW_192_BITS
    product = (mantissa * digits >> 64) & _LOW_128_BITS
    octant, high, low = product >> 125, (product >> 61) & _LOW_64_BITS, product & _LOW_64_BITS
    rest = _fraction_of(high, low)
    if octant & 1:
        octant += 1
        rest -= 1
    return octant & 7, rest * (math.pi / 4)


def _fraction_of(high: int, low: int) -> float:
    """Return high / 2**64 without rounding, with bits of low appended to those of high."""
    length = high.bit_length()
    zeros = 64 - length
    mantissa = ((high << zeros + 1) & _LOW_64_BITS) | (low >> 63 - zeros)
    return math.ldexp(1 + (mantissa >> 12) / 2.0**52, -zeros - 1)


@cache
def _digits_of_4_over_pi() -> int:
    """Return 4 / pi as a fixed-point number, with pi from Machin's formula."""
    one = 1 << _PI_DIGITS
    quarter = 4 * _arc_cotangent(5, one) - _arc_cotangent(239, one)
    return (1 << 2 * _PI_DIGITS - 64) // quarter


def _arc_cotangent(x: int, one: int) -> int:
    """Return one * atan(1 / x), from its series."""
    term = one // x
    total, divisor = term, 1
    while term:
        term //= -x * x
        divisor += 2
        total += term // divisor
    return total


def _sin_near_0(z: float) -> float:
    zz = z * z
    series = 1.58962301576546568060e-10 * zz - 2.50507477628578072866e-8
    series = (series * zz + 2.75573136213857245213e-6) * zz - 1.98412698295895385996e-4
    series = (series * zz + 8.33333333332211858878e-3) * zz - 1.66666666666666307295e-1
    return z + z * zz * series


def _cos_near_0(z: float) -> float:
    zz = z * z
    series = -1.13585365213876817300e-11 * zz + 2.08757008419747316778e-9
    series = (series * zz - 2.75573141792967388112e-7) * zz + 2.48015872888517045348e-5
    series = (series * zz - 1.38888888888730564116e-3) * zz + 4.16666666666665929218e-2
    return 1.0 - 0.5 * zz + zz * zz * series


def _tan_near_0(z: float) -> float:
    zz = z * z
    if zz <= 1e-14:
        return z
    above = (-1.30936939181383777646e4 * zz + 1.15351664838587416140e6) * zz
    above -= 1.79565251976484877988e7
    below = (zz + 1.36812963470692954678e4) * zz - 1.32089234440210967447e6
    below = (below * zz + 2.50083801823357915839e7) * zz - 5.38695755929454629881e7
    return z + z * (zz * above / below)


def asin(x: float) -> float:
    """Return the inverse sine in radians; NaN outside -1 to 1."""
    if not -1 <= x <= 1:
        return math.nan
    if x == 0:
        return x
    size = abs(x)
    other = math.sqrt(1 - size * size)
    angle = math.pi / 2 - _atan(other / size) if size > 0.7 else _atan(size / other)
    return math.copysign(angle, x)


def acos(x: float) -> float:
    """Return the inverse cosine in radians; NaN outside -1 to 1."""
    return math.pi / 2 - asin(x)


def atan(x: float) -> float:
    """Return the inverse tangent in radians."""
    return math.copysign(_atan(abs(x)), x) if x else x


def _atan(x: float) -> float:
    """Return the inverse tangent of a number that is not negative."""
    if x <= 0.66:
        return _atan_near_0(x)
    if x > _TAN_OF_3_PI_8:
        return math.pi / 2 - _atan_near_0(1 / x) + _PI_2_REST
    return math.pi / 4 + _atan_near_0((x - 1) / (x + 1)) + 0.5 * _PI_2_REST


def _atan_near_0(x: float) -> float:
    z = x * x
    p0, p1, p2, p3, p4 = _ATAN_P
    q0, q1, q2, q3, q4 = _ATAN_Q
    above = (((p0 * z + p1) * z + p2) * z + p3) * z + p4
    below = ((((z + q0) * z + q1) * z + q2) * z + q3) * z + q4
    return x * (z * above / below) + x


def atan2(y: float, x: float) -> float:
    """Return the angle of the point (x, y) in radians, between -pi and pi."""
    if not (x and y and math.isfinite(x) and math.isfinite(y)):
        return math.atan2(y, x)
    angle = atan(y / x)
    if x > 0:
        return angle
    return angle + math.pi if angle <= 0 else angle - math.pi
