"""The conversions of universe."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core import Unsigned
from influx_flux import FluxDuration
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.functions.scalars.conversions import CONVERSIONS
from influx_testing._engine.flux.functions.scalars.value_texts import displayed
from influx_testing._engine.flux.values.flux_types import FluxTime


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("string", 1e21, "1000000000000000000000"),
        ("string", 10.0, "10"),
        ("string", FluxTime(0), "1970-01-01T00:00:00.000000000Z"),
        ("string", FluxDuration(14, 90_061_000_000), "1y2mo1m30s61ms"),
        ("string", b"\xc3\xa9", "é"),
        ("int", "-12", -12),
        ("int", -2.9, -2),
        ("int", float("nan"), -(2**63)),
        ("int", Unsigned(2**64 - 1), -1),
        ("int", True, 1),
        ("int", FluxDuration(0, 5, True), -5),
        ("uint", -1, Unsigned(2**64 - 1)),
        ("uint", -2.18, Unsigned(2**64 - 2)),
        ("float", "1e3", 1000.0),
        ("float", "+Inf", float("inf")),
        ("float", "0x1p-2", 0.25),
        ("bool", 0, False),
        ("bool", "true", True),
        ("time", "2020-01-01", FluxTime(1_577_836_800_000_000_000)),
        ("time", 5, FluxTime(5)),
        ("duration", "1h30m", FluxDuration(0, 5_400_000_000_000)),
        ("duration", -5, FluxDuration(0, 5, True)),
        ("bytes", "é", b"\xc3\xa9"),
    ],
)
def test_values_are_converted(name: str, value: object, expected: object) -> None:
    got = CONVERSIONS[name](value)
    assert (type(got), got) == (type(expected), expected)


@pytest.mark.parametrize("name", sorted(set(CONVERSIONS) - {"bytes"}))
def test_null_stays_null(name: str) -> None:
    assert CONVERSIONS[name](None) is None


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("int", "1_0", 'cannot convert string "1_0" to int due to invalid syntax'),
        ("int", "9223372036854775808", "due to invalid syntax"),
        ("uint", "-1", 'cannot convert string "-1" to uint due to invalid syntax'),
        ("float", "1e999", 'cannot convert string "1e999" to float due to invalid syntax'),
        ("bool", "yes", 'cannot convert string "yes" to bool'),
        ("bool", 2, "cannot convert int 2 to bool, must be 0 or 1"),
        ("bool", 0.5, "cannot convert float 0.500000 to bool, must be 0 or 1"),
        ("time", "noon", 'cannot convert string "noon" to time due to invalid syntax'),
        ("duration", "1 hour", "to duration due to invalid syntax"),
        ("string", [1], "cannot convert [int] to string"),
        ("string", b"\xff", "bytes contained non utf8 bytes"),
        ("float", FluxTime(0), "cannot convert time to float"),
        ("bytes", 1, "cannot convert int to bytes"),
    ],
)
def test_what_cannot_be_converted_is_named(name: str, value: object, message: str) -> None:
    with pytest.raises(FluxError, match=re.escape(message)):
        CONVERSIONS[name](value)


@given(st.integers(-(2**63), 2**63 - 1))
def test_an_integer_returns_from_its_text(number: int) -> None:
    assert CONVERSIONS["int"](CONVERSIONS["string"](number)) == number


@given(st.floats(allow_nan=False))
def test_a_float_returns_from_its_text(number: float) -> None:
    assert CONVERSIONS["float"](CONVERSIONS["string"](number)) == number


@given(st.integers(0, 2**63 - 1), st.integers(0, 2**40), st.booleans())
def test_a_duration_returns_from_its_text(nanoseconds: int, months: int, negative: bool) -> None:
    value = FluxDuration(months, nanoseconds, negative and bool(months + nanoseconds))
    assert CONVERSIONS["duration"](CONVERSIONS["string"](value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": [1, 2], "a": "x"}, "{a: x, b: [1, 2]}"),
        ([1, 2, 3, 4], "[\n    1, \n    2, \n    3, \n    4\n]"),
        (None, "<null>"),
        (b"\x01\xff", "0x01ff"),
        (1e-7, "1e-07"),
    ],
)
def test_any_value_is_displayed(value: object, text: str) -> None:
    assert displayed(value) == text
