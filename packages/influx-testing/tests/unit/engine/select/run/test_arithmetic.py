from __future__ import annotations

import math
from typing import Any

import pytest

from influx_testing._engine.select.run.arithmetic import binary_function
from influx_testing._go.regex import Regex


def calculate(lhs: Any, op: str, rhs: Any, *, float_division: bool = True) -> Any:
    return binary_function(op, float_division=float_division)(lhs, rhs)


@pytest.mark.parametrize(
    ("lhs", "op", "rhs", "expected"),
    [
        (2**63 - 1, "+", 1, -(2**63)),
        (-(2**63), "-", 1, 2**63 - 1),
        (7, "/", 2, 3.5),
        (7, "/", 0, 0.0),
        (7.5, "/", 0.0, 0.0),
        (-7, "%", 3, -1),
        (7, "%", 0, 0),
        (6, "^", 3, 5),
        (True, "&", False, False),
        (1, "+", 1.5, 2.5),
        (1.5, "&", 1, None),
        ("a", "+", "b", None),
        (None, "+", 1, None),
    ],
)
def test_operators_give_what_the_server_gives(lhs: Any, op: str, rhs: Any, expected: Any) -> None:
    result = calculate(lhs, op, rhs)
    assert (result, type(result)) == (expected, type(expected))


def test_integers_divide_towards_zero_in_conditions() -> None:
    assert calculate(-7, "/", 2, float_division=False) == -3


def test_the_rest_of_a_division_by_zero_is_not_a_number() -> None:
    assert math.isnan(calculate(1.0, "%", 0.0))


@pytest.mark.parametrize("op", ["=", "!=", "<", "<=", ">", ">="])
def test_comparing_different_types_is_false(op: str) -> None:
    assert calculate("1", op, 1) is False
    assert calculate(None, op, 1) is False


def test_integers_and_floats_compare_by_value() -> None:
    assert calculate(1, "=", 1.0) is True


def test_text_is_not_ordered() -> None:
    assert calculate("a", "<", "b") is False


def test_regexes_match_text_alone() -> None:
    assert calculate("abc", "=~", Regex("b")) is True
    assert calculate("abc", "!~", Regex("b")) is False
    assert calculate(None, "!~", Regex("b")) is False
