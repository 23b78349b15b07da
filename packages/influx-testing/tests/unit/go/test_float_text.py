import math

import pytest

from influx_testing._go.float_text import exponent_text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0E+00"),
        (-0.0, "-0E+00"),
        (1.0, "1E+00"),
        (150.0, "1.5E+02"),
        (-0.1, "-1E-01"),
        (0.1 + 0.2, "3.0000000000000004E-01"),
        (1.7976931348623157e308, "1.7976931348623157E+308"),
        (5e-324, "5E-324"),
        (math.inf, "+Inf"),
        (math.nan, "NaN"),
    ],
)
def test_an_exponent_follows_the_shortest_digits(number: float, text: str):
    assert exponent_text(number) == text
