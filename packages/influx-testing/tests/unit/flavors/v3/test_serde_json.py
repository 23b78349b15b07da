"""JSON is read as the library of 3.x does."""

from __future__ import annotations

from typing import Any

import pytest

from influx_testing._flavors.v3.serde_json import SerdeError, read_json


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": NaN}', "expected value at line 1 column 7"),
        ('{"NaN":"NaN","a":\nInfinity}', "expected value at line 2 column 1"),
        ("[-Infinity]", "invalid number at line 1 column 2"),
        ("[1e999]", "number out of range at line 1 column 2"),
        (f"[{'9' * 5000}]", "number out of range at line 1 column 2"),
        ("{", "EOF while parsing an object at line 1 column 1"),
        ('"a', "EOF while parsing a string at line 1 column 2"),
        ("", "EOF while parsing a value at line 1 column 0"),
        ("[" * 100_000, "recursion limit exceeded"),
    ],
)
def test_what_is_not_json_is_refused_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(SerdeError) as caught:
        read_json(text)
    assert str(caught.value) == problem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("18446744073709551615", 2**64 - 1),
        ("18446744073709551616", 2.0**64),
        ("-9223372036854775808", -(2**63)),
        ("-9223372036854775809", -(2.0**63)),
        ("1.5e300", 1.5e300),
        ("-0", 0),
    ],
)
def test_numbers_have_64_bits(text: str, value: Any) -> None:
    found = read_json(text)
    assert (found, type(found)) == (value, type(value))
