import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_testing._engine.flux.numeric.changes import (
    cumulative,
    derivatives,
    differences,
    elapsed_units,
    kept_times,
)

NUMBERS = st.lists(st.one_of(st.none(), st.integers(-1000, 1000)), max_size=30)


def test_a_difference_is_taken_from_the_last_value_before_nulls():
    assert differences([1, None, 4, 2]) == [None, None, 3, -2]


def test_a_decrease_is_null_where_only_increases_count():
    assert differences([3, 1, 5], non_negative=True) == [None, None, 4]


def test_a_decrease_can_count_from_zero():
    assert differences([3, 1, 5], non_negative=True, initial_zero=True) == [None, 1, 4]


def test_a_decrease_below_zero_is_null():
    assert differences([4, -3, 19], non_negative=True, initial_zero=True) == [None, None, 22]


def test_a_derivative_is_told_for_each_unit():
    assert derivatives([0, 10, 30], [1.0, 2.0, 6.0], 10) == [None, 1.0, 2.0]


def test_a_negative_derivative_is_null_or_zero():
    assert derivatives([0, 1], [2, 1], 1, non_negative=True) == [None, None]
    zeroed = derivatives([0, 1], [2, 1], 1, non_negative=True, initial_zero=True)
    assert zeroed == [None, 0.0]


def test_of_rows_with_one_time_the_first_is_kept():
    assert kept_times([1, 1, 2], "derivative") == [0, 2]


@pytest.mark.parametrize(
    ("times", "message"),
    [
        ([1, None], "derivative found null time in time column"),
        ([2, 1], "derivative found out-of-order times in time column"),
    ],
)
def test_times_out_of_order_are_refused(times: list[int | None], message: str):
    with pytest.raises(ValueError, match=message):
        kept_times(times, "derivative")


def test_a_null_adds_nothing_to_a_sum():
    assert cumulative([None, 1, None, 2], 0) == [0, 1, 1, 3]


def test_elapsed_time_is_told_in_whole_units():
    assert elapsed_units([0, 25, 30], 10) == [2, 0]


@given(NUMBERS)
def test_differences_of_sums_are_the_values(values):
    known = [value for value in values if value is not None]
    assert differences(cumulative(known, 0))[1:] == known[1:]
