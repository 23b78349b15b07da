from __future__ import annotations

import math

import pytest

from influx_query.functions import MATH
from influx_testing._engine.select.functions.mathematics import MATH_FUNCTIONS


@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        ("abs", (-2.5,), 2.5),
        ("abs", (-2,), -2),
        ("round", (2.5,), 3.0),
        ("round", (-0.5,), -1.0),
        ("round", (7,), 7),
        ("floor", (-1.5,), -2.0),
        ("ceil", (1.2,), 2.0),
        ("ln", (0.0,), -math.inf),
        ("exp", (1000.0,), math.inf),
        ("pow", (0.0, -1.0), math.inf),
        ("pow", (2, 10), 1024.0),
        ("log", (8.0, 2.0), 3.0),
        ("atan2", (1.0, 1.0), math.pi / 4),
    ],
)
def test_functions_give_what_the_server_gives(
    name: str, args: tuple[float, ...], expected: float
) -> None:
    assert MATH_FUNCTIONS[name](*args) == pytest.approx(expected)


@pytest.mark.parametrize(("name", "arg"), [("sqrt", -1.0), ("ln", -1.0), ("asin", 2.0)])
def test_outside_of_its_domain_a_function_is_not_a_number(name: str, arg: float) -> None:
    assert math.isnan(MATH_FUNCTIONS[name](arg))


def test_every_mathematical_function_of_the_language_is_there() -> None:
    assert MATH_FUNCTIONS.keys() == MATH
