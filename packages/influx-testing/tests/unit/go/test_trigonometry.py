"""Go's trigonometry: values of InfluxDB 1.6.7, whose last bits are Go's own."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_testing._go import trigonometry

INF = math.inf
NAN = math.nan


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        (trigonometry.sin, (-5.35627584721219,), 0.7997684856615073),
        (trigonometry.sin, (8.124645008655158,), 0.9635937414358511),
        (trigonometry.cos, (-419.0,), -0.3918294966615179),
        (trigonometry.cos, (-3.96205148793066,), -0.6818856606708678),
        (trigonometry.tan, (-379.0,), 2.134729172700634),
        (trigonometry.tan, (256951306966.54797,), 1.359644298609212),
        (trigonometry.asin, (0.6259288564884586,), 0.6763219891437581),
        (trigonometry.asin, (0.9999999999578446,), 1.5707871447046888),
        (trigonometry.acos, (-0.9999999822159648,), 3.1414040585989333),
        (trigonometry.atan, (7.69510907319712,), 1.4415678626111765),
        (trigonometry.atan, (-484.0,), -1.568730214032378),
        (trigonometry.atan2, (427.87953094761014, 0.42586031330730256), 1.5698010462500491),
        (trigonometry.atan2, (-0.010961279093688162, -0.00045337395720369095), -1.6121341742701394),
    ],
)
def test_the_last_bit_is_that_of_go(
    function: Callable[..., float], arguments: tuple[float, ...], expected: float
) -> None:
    assert function(*arguments) == expected


@pytest.mark.parametrize("function", [trigonometry.sin, trigonometry.tan, trigonometry.asin])
def test_zero_keeps_its_sign(function: Callable[[float], float]) -> None:
    assert math.copysign(1, function(-0.0)) == math.copysign(1, trigonometry.atan(-0.0)) == -1


@pytest.mark.parametrize("function", [trigonometry.sin, trigonometry.cos, trigonometry.tan])
def test_infinity_has_no_angle(function: Callable[[float], float]) -> None:
    assert all(map(math.isnan, map(function, (INF, -INF, NAN))))


@pytest.mark.parametrize("function", [trigonometry.asin, trigonometry.acos])
def test_inverses_are_not_a_number_outside_their_domain(function: Callable[[float], float]) -> None:
    assert all(map(math.isnan, map(function, (1.0000000000000002, -2.0))))


def test_the_angle_of_a_point_on_an_axis() -> None:
    assert trigonometry.atan2(0.0, -1.0) == math.pi
    assert trigonometry.atan2(-0.0, -1.0) == -math.pi
    assert trigonometry.atan2(INF, -INF) == 3 * math.pi / 4


@given(st.floats(-1e300, 1e300))
def test_sine_and_cosine_of_any_angle_are_near_those_of_the_c_library(x: float) -> None:
    assert trigonometry.sin(x) == pytest.approx(math.sin(x), abs=3e-16)
    assert trigonometry.cos(x) == pytest.approx(math.cos(x), abs=3e-16)
