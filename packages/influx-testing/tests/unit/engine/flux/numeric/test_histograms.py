import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_testing._engine.flux.numeric.histograms import (
    BeyondBins,
    NonMonotonic,
    cumulative_counts,
    histogram_quantile,
)


def test_a_value_counts_in_each_bin_that_reaches_it():
    assert cumulative_counts([1.0, 2.0, 2.5, 9.0], [1.0, 2.0, math.inf]) == [1, 2, 4]


@pytest.mark.parametrize("value", [9.0, math.inf, math.nan])
def test_a_value_in_no_bin_is_refused(value):
    with pytest.raises(BeyondBins) as error:
        cumulative_counts([1.0, value], [1.0, 2.0])
    assert error.value.value is value


def test_counts_can_be_shares():
    assert cumulative_counts([1.0, 2.0], [1.0, 2.0], normalize=True) == [0.5, 1.0]
    assert math.isnan(cumulative_counts([], [1.0], normalize=True)[0])


def test_a_quantile_lies_in_its_bucket():
    buckets = [(0.1, 1.0), (0.2, 2.0), (0.8, 2.0), (0.9, 10.0), (math.inf, 10.0)]
    assert histogram_quantile(buckets, 0.9) == pytest.approx(0.8875)


def test_a_lowest_value_bounds_the_first_bucket():
    assert histogram_quantile([(-80.0, 10.0), (-60.0, 11.0)], 0.5, -100.0) == -89.0


def test_a_quantile_of_nothing_is_null():
    assert histogram_quantile([(1.0, 0.0), (2.0, 0.0)], 0.5) is None


def test_the_bucket_without_end_gives_its_lower_bound():
    assert histogram_quantile([(1.0, 0.0), (math.inf, 5.0)], 0.9) == 1.0


@pytest.mark.parametrize(
    ("buckets", "q", "expected"),
    [
        ([(math.inf, 5.0)], 0.5, 0.0),
        ([(-math.inf, 1.0), (2.0, 5.0)], 0.5, 2.0),
        ([(1.0, 4.0), (math.inf, 4.0)], 1.0, math.inf),
        ([(1.0, 1.0), (2.0, 2.0), (3.0, 2.0), (4.0, 4.0)], 0.5, 3.0),
        ([(1.0, 0.0), (2.0, 4.0)], 0.0, 1.0),
        ([(1.0, 4.0)], 0.0, 0.0),
    ],
)
def test_a_rank_on_a_bound_is_the_last_such_bound(buckets, q, expected):
    assert histogram_quantile(buckets, q) == expected


def test_decreasing_counts_are_refused():
    with pytest.raises(NonMonotonic, match="counts are not monotonic"):
        histogram_quantile([(1.0, 3.0), (2.0, 2.0)], 0.5)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=50), st.floats(0.01, 1))
def test_quantiles_stay_in_the_histogram(values, q):
    bins = [float(bound) for bound in range(0, 110, 10)]
    buckets = list(zip(bins, cumulative_counts(values, bins), strict=True))
    found = histogram_quantile(buckets, q)
    assert found is not None
    assert 0 <= found <= 100
