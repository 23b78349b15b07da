import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_testing._engine.flux.numeric.areas import area, continued
from influx_testing._engine.flux.numeric.window_schedule import Bounds

MINUTE = Bounds(0, 60)


def test_a_constant_has_the_area_of_a_rectangle():
    assert area([(0, 2.0), (50, 2.0)], 10) == 10.0


def test_one_point_has_no_area():
    assert area([(0, 2.0)], 10) == 0


def test_points_are_continued_to_the_bounds():
    points = [(0, 1.0), (10, 2.0), (20, 4.0), (30, 6.0), (40, 8.0), (50, 10.0)]
    assert continued(points, MINUTE)[-1] == (60, 12.0)
    assert area(continued(points, MINUTE), 10) == 36.5


def test_a_fall_continues_below_zero():
    points = [(0, 1.0), (10, 1.0), (20, 1.0), (30, 0.0)]
    assert area(continued(points, MINUTE), 10) == -2


def test_a_single_point_is_continued_as_a_constant():
    assert area(continued([(10, -2.0)], MINUTE), 10) == -12


def test_no_points_are_continued_to_nothing():
    assert continued([], MINUTE) == []


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=20), st.integers(0, 18))
def test_areas_of_parts_add_up(values, cut):
    points = list(enumerate(values))
    low, high = points[: cut + 1], points[cut:]
    assert area(points, 1) == pytest.approx(area(low, 1) + area(high, 1), abs=1e-6)
