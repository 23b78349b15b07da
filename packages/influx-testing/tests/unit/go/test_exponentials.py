"""Go's exponentials and logarithms: values of InfluxDB 1.6.7, whose last bits are Go's own."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_testing._go import exponentials

INF = math.inf
NAN = math.nan


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        (exponentials.exp, (-1.1338726561424608,), 0.32178467891368695),
        (exponentials.exp, (1.9699670096228354,), 7.170439928926852),
        (exponentials.exp, (-569.1646083485385,), 6.530573167801144e-248),
        (exponentials.log, (3.0,), 1.0986122886681096),
        (exponentials.log, (0.7263925439117263,), -0.3196647161864361),
        (exponentials.log2, (0.6037483703762934,), -0.7279807050229482),
        (exponentials.log10, (0.4221057880447928,), -0.3745786926248384),
        (exponentials.log10, (2.4947437167107878,), 0.3970259374804014),
        (exponentials.power, (14.679296856091767, 71.0), 6.856034237876804e82),
        (exponentials.power, (7.041168853438506, -87.0), 1.7984813927215943e-74),
        (exponentials.power, (16.115501025271538, 13.90030431562704), 6.040270273019988e16),
    ],
)
def test_the_last_bit_is_that_of_go(
    function: Callable[..., float], arguments: tuple[float, ...], expected: float
) -> None:
    assert function(*arguments) == expected


def test_exp_overflows_half_a_power_of_two_early() -> None:
    assert [exponentials.exp(x) for x in (709.0, 709.7827, 1e300, INF)] == [
        8.218407461554972e307,
        INF,
        INF,
        INF,
    ]
    assert [exponentials.exp(x) for x in (-746.0, -1e300, -INF)] == [0.0, 0.0, 0.0]
    assert math.isnan(exponentials.exp(NAN))


def test_logarithms_of_subnormal_numbers_are_those_of_the_assembly() -> None:
    assert exponentials.log(5e-324) == exponentials.log(1e-322) == -709.0895657128241
    assert exponentials.log2(5e-324) == -1074


@pytest.mark.parametrize("function", [exponentials.log, exponentials.log2, exponentials.log10])
def test_logarithms_of_zero_and_below(function: Callable[[float], float]) -> None:
    assert function(0.0) == function(-0.0) == -INF
    assert function(INF) == INF
    assert all(map(math.isnan, (function(-1.0), function(NAN))))


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (2.0, -1074.0, 5e-324),
        (-2.0, 2001.0, -INF),
        (-2.0, 2000.0, INF),
        (-0.0, -3.0, -INF),
        (-1.0, 2.0**63, 1.0),
        (4.0, -0.5, 0.5),
        (NAN, 0.0, 1.0),
    ],
)
def test_powers_of_extremes(x: float, y: float, expected: float) -> None:
    assert exponentials.power(x, y) == expected


def test_a_root_of_a_negative_number_is_not_a_number() -> None:
    assert math.isnan(exponentials.power(-2.0, 0.5))
    assert math.isnan(exponentials.power(-2.0, 0.3))


@given(st.floats(-700, 700))
def test_exp_is_near_that_of_the_c_library(x: float) -> None:
    assert exponentials.exp(x) == pytest.approx(math.exp(x), rel=4e-16)


@given(st.floats(min_value=1e-300, max_value=1e300), st.floats(-1, 1))
def test_powers_of_a_fraction_are_near_those_of_the_c_library(x: float, y: float) -> None:
    assert exponentials.power(x, y) == pytest.approx(math.pow(x, y), rel=1e-13)
