from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_query import parse_expression
from influx_query.nodes import Call
from influx_testing._engine.select.functions.reducers import reducer
from influx_testing._engine.select.run.arithmetic import wrap
from influx_testing._engine.select.run.point_runs import PointRun
from influx_testing._engine.select.run.points import Key

KEY: Key = ("m", ())


def reduce(call: str, *values: Any, times: list[int] | None = None) -> list[tuple[Any, Any]]:
    """Reduce values at times 0, 1, 2...; gives times and values."""
    node = parse_expression(call)
    assert isinstance(node, Call)
    run = PointRun(KEY, times or range(len(values)), values)
    return [(time, value) for time, value, _ in reducer(node)(run)]


@pytest.mark.parametrize(
    ("call", "values", "expected"),
    [
        ("count(v)", (1, 2, 3), 3),
        ("sum(v)", (2**63 - 1, 1), -(2**63)),
        ("mean(v)", (1, 2), 1.5),
        ("median(v)", (5, 1, 3), 3.0),
        ("median(v)", (1.0, 2.0), 1.5),
        ("mode(v)", (3, 1, 2), 1),
        ("mode(v)", (3, 1, 1, 3), 3),
        ("mode(v)", (True, False), True),
        ("spread(v)", (1, 5, 3), 4),
        ("stddev(v)", (1.0, 3.0), math.sqrt(2)),
    ],
)
def test_aggregates_have_no_time_of_their_own(
    call: str, values: tuple[Any, ...], expected: Any
) -> None:
    assert reduce(call, *values) == [(None, pytest.approx(expected))]


def test_the_deviation_of_one_value_is_not_a_number() -> None:
    ((_, value),) = reduce("stddev(v)", 1.0)
    assert math.isnan(value)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("max(v)", [(1, 9)]),
        ("min(v)", [(0, 1)]),
        ("first(v)", [(0, 1)]),
        ("last(v)", [(3, 9)]),
        ("percentile(v, 50)", [(2, 4)]),
        ("percentile(v, 1)", []),
        ("top(v, 2)", [(1, 9), (3, 9)]),
        ("bottom(v, 2)", [(0, 1), (2, 4)]),
    ],
)
def test_selectors_keep_the_time_of_their_point(call: str, expected: list[Any]) -> None:
    assert reduce(call, 1, 9, 4, 9) == expected


def test_of_points_at_one_time_the_greatest_is_first_and_last() -> None:
    assert reduce("first(v)", 1, 3, 2, times=[5, 5, 5]) == [(5, 3)]
    assert reduce("last(v)", 1, 3, 2, times=[5, 5, 5]) == [(5, 3)]


def test_distinct_values_come_in_order_of_their_first_time() -> None:
    assert [value for _, value in reduce("distinct(v)", 3, 1, 3, 2)] == [3, 1, 2]


def test_a_sample_is_no_larger_than_what_there_is() -> None:
    assert reduce("sample(v, 5)", 1, 2) == [(0, 1), (1, 2)]
    assert len(reduce("sample(v, 2)", *range(10))) == 2


@given(st.lists(st.floats() | st.integers(-(2**63), 2**63 - 1), min_size=1))
def test_a_sum_is_that_of_adding_one_value_after_another_to_the_last_bit(values):
    total: Any = 0
    for value in values:
        total += value
    expected = wrap(total) if isinstance(total, int) else total
    assert repr(reduce("sum(v)", *values)) == repr([(None, expected)])
