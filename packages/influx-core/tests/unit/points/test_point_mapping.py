from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import msgspec
import pytest

from influx_core import Series
from influx_core._points.data_point import DataPoint
from influx_core._points.point_mapping import Field, PointMapping, Tag, Time
from influx_core.errors import ConfigError, DecodeError
from influx_core.lineprotocol import decode, encode

NOON = datetime(2020, 1, 31, 12, 0, 0, 250, UTC)


@dataclass
class Load:
    host: Annotated[str, Tag]
    core: Annotated[int, Tag("cpu_core")]
    percent: Annotated[float, Field]
    note: Annotated[str | None, Field] = None
    time: Annotated[datetime | None, Time] = None


class Tick(msgspec.Struct):
    price: Annotated[float, Field]
    at: Annotated[int, Time]

    __measurement__ = "ticks"


def test_an_object_becomes_a_point() -> None:
    point = PointMapping(Load, "load").to_point(Load("a", 3, 0.5, time=NOON))
    assert point == DataPoint("load", {"host": "a", "cpu_core": 3}, {"percent": 0.5}, NOON)


def test_an_object_comes_back_from_its_line() -> None:
    mapping = PointMapping(Load)
    items = [Load("a", 3, 0.5, "x", NOON), Load("b", 0, 7.0)]
    assert [
        mapping.from_point(point) for point in decode(encode(mapping.to_points(items)))
    ] == items


def test_a_struct_keeps_its_nanoseconds_as_an_integer() -> None:
    mapping = PointMapping(Tick)
    tick = Tick(1.5, 1434055562000000001)
    assert mapping.to_point(tick).measurement == "ticks"
    assert mapping.from_point(decode(encode([mapping.to_point(tick)]))[0]) == tick


def test_an_attrs_class_will_do() -> None:
    attrs = pytest.importorskip("attrs")

    @attrs.define
    class Level:
        metres: Annotated[float, Field]

    globals()["Level"] = Level
    assert PointMapping(Level).from_point(DataPoint("Level", {}, {"metres": 2.0})) == Level(2.0)


def test_an_integer_read_for_a_float_becomes_one() -> None:
    load = PointMapping(Load).from_point(
        DataPoint("Load", {"host": "a", "cpu_core": "3"}, {"percent": 1})
    )
    assert isinstance(load.percent, float)


def test_a_value_of_the_wrong_type_names_the_member() -> None:
    point = DataPoint("Load", {"host": "a", "cpu_core": "three"}, {"percent": 1.5})
    with pytest.raises(DecodeError, match="'cpu_core' cannot be read"):
        PointMapping(Load).from_point(point)


def test_a_missing_member_is_told() -> None:
    with pytest.raises(DecodeError, match="cannot make a Load"):
        PointMapping(Load).from_point(DataPoint("Load", {}, {"percent": 1.5}))


def test_a_point_of_another_measurement_is_refused() -> None:
    with pytest.raises(DecodeError, match="maps the measurement 'Load', not 'mem'"):
        PointMapping(Load).from_point(DataPoint("mem", {}, {"percent": 1.5}))


@dataclass
class Unmarked:
    host: str


@dataclass
class OnlyTags:
    host: Annotated[str, Tag]


@dataclass
class TwoTimes:
    value: Annotated[float, Field]
    start: Annotated[int, Time]
    end: Annotated[int, Time]


@pytest.mark.parametrize(
    ("cls", "why"),
    [
        (Unmarked, "Unmarked.host must be marked once"),
        (OnlyTags, "OnlyTags has no member marked as Field"),
        (TwoTimes, "TwoTimes has more than one member marked as Time"),
    ],
)
def test_a_class_that_makes_no_point_is_refused_at_once(cls: type[object], why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        PointMapping(cls)


def test_rows_of_a_query_become_objects_with_the_tags_of_group_by():
    mapping = PointMapping(Load)
    grouped = Series(
        "Load", ["time", "percent"], [[7, 1.5], [8, 2]], tags={"host": "a", "cpu_core": "3"}
    )
    assert [(load.host, load.core, load.percent) for load in mapping.from_series(grouped)] == [
        ("a", 3, 1.5),
        ("a", 3, 2.0),
    ]
    everything = Series("Load", ["time", "host", "cpu_core", "percent"], [[7, "b", "1", 1.5]])
    (load,) = mapping.from_series(everything)
    assert (load.host, load.percent) == ("b", 1.5)
    with pytest.raises(DecodeError, match="maps the measurement 'Load', not 'mem'"):
        mapping.from_series(Series("mem", ["time", "percent"], []))
