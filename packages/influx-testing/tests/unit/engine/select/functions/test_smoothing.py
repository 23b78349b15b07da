"""The smoothing has the bits of its definition, in Python and in compiled code."""

from __future__ import annotations

import math
import struct
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from influx_testing._engine.select.functions import smoothing
from influx_testing._engine.select.functions.nelder_mead import minimize
from influx_testing._engine.select.functions.smoothing import evenly_spaced, smooth
from influx_testing._go.floats import divide

VALUES = st.one_of(
    st.floats(-100, 100),
    st.integers(-5, 5).map(float),
    st.sampled_from([math.nan, math.inf, -math.inf, 0.0, -0.0, 1e300, -1e300, 5e-324]),
)
PARAMETERS = st.floats(-0.5, 1.5) | st.sampled_from([0.3, 0.7, 0.0, -0.0, 1.0])


def bits(numbers: list[float]) -> list[bytes]:
    """The bits of floats; a NaN has many, which say nothing."""
    return [b"NaN" if math.isnan(n) else struct.pack("<d", n) for n in numbers]


def defined(
    series: list[float], season: int, count: int, parameters: list[float]
) -> tuple[list[float], list[float]]:
    """Smoothed values and forecasts, step by step, and the seasonal factors that are left."""
    alpha, beta, gamma, phi = (min(max(value, 0.0), 1.0) for value in parameters[:4])
    level, trend, *factors = parameters[4:]
    value, damping = series[0], phi
    values = [value]
    for step in range(1, len(series) + count):
        place, ahead = (2 * step - 2, 3 * step - 2)
        factor = factors[place % season] if season else 1.0
        next_factor = factors[ahead % season] if season else 1.0
        base = level + phi * trend
        before, level = level, alpha * divide(value, factor) + (1 - alpha) * base
        trend = beta * (level - before) + (1 - beta) * phi * trend
        if season:
            factors[place % season] = gamma * divide(value, base) + (1 - gamma) * factor
        value = (level + damping * trend) * next_factor
        damping += power(phi, step)
        values.append(value)
    return values, factors


def power(base: float, exponent: int) -> float:
    result = 1.0
    while exponent:
        if exponent & 1:
            result *= base
        base *= base
        exponent >>= 1
    return result


def squared(found: list[float], series: list[float]) -> float:
    total = 0.0
    for one, other in zip(found, series, strict=True):
        if math.isnan(other):
            continue
        if math.isnan(one):
            return math.inf
        total += (one - other) * (one - other)
    return total


@st.composite
def models(draw: st.DrawFn) -> tuple[list[float], int, list[float]]:
    """A series, a season or 0, and parameters."""
    season = draw(st.sampled_from([0, 2, 3, 5]))
    series = draw(st.lists(VALUES, min_size=max(season, 2), max_size=40))
    few = draw(st.lists(PARAMETERS, min_size=4, max_size=4))
    more = draw(st.lists(VALUES, min_size=2 + season, max_size=2 + season))
    return series, season, few + more


@given(models(), st.integers(0, 9))
def test_a_series_is_smoothed_as_it_is_defined(model, count):
    series, season, parameters = model
    expected, factors = defined(series, season, count, parameters)
    own = smoothing._Model(series, season, count)
    found = own._smoothed(count, parameters)
    assert bits(found) == bits(expected)
    assert bits(parameters[6:]) == bits(factors)


@given(models())
def test_the_error_is_the_sum_of_squares(model):
    series, season, parameters = model
    expected = squared(defined(series, season, 0, list(parameters))[0], series)
    found = smoothing._Model(series, season, 0)._error(parameters)
    assert bits([found]) == bits([expected])


@given(models())
@settings(max_examples=25, deadline=None)
def test_compiled_code_finds_the_same_bits(model):
    pytest.importorskip("_influx_speedups", reason="built without a compiler")
    fit = import_module("influx_speedups.smoothing").fit_smoothing
    series, season, start = model
    own = smoothing._Model(series, season, 0)
    error, parameters = minimize(own._error, list(start), 1e-4)
    compiled_error, compiled_parameters = fit(list(series), season, list(start), 1e-4)
    assert bits([compiled_error]) == bits([error])
    assert bits(compiled_parameters) == bits(parameters)


@pytest.mark.slow
@pytest.mark.parametrize("season", [0, 1, 4])
def test_without_compiled_code_forecasts_are_the_same(season, monkeypatch):
    series = [20.0 + index % 4 * 5 + (index * 7919 % 13) / 7 for index in range(16)]
    series[9] = math.nan
    expected = smooth(series, season, 6)
    monkeypatch.setattr(smoothing, "_compiled_fit", lambda: None)
    assert bits(smooth(series, season, 6)) == bits(expected)


def test_what_the_processor_rounds_in_another_way_is_left_to_python(monkeypatch):
    series = [1.0, 2.0, 4.0]
    expected = smooth(series, 0, 2)
    monkeypatch.setattr(smoothing, "_compiled_fit", lambda: lambda *arguments: None)
    assert bits(smooth(series, 0, 2)) == bits(expected)


def test_missing_values_are_not_numbers():
    points = [(0, 1.0), (10, 2.0), (40, 3.0), (41, 9.0), (49, 4.0)]
    assert bits(evenly_spaced(points, 10)) == bits([1.0, 2.0, math.nan, math.nan, 3.0, 4.0])
