"""Bessel functions of integer order, which Python's standard library does not have.

Small arguments use Neumann's series, whose members are Bessel functions of the first kind, found by
backward recurrence; large ones use Hankel's asymptotic expansion.
Source: https://dlmf.nist.gov/10
"""

from __future__ import annotations

import math

__all__ = ["bessel_j", "bessel_y"]

_LARGE = 30.0
"""From here on, Hankel's expansion is exact to the last digits."""
_SMALL = 1e-8
"""Up to here, the first term of each series is exact to the last digit."""
_MAX_ORDER = 100_000
_EULER = 0.5772156649015329


def bessel_j(order: int, x: float) -> float:
    """Return the Bessel function of the first kind.

    Raises:
        OverflowError: the order is too large to compute it.
    """
    if math.isnan(x):
        return x
    if math.isinf(x):
        return 0.0
    sign = -1.0 if order % 2 and (order < 0) != (x < 0) else 1.0
    order, x = abs(order), abs(x)
    if x <= _SMALL:
        return sign * (x / 2) ** order / math.factorial(order) if order < 100 else 0.0
    _check(order)
    if x > _LARGE and order < x:
        return sign * _upward(order, x, _hankel(0, x)[0], _hankel(1, x)[0])
    return sign * _first_kind(order, x)[order]


def bessel_y(order: int, x: float) -> float:
    """Return the Bessel function of the second kind; NaN for negative arguments.

    Raises:
        OverflowError: the order is too large to compute it.
    """
    if math.isnan(x) or x < 0:
        return math.nan
    sign = -1.0 if order < 0 and order % 2 else 1.0
    order = abs(order)
    if x == 0:
        return -math.inf * sign
    if math.isinf(x):
        return 0.0
    _check(order)
    first, second = (_hankel(0, x)[1], _hankel(1, x)[1]) if x > _LARGE else _second_kind(x)
    return sign * _upward(order, x, first, second)


def _check(order: int) -> None:
    if order > _MAX_ORDER:
        raise OverflowError(f"Bessel functions are computed up to the order {_MAX_ORDER}")


def _upward(order: int, x: float, zeroth: float, first: float) -> float:
    """Return the function of an order from those of order 0 and 1."""
    if order == 0:
        return zeroth
    for number in range(1, order):
        if math.isinf(first):
            return first
        zeroth, first = first, 2 * number / x * first - zeroth
    return first


def _first_kind(order: int, x: float) -> list[float]:
    """Return the functions of the first kind from order 0 on, at least to `order`."""
    top = max(order, int(x)) + 40
    top += top % 2
    found = [0.0] * (top + 2)
    found[top] = 1e-300
    for number in range(top, 0, -1):
        found[number - 1] = 2 * number / x * found[number] - found[number + 1]
        if abs(found[number - 1]) > 1e200:
            found[number - 1 :] = [value * 1e-200 for value in found[number - 1 :]]
    total = found[0] + 2 * math.fsum(found[2::2])
    return [value / total for value in found]


def _second_kind(x: float) -> tuple[float, float]:
    """Return the functions of the second kind of order 0 and 1, by Neumann's series."""
    if x <= _SMALL:
        return 2 / math.pi * (math.log(x / 2) + _EULER), -2 / math.pi / x
    first = _first_kind(1, x)
    half = math.log(x / 2) + _EULER
    pairs = range(1, (len(first) - 2) // 2)
    zeroth = math.fsum((-1) ** k * first[2 * k] / k for k in pairs)
    other = math.fsum((-1) ** k * (2 * k + 1) / (k * (k + 1)) * first[2 * k + 1] for k in pairs)
    return (
        2 / math.pi * half * first[0] - 4 / math.pi * zeroth,
        2 / math.pi * ((half - 1) * first[1] - first[0] / x) - 2 / math.pi * other,
    )


def _hankel(order: int, x: float) -> tuple[float, float]:
    """Return both functions of order 0 or 1 for a large argument."""
    square = 4 * order * order
    even, odd, term = 1.0, 0.0, 1.0
    for number in range(1, 30):
        term *= (square - (2 * number - 1) ** 2) / (number * 8 * x)
        if number % 2:
            odd += term if number % 4 == 1 else -term
        else:
            even += term if number % 4 == 0 else -term
    phase = x - order * math.pi / 2 - math.pi / 4
    scale = math.sqrt(2 / (math.pi * x))
    cosine, sine = math.cos(phase), math.sin(phase)
    return scale * (even * cosine - odd * sine), scale * (even * sine + odd * cosine)
