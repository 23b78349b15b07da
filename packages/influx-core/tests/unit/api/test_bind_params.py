from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core import ConfigError, Unsigned
from influx_core._api.bind_params import bind, bind_sql


def test_values_are_printed_as_one_json_object():
    bound = bind({"host": "a'b\"", "n": 5, "up": True, "since": datetime(2020, 1, 2, tzinfo=UTC)})
    assert json.loads(bound) == {
        "host": "a'b\"",
        "n": 5,
        "up": True,
        "since": "2020-01-02T00:00:00Z",
    }


def test_a_span_of_time_is_bound_as_one():
    bound = bind({"span": timedelta(minutes=90, microseconds=5)})
    assert json.loads(bound) == {"span": {"duration": "5400000005u"}}


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_exact_and_has_a_dot_and_no_exponent(value):
    text = bind({"x": value})[len('{"x": ') : -1]
    assert "." in text
    assert "e" not in text
    assert float(text) == value


@pytest.mark.parametrize(
    "value",
    [
        None,
        math.nan,
        math.inf,
        Decimal("NaN"),
        Decimal("sNaN"),
        1 << 63,
        b"x",
        [1],
        datetime(2020, 1, 1),
        "half a character: \ud800",
    ],
)
def test_what_cannot_be_bound_is_refused_by_name(value):
    with pytest.raises(ConfigError, match="bind parameter 'x'"):
        bind({"x": value})


@pytest.mark.parametrize("name", [5, None, "a\nb", "\ud800"])
def test_a_parameter_has_a_name(name):
    with pytest.raises(ConfigError, match="named by text"):
        bind({name: 1})


def test_sql_takes_null_and_unsigned_integers_too():
    bound = bind_sql({"none": None, "n": 2**64 - 1, 'a "name"': Unsigned(2**63), "host": "a"})
    assert json.loads(bound) == {
        "none": None,
        "n": 2**64 - 1,
        'a "name"': 2**63,
        "host": "a",
    }
    assert json.loads(bind_sql({"none": None})) == {"none": None}
    assert json.loads(bind_sql({"x": 1.0, "up": True})) == {"x": 1.0, "up": True}


@pytest.mark.parametrize("value", [2**64, -(2**63) - 1, math.nan, b"x"])
def test_sql_refuses_what_cannot_be_bound(value):
    with pytest.raises(ConfigError, match="bind parameter 'x'"):
        bind_sql({"x": value})


@pytest.mark.parametrize("params", [{"a\nb": None}, {5: 2**63}, [("a", 1)]])
def test_sql_refuses_what_are_no_parameters(params):
    with pytest.raises(ConfigError):
        bind_sql(params)
