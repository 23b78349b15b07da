"""Parses and formats the numbers of InfluxQL; defines the limits of its integers."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

INT64_MIN: Final = -(2**63)
INT64_MAX: Final = 2**63 - 1
UINT64_MAX: Final = 2**64 - 1


def read_integer(digits: str) -> int:
    """Parse an integer with an optional sign; beyond 64 bits, return the first value out of range.

    Python refuses to convert very long texts, which are always out of range.
    """
    significant = digits.lstrip("-0")
    if len(significant) > 20:
        return -UINT64_MAX - 1 if digits.startswith("-") else UINT64_MAX + 1
    magnitude = int(significant or "0")
    return -magnitude if digits.startswith("-") else magnitude


def format_integer(value: int) -> str:
    """Return the digits of an integer.

    Raises:
        ValueError: The integer fits neither int64 nor uint64.
    """
    if not INT64_MIN <= value <= UINT64_MAX:
        raise ValueError(
            f"the integer {value} is out of range; InfluxQL takes {INT64_MIN} to {UINT64_MAX}"
        )
    return str(value)


def format_number(value: float) -> str:
    """Return a float with all its digits, without an exponent, and always with a dot.

    Raises:
        ValueError: The number is infinite or NaN, which InfluxQL cannot express.
    """
    text = format(Decimal(repr(value)), "f")
    if not text.lstrip("-")[:1].isdigit():
        raise ValueError(f"InfluxQL can't write the number {value!r}; only finite numbers")
    return text if "." in text else text + ".0"


def format_go_float(value: float) -> str:
    """Return a float as Go's ``%v`` prints it, as canonical text does in fill(): ``3``, ``1e+21``.

    Source: https://pkg.go.dev/fmt
    """
    text = repr(value)
    digits, _, exponent = text.partition("e")
    if exponent and -5 < int(exponent) < 21:
        return format_number(value).removesuffix(".0")
    if (not exponent and abs(value) >= 1e-4) or value == 0:
        return text.removesuffix(".0")
    return f"{digits}e{int(exponent):+03d}"


def format_decimal(value: Decimal) -> str:
    """Return a decimal number with the digits it has, without an exponent.

    Raises:
        ValueError: The number is infinite or not a number.
    """
    if not value.is_finite():
        raise ValueError(f"InfluxQL can't write the number {value}; only finite numbers")
    return format(value, "f")
