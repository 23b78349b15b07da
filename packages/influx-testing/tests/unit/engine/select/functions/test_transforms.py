from __future__ import annotations

from typing import Any

import pytest

from influx_query import parse_expression
from influx_query.nodes import Call, Fill
from influx_testing._engine.select.functions.transforms import integral, transformed
from influx_testing._engine.select.plan.query_limits import LimitTracker
from influx_testing._engine.select.plan.time_windows import Interval
from influx_testing._engine.select.run.points import Point, ReadOptions

SECOND = 10**9


def options(**changes: Any) -> ReadOptions:
    defaults: dict[str, Any] = {
        "start": 0,
        "end": 100 * SECOND,
        "ascending": True,
        "interval": Interval(),
        "dimensions": (),
        "group_by": (),
        "fill": Fill(),
        "beside": (),
        "condition": None,
        "limit": 0,
        "offset": 0,
        "slimit": 0,
        "soffset": 0,
        "usage": LimitTracker(1000),
    }
    return ReadOptions(**{**defaults, **changes})


def apply(call: str, *pairs: tuple[float, Any], **changes: Any) -> list[tuple[float, Any]]:
    """Apply a function to pairs of seconds and values."""
    node = parse_expression(call)
    assert isinstance(node, Call)
    points: list[Point] = [
        (("m", ()), round(second * SECOND), value, ()) for second, value in pairs
    ]
    function = integral if node.name == "integral" else transformed
    return [
        (time / SECOND, value) for _, time, value, _ in function(points, node, options(**changes))
    ]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("difference(v)", [(1, 2), (3, -6)]),
        ("non_negative_difference(v)", [(1, 2)]),
        ("derivative(v)", [(1, 2.0), (3, -3.0)]),
        ("derivative(v, 2s)", [(1, 4.0), (3, -6.0)]),
        ("non_negative_derivative(v)", [(1, 2.0)]),
        ("cumulative_sum(v)", [(0, 1), (1, 4), (3, 1)]),
        ("moving_average(v, 2)", [(1, 2.0), (3, 0.0)]),
        ("elapsed(v, 1s)", [(1, 1), (3, 2)]),
    ],
)
def test_functions_go_from_point_to_point(call: str, expected: list[Any]) -> None:
    assert apply(call, (0, 1), (1, 3), (3, -3)) == expected


def test_a_second_point_at_one_time_is_passed_over() -> None:
    assert apply("difference(v)", (0, 1), (0, 5), (1, 3)) == [(1, 2)]


def test_buckets_without_a_value_are_passed_over() -> None:
    assert apply("difference(v)", (0, 1), (1, None), (2, 4)) == [(2, 3)]


def test_backwards_a_rate_has_the_other_sign() -> None:
    assert apply("derivative(v)", (1, 3), (0, 1), ascending=False) == [(0, -2.0)]


def test_the_area_is_that_of_trapeziums() -> None:
    assert apply("integral(v)", (0, 0.0), (2, 4.0)) == [(0, 4.0)]


def test_areas_are_cut_at_the_edges_of_buckets() -> None:
    found = apply("integral(v)", (0, 0.0), (4, 4.0), interval=Interval(2 * SECOND))
    assert found == [(0, 2.0)]
