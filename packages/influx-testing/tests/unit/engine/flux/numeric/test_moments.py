import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_testing._engine.flux.numeric.moments import covariance, skewness, standard_deviation

FLOATS = st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=50)


def test_no_values_have_no_statistics():
    assert standard_deviation([]) is None
    assert skewness([]) is None
    assert covariance([]) is None


def test_a_sample_of_one_has_no_deviation():
    assert math.isnan(standard_deviation([1.0]) or 0.0)
    assert standard_deviation([1.0], population=True) == 0.0


def test_skewness_is_that_of_the_population():
    assert skewness([70, 48, 33, 24, 38, 75]) == pytest.approx(0.3057387969724791)


def test_skewness_of_equal_values_is_not_a_number():
    assert math.isnan(skewness([2.0, 2.0]) or 0.0)


def test_a_line_correlates_fully():
    assert covariance([(1, 2), (2, 4), (3, 6)], normalized=True) == pytest.approx(1.0)


@given(FLOATS)
def test_deviation_agrees_with_the_standard_library(values):
    assert standard_deviation(values) == pytest.approx(statistics.stdev(values), abs=1e-6)
    population = standard_deviation(values, population=True)
    assert population == pytest.approx(statistics.pstdev(values), abs=1e-6)


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=2, max_size=50))
def test_covariance_agrees_with_the_standard_library(pairs):
    expected = statistics.covariance(*zip(*pairs, strict=True))
    assert covariance(pairs) == pytest.approx(expected, abs=1e-6)
