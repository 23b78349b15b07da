from __future__ import annotations

import pickle

import pytest

from influx_core._points.data_point import DataPoint, Unsigned


def test_a_point_needs_a_field() -> None:
    with pytest.raises(ValueError, match=r"^at least one field is required$"):
        DataPoint("cpu", {"host": "a"}, {}, 1)


def test_points_are_equal_by_value() -> None:
    assert DataPoint("cpu", {"host": "a"}, {"v": 1}, 5) == DataPoint(
        "cpu", {"host": "a"}, {"v": 1}, 5
    )
    assert DataPoint("cpu", {"host": "a"}, {"v": 1}, 5) != DataPoint("cpu", {"host": "a"}, {"v": 1})


def test_a_point_cannot_be_changed() -> None:
    point = DataPoint("cpu", {}, {"v": 1})
    with pytest.raises(AttributeError):
        point.measurement = "mem"  # type: ignore[misc]


def test_a_point_has_no_hash() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(DataPoint("cpu", {}, {"v": 1}))


def test_a_point_prints_as_its_constructor_call() -> None:
    point = DataPoint("cpu", {"host": "a"}, {"v": Unsigned(1)}, 5)
    assert eval(repr(point)) == point
    assert "Unsigned(1)" in repr(point)


def test_a_point_survives_pickling() -> None:
    point = DataPoint("cpu", {"host": "a"}, {"v": 1.5}, 5)
    assert pickle.loads(pickle.dumps(point)) == point
