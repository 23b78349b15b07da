"""Writes floats as Go's package fmt does.

Source: https://pkg.go.dev/fmt
"""

from __future__ import annotations

import math
from decimal import Decimal

__all__ = ["exponent_text", "short_text"]

_LARGE = 1e21
_SMALL = 1e-4


def short_text(number: float) -> str:
    """Return the shortest digits; with an exponent below 1e-4 and from 1e21 on, as `%v` does."""
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else "+Inf" if number > 0 else "-Inf"
    if number == 0 or _SMALL <= abs(number) < _LARGE:
        return format(Decimal(repr(number)), "f").removesuffix(".0")
    sign, digits, _ = Decimal(repr(number)).normalize().as_tuple()
    exponent = Decimal(repr(number)).adjusted()
    first, rest = str(digits[0]), "".join(map(str, digits[1:]))
    fraction = f".{rest}" if rest else ""
    return (
        f"{'-' if sign else ''}{first}{fraction}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    )


def exponent_text(number: float) -> str:
    """Return the shortest digits with an exponent, as the format `E` of package strconv."""
    if not math.isfinite(number):
        return short_text(number)
    digits = Decimal(repr(number)).normalize().as_tuple().digits
    return f"{number:.{len(digits) - 1}E}"
