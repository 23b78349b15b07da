from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from asphalt.influxdb.utils import (
    convert_to_timestamp,
    merge_query_params,
    merge_write_params,
    precision_multipliers,
    quote_string,
    transform_value,
)


@pytest.mark.parametrize(("text", "quoted"), [("cpu", '"cpu"'), ('a"b\\', '"a\\"b\\\\"')])
def test_a_name_is_quoted_and_cannot_end_its_quotes(text, quoted):
    assert quote_string(text) == quoted


@pytest.mark.parametrize(
    ("precision", "expected"),
    [
        (None, 1481463645150329000),
        ("n", 1481463645150329000),
        ("u", 1481463645150329),
        ("ms", 1481463645150),
        ("s", 1481463645),
        ("m", 24691060),
        ("h", 411517),
    ],
)
def test_a_datetime_becomes_an_exact_integer(precision, expected):
    when = datetime(2016, 12, 11, 13, 40, 45, 150329, UTC)
    assert convert_to_timestamp(when, precision) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a'b", "'a\\'b'"),
        (5, "5"),
        (2.5, "2.5"),
        (Decimal("2.50"), "2.5"),
        (True, "TRUE"),
        (date(2016, 12, 11), "'2016-12-11T00:00:00Z'"),
        (datetime(2016, 12, 11, 13, 40, tzinfo=UTC), "'2016-12-11T13:40:00Z'"),
    ],
)
def test_a_value_becomes_influxql(value, text):
    assert transform_value(value) == text


def test_params_take_the_servers_names_and_lie_over_the_old_ones():
    assert merge_write_params({"db": "a"}, username="u", password="p", precision="ms") == {
        "db": "a",
        "u": "u",
        "p": "p",
        "precision": "ms",
    }
    assert merge_query_params({"db": "a"}, db="b", retention_policy="week", chunked=True) == {
        "db": "b",
        "rp": "week",
        "chunked": True,
    }


@pytest.mark.parametrize(
    ("merge", "wrong"),
    [
        (merge_write_params, {"consistency": "most"}),
        (merge_write_params, {"precision": "d"}),
        (merge_query_params, {"epoch": "d"}),
    ],
)
def test_what_does_not_exist_is_a_value_error(merge, wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        merge({}, **wrong)


@pytest.mark.parametrize("precision", ["n", "u", "ms", "s", "m", "h", None])
def test_a_second_has_as_many_units_as_its_precision_says(precision):
    day = 24 * 60 * 60
    found = convert_to_timestamp(datetime(1970, 1, 2, tzinfo=UTC), precision)
    assert found == day * precision_multipliers[precision]
