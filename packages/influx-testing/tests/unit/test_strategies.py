from __future__ import annotations

import typing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from influx_core import DataPoint
from influx_core.lineprotocol import decode, encode
from influx_query import parse
from influx_testing import FakeInfluxDB, strategies
from influx_testing._server.fake_server import FakeServer

QUICK = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


@QUICK
@given(strategies.points())
def test_points_come_back_from_line_protocol(point: DataPoint) -> None:
    assert decode(encode([point]), rules="1.x") == [point]


@QUICK
@given(strategies.lines())
def test_a_line_is_one_point(line: bytes) -> None:
    assert line.endswith(b"\n")
    assert len(decode(line, rules="1.x")) == 1


@QUICK
@given(strategies.series())
def test_a_series_is_stored_as_it_is(points: list[DataPoint]) -> None:
    server = FakeServer(FakeInfluxDB())
    server.load(points)
    assert server.points() == points


@pytest.mark.parametrize("family", typing.get_args(strategies.Family))
@QUICK
@given(data=st.data())
def test_statements_parse(family: strategies.Family, data: st.DataObject) -> None:
    assert len(parse(data.draw(strategies.statements(family)))) == 1


@QUICK
@given(strategies.hostile_strings())
def test_hostile_strings_come_back_as_field_values(text: str) -> None:
    server = FakeServer(FakeInfluxDB())
    server.load([("m", {}, {"f": text}, 1)])
    assert server.points() == [DataPoint("m", {}, {"f": text}, 1)]
