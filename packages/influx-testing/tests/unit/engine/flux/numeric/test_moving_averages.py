import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_testing._engine.flux.numeric.momentum import (
    momentum_oscillator,
    percent_changes,
    relative_strength,
)
from influx_testing._engine.flux.numeric.moving_averages import (
    adaptive_average,
    exponential_average,
    moving_average,
)

RISE = [float(value) for value in range(1, 16)]
RISE_AND_FALL = [*RISE, 14.0, 13.0]
VALUES = st.lists(st.one_of(st.none(), st.floats(-1e3, 1e3)), min_size=1, max_size=40)
SIZES = st.integers(1, 10)


def test_a_moving_average_adds_in_the_order_of_a_ring():
    assert moving_average([0.1, 0.2, 0.3, 0.4], 3) == [
        (0.1 + 0.2 + 0.3) / 3,
        (0.4 + 0.2 + 0.3) / 3,
    ]


def test_a_long_window_is_added_as_it_moves():
    ones = [1.0] * 5_000
    assert moving_average([None, *ones, 3.0], 2_000)[-2:] == [1.0, 1.001]
    assert len(moving_average(ones, 2_000)) == 3_001


def test_a_moving_average_skips_nulls():
    assert moving_average([1, None, 3, None, None], 2) == [1, 3, 3, None]


def test_fewer_rows_than_a_period_have_one_average():
    assert moving_average([1, 2], 5) == [1.5]
    assert exponential_average([1, 2], 5) == [1.5]


def test_no_rows_have_no_average():
    assert moving_average([], 5) == exponential_average([], 5) == adaptive_average([], 5) == []


def test_an_exponential_average_starts_with_a_mean():
    assert exponential_average([1, 2, 6], 2) == [1.5, 4.5]


def test_a_null_repeats_the_exponential_average():
    assert exponential_average([1, 3, None], 2) == [2, 2]


def test_an_adaptive_average_follows_a_trend():
    found = adaptive_average(RISE_AND_FALL, 10)
    assert found[:2] == [pytest.approx(10.444444444444445), pytest.approx(11.135802469135802)]
    assert found[5] == pytest.approx(13.871008014588556)


def test_relative_strength_falls_after_a_rise():
    assert relative_strength(RISE_AND_FALL, 10) == [100.0] * 5 + [
        pytest.approx(90),
        pytest.approx(81),
    ]


def test_relative_strength_begins_with_a_change_from_zero():
    documented = [84.375, 73.97260273972603, 36.672325976230894]
    assert relative_strength([-2, 10, 7, 17, 15, 4], 3) == pytest.approx(documented)
    assert relative_strength([19, 4, None, -3], 3) == [pytest.approx(46.34146341463415)]


def test_of_few_rows_there_is_one_relative_strength_and_no_momentum():
    assert relative_strength([2, 1], 3) == [pytest.approx(66.66666666666667)]
    assert momentum_oscillator([2, 1], 3) == []


def test_nothing_that_changes_has_no_momentum():
    assert math.isnan(relative_strength([0, 0], 1)[0] or 0)
    assert math.isnan(momentum_oscillator([5, 5], 1)[0] or 0)


def test_momentum_of_a_rise_is_full():
    assert momentum_oscillator(RISE, 10) == [100.0] * 5


def test_percent_changes_are_relative_to_the_value_before():
    assert percent_changes([10, 11]) == [pytest.approx(10)]


@given(VALUES, SIZES)
def test_averages_lie_among_the_values(values, n):
    known = [value for value in values if value is not None]
    for average in (*moving_average(values, n), *exponential_average(values, n)):
        if average is not None:
            assert min(known) - 1e-6 <= average <= max(known) + 1e-6


@given(VALUES, SIZES)
def test_an_average_of_n_rows_starts_at_row_n(values, n):
    assert len(moving_average(values, n)) == max(1, len(values) - n + 1)
    assert len(exponential_average(values, n)) == max(1, len(values) - n + 1)
    assert len(adaptive_average(values, n)) == max(0, len(values) - n)


@given(VALUES, SIZES)
def test_indexes_stay_in_their_range(values, n):
    assert all(not x < 0 and not x > 100 for x in relative_strength(values, n) if x is not None)
    assert all(not abs(x) > 100.001 for x in momentum_oscillator(values, n) if x is not None)
