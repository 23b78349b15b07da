"""Bessel functions."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from influx_testing._go.bessel import bessel_j, bessel_y

orders = st.integers(0, 12)
arguments = st.floats(0.01, 200)


def integral(order: int, x: float) -> float:
    """Bessel's integral by the midpoint rule, which is exact for periodic functions."""
    points = 300
    angles = ((number + 0.5) * math.pi / points for number in range(points))
    return math.fsum(math.cos(order * t - x * math.sin(t)) for t in angles) / points


@settings(max_examples=20)
@given(orders, arguments)
def test_the_first_kind_is_bessels_integral(order: int, x: float) -> None:
    assert bessel_j(order, x) == pytest.approx(integral(order, x), abs=1e-12)


@settings(max_examples=20)
@given(orders, arguments)
def test_both_kinds_have_their_wronskian(order: int, x: float) -> None:
    found = bessel_j(order + 1, x) * bessel_y(order, x) - bessel_j(order, x) * bessel_y(
        order + 1, x
    )
    assert found == pytest.approx(2 / (math.pi * x), rel=1e-9)


@settings(max_examples=20)
@given(st.integers(-12, 12), st.floats(-50, 50))
def test_negative_orders_and_arguments_mirror_the_first_kind(order: int, x: float) -> None:
    sign = (-1) ** order
    assert bessel_j(-order, x) == pytest.approx(sign * bessel_j(order, x))
    assert bessel_j(order, -x) == pytest.approx(sign * bessel_j(order, x))


def test_limits() -> None:
    assert [bessel_j(0, 0.0), bessel_j(3, 0.0), bessel_j(2, math.inf)] == [1.0, 0.0, 0.0]
    assert bessel_y(0, 0.0) == -math.inf
    assert bessel_y(2, math.inf) == 0.0
    assert math.isnan(bessel_y(0, -1.0))
    assert math.isnan(bessel_j(0, math.nan))
    assert bessel_y(0, 1.0) == pytest.approx(0.08825696421567698, rel=1e-14)
    assert bessel_y(0, 1e-300) == pytest.approx(-439.83516362276537)


def test_an_order_that_takes_too_long_is_refused() -> None:
    with pytest.raises(OverflowError, match="up to the order"):
        bessel_j(10**9, 1.0)
