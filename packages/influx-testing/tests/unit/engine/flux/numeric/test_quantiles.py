import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_testing._engine.flux.numeric.quantiles import estimated, interpolated, selected_place
from influx_testing._engine.flux.numeric.tdigest import TDigest

FLOATS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200)
SHARES = st.floats(0, 1)


def test_no_values_have_no_quantile():
    assert estimated([], 0.5, 1000) is None
    assert interpolated([], 0.5) is None


def test_the_estimate_of_a_median_is_not_the_exact_one():
    values = [1.0, 2.0, 3.0, 10.0]
    assert estimated(values, 0.5, 1000) == 2.5
    assert estimated(values, 0.9, 1000) != interpolated(values, 0.9)


def test_the_exact_quantile_lies_between_two_values():
    assert interpolated([4.0, 1.0, 2.0, 3.0], 0.5) == 2.5


def test_the_selected_quantile_is_one_of_the_values():
    assert [selected_place(4, q) for q in (0, 0.25, 0.5, 0.75, 1)] == [0, 0, 1, 2, 3]


def test_a_digest_leaves_out_what_is_not_finite():
    digest = TDigest()
    digest.update([1.0, math.nan, math.inf])
    assert digest.quantile(0.5) == 1.0


def test_a_quantile_beyond_one_is_not_a_number():
    digest = TDigest()
    digest.update([1.0, 2.0])
    assert math.isnan(digest.quantile(1.5))


def test_a_small_digest_of_many_values_is_close():
    digest = TDigest(compression=50)
    digest.update(float(value) for value in range(5000))
    assert abs(digest.quantile(0.5) - 2500) < 50


@given(FLOATS, SHARES)
def test_estimates_lie_among_the_values(values, q):
    estimate = estimated(values, q, 1000)
    assert estimate is not None
    assert min(values) <= estimate <= max(values)


@given(FLOATS, SHARES)
def test_estimates_of_few_values_are_those_of_the_digest(values, q):
    digest = TDigest(1000)
    digest.update(values)
    assert estimated(values, q, 1000) == pytest.approx(digest.quantile(q), rel=1e-12, abs=1e-9)


@given(FLOATS, SHARES, SHARES)
def test_estimates_rise_with_the_share(values, one, other):
    low, high = sorted([one, other])
    below, above = estimated(values, low, 1000), estimated(values, high, 1000)
    assert below is not None
    assert above is not None
    assert below <= above + 1e-9 * max(1.0, abs(above))
