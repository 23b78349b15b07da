"""Whatever the builder binds, a client sends and each server reads."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from influx_core import ConfigError, InfluxDBClient
from influx_query import field, now, query, tag, time

STORED = 1_577_836_800_123_456_789
"""A time that no microsecond can hold."""

CONDITIONS: dict[str, Any] = {
    "tag": tag("host") == "it's",
    "tags": tag("host") == ["it's", "b"],
    "pattern": tag("host") == re.compile("^it.s$", re.IGNORECASE),
    "integer": field("n") == 3,
    "integer of numpy": field("n") == np.int64(3),
    "float": field("load") > 1.25,
    "float of numpy": field("load") == np.float64(1.5),
    "decimal": field("load") == Decimal("1.5"),
    "small float": field("load") > 1e-7,
    "boolean": field("up") == True,  # noqa: E712 - it is a condition
    "boolean of numpy": field("up") == np.bool_(True),
    "text": field("text") == 'a "b" \\ c\n',
    "time": time == np.datetime64(STORED, "ns"),
    "time after": time > np.datetime64(STORED - 1, "ns"),
    "time before": time <= datetime(2020, 1, 1, 0, 0, 1, tzinfo=UTC),
    "time and duration": time > now() - timedelta(days=36500),
    "nanoseconds": time > np.datetime64(STORED, "ns") - np.timedelta64(1, "ns"),
}


@pytest.fixture
async def stored(client: InfluxDBClient) -> InfluxDBClient:
    fields = {"n": 3, "load": 1.5, "up": True, "text": 'a "b" \\ c\n'}
    await client.write("m", {"host": "it's"}, fields, STORED)
    return client


@pytest.mark.parametrize("name", CONDITIONS)
async def test_a_bound_condition_finds_its_point(stored: InfluxDBClient, name: str):
    made = query("n").from_("m").where(CONDITIONS[name])
    text, params = made.bound()
    (result,) = await stored.execute(text, bind_params=params)
    assert [row.time_ns for series in result.series for row in series] == [STORED], (text, params)


@pytest.mark.parametrize("name", CONDITIONS)
async def test_the_same_condition_in_the_text_finds_its_point(stored: InfluxDBClient, name: str):
    (result,) = await stored.execute(str(query("n").from_("m").where(CONDITIONS[name])))
    assert [row.time_ns for series in result.series for row in series] == [STORED]


async def test_a_time_just_after_the_stored_one_finds_nothing(stored: InfluxDBClient):
    (result,) = await stored.execute(
        str(query("n").from_("m").where(time > np.datetime64(STORED, "ns")))
    )
    assert list(result.series) == []


async def test_an_identifier_can_be_bound(stored: InfluxDBClient):
    (result,) = await stored.execute(
        "SELECT n FROM m WHERE $key = $host",
        bind_params={"key": {"identifier": "host"}, "host": "it's"},
    )
    assert len(result.series) == 1


@pytest.mark.parametrize("value", [None, [1], {"a": 1}, {"duration": 1.5}, float("nan"), 2**63])
async def test_a_value_that_cannot_be_bound_is_refused_with_what_can(
    client: InfluxDBClient, value: Any
):
    with pytest.raises(ConfigError, match="bind parameter 'p'"):
        await client.execute("SELECT n FROM m WHERE n = $p", bind_params={"p": value})
