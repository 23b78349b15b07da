import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from influx_query._text.bind import bind_token as bind


@pytest.mark.parametrize(
    ("value", "token"),
    [
        (True, ("TRUE", "")),
        (5, ("INTEGER", "5")),
        (1e-7, ("NUMBER", "0.0000001")),
        ("it's", ("STRING", "it's")),
        (Decimal("1.5"), ("NUMBER", "1.5")),
        (timedelta(minutes=90), ("DURATIONVAL", "90m")),
        (datetime(2020, 1, 1, tzinfo=UTC), ("STRING", "2020-01-01T00:00:00Z")),
        (date(2020, 1, 1), ("STRING", "2020-01-01T00:00:00Z")),
        (re.compile("a", re.IGNORECASE), ("REGEX", "(?i)a")),
        ({"ident": "a b"}, ("IDENT", "a b")),
        ({"float": 5}, ("NUMBER", "5.0")),
        ({"duration": 10**10}, ("DURATIONVAL", "10s")),
        ({"regex": "a/b"}, ("REGEX", "a/b")),
    ],
)
def test_a_value_stands_for_a_token(value, token):
    assert bind(value) == token


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "unable to bind parameter with type <nil>"),
        ([1], "unable to bind parameter with type []interface {}"),
        ({}, "bound object parameter value must have exactly one entry"),
        ({"x": 1}, "unknown bind object type: x"),
        ({"identifier": 1}, "identifier must be a string value"),
        ({"float": "x"}, "number literal must be a float value"),
        ({"integer": True}, "integer literal must be an integer value"),
        ({"duration": 1.5}, "duration literal must be a string or integer value"),
    ],
)
def test_a_value_that_cannot_be_bound_is_a_parameter_that_says_why(value, reason):
    assert bind(value) == ("BOUNDPARAM", reason)
