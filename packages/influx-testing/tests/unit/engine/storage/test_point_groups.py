from __future__ import annotations

from typing import Any

from influx_core import DataPoint
from influx_testing._engine.storage.point_groups import OddPoint, grouped


def point(time: int, host: str = "a", **fields: Any) -> DataPoint:
    return DataPoint("m", {"host": host}, fields, time)


def test_points_of_a_series_with_the_same_fields_are_columns() -> None:
    one, other = grouped([point(1, v=1.0), point(2, "b", v=2.0), point(4, v=3.0), point(3, v=4.0)])
    assert one.name == ("m", (("host", "a"),))
    assert (one.places, one.times) == ([0, 2, 3], [1, 4, 3])
    assert one.columns == {"v": [1.0, 3.0, 4.0]}
    assert not one.is_ascending()
    assert (other.places, other.columns) == ([1], {"v": [2.0]})


def test_other_fields_are_another_group() -> None:
    groups = grouped([point(1, v=1.0), point(2, v=1.0, w=1), point(3, v=2.0)])
    assert [group.places for group in groups] == [[0, 2], [1]]


def test_points_stay_single_if_a_field_changes_its_type() -> None:
    groups = grouped([point(1, v=1.0), point(2, v=1), point(3, v=2.0)])
    assert [list(group.places) for group in groups] == [[0], [1], [2]]


def test_an_odd_point_keeps_all_its_fields_in_order() -> None:
    odd = OddPoint("m", {}, {"v": 1}, 1, pairs=(("v", 1), ("v", 2.0)))
    groups = grouped([odd, point(2, v=1)])
    assert [list(group.pairs()) for group in groups] == [[("v", 1), ("v", 2.0)], [("v", 1)]]
