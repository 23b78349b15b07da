"""Python values as literals."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

import pytest

from influx_flux import duration, literal, parse


class Host(StrEnum):
    WEB = "web"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (0, "0"),
        (-5, "-5"),
        (2**63 - 1, "9223372036854775807"),
        (-(2**63), "(-9223372036854775807 - 1)"),
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (1e21, "1000000000000000000000.0"),
        (1.5e-7, "0.00000015"),
        (math.nan, 'float(v: "NaN")'),
        (math.inf, 'float(v: "+Inf")'),
        (-math.inf, 'float(v: "-Inf")'),
        ('a"b\\c\n', r'"a\"b\\c\n"'),
        ("${x}", r'"\${x}"'),
        ("$x$", '"$x$"'),
        ("$${x}", r'"\x24\${x}"'),
        ("\x00\x7f", r'"\x00\x7f"'),
        (Host.WEB, '"web"'),
        (timedelta(hours=1, milliseconds=5), "1h5ms"),
        (timedelta(days=8), "1w1d"),
        (-timedelta(minutes=90), "-1h30m"),
        (timedelta(0), "0s"),
        (duration("1y2mo3d"), "14mo3d"),
        (duration(months=-1), "-1mo"),
        (datetime(2020, 1, 2, 3, 4, 5, 600, tzinfo=UTC), "2020-01-02T03:04:05.0006Z"),
        (datetime(2020, 1, 1, 1, tzinfo=timezone(timedelta(hours=2))), "2019-12-31T23:00:00Z"),
        (re.compile("^a/b$"), r"/^a\/b$/"),
        (re.compile("a", re.IGNORECASE | re.DOTALL), "/(?is)a/"),
        (re.compile(""), "/(?:)/"),
        (re.compile(r"a\\"), r"/a[\\]/"),
        (re.compile(r"a\/\x2e\x41"), r"/a\/\.A/"),
        ([], "[]"),
        (["a", "b"], '["a", "b"]'),
        ((1, 2), "[1, 2]"),
        ({"a": 1, "b c": [1.5]}, '{a: 1, "b c": [1.5]}'),
        ({"if": 1}, '{"if": 1}'),
        ({1: "a"}, '[1: "a"]'),
        ({}, "{}"),
    ],
)
def test_a_value_is_written(value: object, text: str):
    assert literal(value) == text


@pytest.mark.parametrize("text", ["${x}", "$${x}", "$$${x}", '"${', "\\${x}", "$\\${x}", "\\", "$"])
def test_a_string_comes_back_as_it_was(text: str):
    (statement,) = parse(f"x = {literal(text)}").body
    assert statement.init.value == text


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (None, TypeError, "no literal for null"),
        (b"a", TypeError, "decode the bytes"),
        (Decimal(1), TypeError, "convert it to float"),
        ({1, 2}, TypeError, "sorted list"),
        (object(), TypeError, "object cannot be written as Flux"),
        (2**63, ValueError, "no 64-bit integer"),
        ("\ud800", ValueError, "lone surrogate"),
        (datetime(2020, 1, 1), ValueError, "has no offset"),
        (date(2020, 1, 1), ValueError, "has no offset"),
        (datetime(1500, 1, 1, tzinfo=UTC), ValueError, "between 1677-09-21 and 2262-04-11"),
        (re.compile("a", re.VERBOSE), ValueError, "VERBOSE"),
        (re.compile("(?=a)"), ValueError, "look-ahead"),
        (re.compile(b"a"), ValueError, "bytes"),
        ([None], TypeError, "no literal for null"),
    ],
)
def test_what_flux_has_no_literal_for_is_refused(value: object, error: type, message: str):
    with pytest.raises(error, match=message):
        literal(value)


def test_naive_times_are_taken_for_what_is_said():
    assert literal(datetime(2020, 1, 1), naive="utc") == "2020-01-01T00:00:00Z"
    assert literal(date(2020, 1, 1), naive="utc") == "2020-01-01T00:00:00Z"
    local = datetime(2020, 1, 1).astimezone(UTC)
    assert literal(datetime(2020, 1, 1), naive="local") == literal(local)


def test_numpy_scalars_are_what_they_mean():
    np = pytest.importorskip("numpy")
    assert literal(np.int8(-3)) == "-3"
    assert literal(np.float32(0.5)) == "0.5"
    assert literal(np.bool_(True)) == "true"
    assert literal(np.str_("a")) == '"a"'
    assert literal(np.datetime64("2020-01-01T00:00:00.123456789")) == (
        "2020-01-01T00:00:00.123456789Z"
    )
    assert literal(np.timedelta64(-3, "ns")) == "-3ns"
    assert literal(np.timedelta64(2, "Y")) == "24mo"
    with pytest.raises(ValueError, match="NaT"):
        literal(np.datetime64("NaT", "ns"))
    with pytest.raises(ValueError, match="no 64-bit integer"):
        literal(np.uint64(2**64 - 1))
    with pytest.raises(TypeError, match="ndarray"):
        literal(np.array([1]))


def test_pandas_times_keep_their_nanoseconds():
    pd = pytest.importorskip("pandas")
    assert literal(pd.Timestamp("2020-01-01T00:00:00.123456789Z")) == (
        "2020-01-01T00:00:00.123456789Z"
    )
    assert literal(pd.Timedelta(1, "ns")) == "1ns"
    with pytest.raises(ValueError, match="NaT"):
        literal(pd.NaT)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"text": "1x"}, "no duration"),
        ({"text": ""}, "no duration"),
        ({"text": "1h", "days": 1}, "not both"),
        ({"months": 1, "days": -1}, "different signs"),
        ({"months": 2**63}, "not between"),
    ],
)
def test_what_is_no_duration_is_refused(arguments: dict, message: str):
    with pytest.raises(ValueError, match=message):
        duration(**arguments)
