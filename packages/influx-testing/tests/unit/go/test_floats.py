"""Go's package math, where it differs from Python's."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_testing._go import floats
from influx_testing._go.float_text import short_text

INF = math.inf
NAN = math.nan


def same(got: float, expected: float) -> bool:
    if math.isnan(expected):
        return math.isnan(got)
    return got == expected and math.copysign(1, got) == math.copysign(1, expected)


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (floats.c_power(-0.0, -3.0), -INF),
        (floats.c_power(-2.0, 2001.0), -INF),
        (floats.c_power(-2.0, 2000.0), INF),
        (floats.c_power(-2.0, 0.5), NAN),
        (floats.round_half_away(-0.2), -0.0),
        (floats.round_half_away(0.49999999999999994), 0.0),
        (floats.round_half_away(-2.5), -3.0),
        (floats.round_half_even(2.5), 2.0),
        (floats.floor(-INF), -INF),
        (floats.ceil(-0.5), -0.0),
        (floats.maximum(-0.0, 0.0), 0.0),
        (floats.maximum(NAN, INF), INF),
        (floats.maximum(NAN, 1.0), NAN),
        (floats.minimum(0.0, -0.0), -0.0),
        (floats.minimum(NAN, -INF), -INF),
        (floats.dim(INF, INF), NAN),
        (floats.dim(1.0, 2.0), 0.0),
        (floats.gamma(-0.0), -INF),
        (floats.gamma(-3.0), NAN),
        (floats.gamma(200.0), INF),
        (floats.log(math.log)(0.0), -INF),
        (floats.log(math.log)(-1.0), NAN),
        (floats.log1p(-1.0), -INF),
        (floats.atanh(-1.0), -INF),
        (floats.remainder(5.0, 0.0), NAN),
        (floats.power_of_10(-324), 0.0),
        (floats.power_of_10(309), INF),
        (floats.logb(0.0), -INF),
        (floats.logb(-INF), INF),
        (floats.logb(8.5), 3.0),
        (floats.sinh(-1e9), -INF),
        (floats.ldexp(-1.0, 5000), -INF),
        (floats.erfinv(1.0), INF),
        (floats.erfinv(1.5), NAN),
        (floats.erfcinv(0.0), INF),
        (floats.erfcinv(2.0), -INF),
    ],
)
def test_special_values_are_those_of_go(got: float, expected: float) -> None:
    assert same(got, expected)


def test_the_sign_of_the_gamma_function_is_given_beside_its_logarithm() -> None:
    assert floats.lgamma(-0.5) == (pytest.approx(1.2655121234846454), -1)
    assert floats.lgamma(-1.5) == (pytest.approx(0.8600470153764810), 1)
    assert floats.lgamma(-2.0) == (INF, 1)


def test_zero_nan_and_infinity_have_an_exponent() -> None:
    assert [floats.ilogb(x) for x in (0.0, INF, NAN, 0.25)] == [-(2**31), 2**31 - 1, 2**31 - 1, -2]


@given(st.floats(-6, 6))
def test_the_inverse_of_the_error_function_inverts_it(x: float) -> None:
    assert math.erf(floats.erfinv(math.erf(x))) == pytest.approx(math.erf(x), rel=1e-15)


@given(st.floats(0.01, 25))
def test_the_inverse_of_the_complementary_function_inverts_it(x: float) -> None:
    assert floats.erfcinv(math.erfc(x)) == pytest.approx(x, rel=1e-12)


@given(st.integers(-200_000, 200_000))
def test_the_root_of_a_cube_is_exact(number: int) -> None:
    assert floats.cbrt(float(number**3)) == number


@pytest.mark.parametrize("x", [0.0, -0.0, 5e-324, 1e-200, 1e308, INF, -INF, NAN])
def test_cube_roots_of_extremes_are_near(x: float) -> None:
    assert floats.cbrt(x) == pytest.approx(math.cbrt(x), rel=1e-15, nan_ok=True)


@given(st.floats(allow_nan=False))
def test_bits_are_a_number(x: float) -> None:
    assert same(floats.from_bits(floats.to_bits(x)), x)


@given(st.floats(allow_nan=False))
def test_the_text_of_a_number_is_that_number(x: float) -> None:
    assert float(short_text(x)) == x


@pytest.mark.parametrize(
    ("number", "text"),
    [(1.0, "1"), (1e21, "1e+21"), (1e20, "100000000000000000000"), (1.5e-5, "1.5e-05")],
)
def test_large_and_small_numbers_have_an_exponent(number: float, text: str) -> None:
    assert short_text(number) == text
