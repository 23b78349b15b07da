from decimal import Decimal

import pytest

from influx_query import InfluxQLSyntaxError, parse
from influx_query._text import numbers
from influx_query._text.numbers import read_integer


@pytest.mark.parametrize("digits", ["0", "-0", "007", "18446744073709551615", "-5"])
def test_digits_are_read(digits):
    assert read_integer(digits) == int(digits)


def test_what_is_far_beyond_64_bits_comes_out_just_beyond():
    assert read_integer("9" * 100_000) == 2**64
    assert read_integer("-" + "9" * 100_000) == -(2**64)
    assert read_integer("0" * 100_000 + "1") == 1


@pytest.mark.parametrize(
    "text",
    [
        "SELECT a FROM b WHERE c = {}",
        "KILL QUERY {}",
        "DROP SHARD {}",
        "SELECT a FROM b WHERE c > {}h",
    ],
)
def test_a_number_of_any_length_is_refused_as_one_too_large(text):
    with pytest.raises(InfluxQLSyntaxError):
        parse(text.format("9" * 100_000))


def test_a_limit_of_any_length_is_the_largest_there_is():
    (statement,) = parse(f"SELECT a FROM b LIMIT {'9' * 100_000}")
    assert statement.limit == 2**63 - 1


@pytest.mark.parametrize(
    ("number", "text"),
    [(1.0, "1.0"), (1e-7, "0.0000001"), (1e22, "10000000000000000000000.0"), (-0.5, "-0.5")],
)
def test_a_float_has_all_digits_a_dot_and_no_exponent(number, text):
    assert numbers.format_number(number) == text


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_float_that_is_no_number_is_refused(number):
    with pytest.raises(ValueError, match="finite"):
        numbers.format_number(number)


def test_a_decimal_keeps_its_digits():
    assert numbers.format_decimal(Decimal("1.50")) == "1.50"
    assert numbers.format_decimal(Decimal("1E+3")) == "1000"


def test_an_integer_has_to_fit_into_64_bits():
    assert numbers.format_integer(2**64 - 1) == "18446744073709551615"
    with pytest.raises(ValueError, match="out of range"):
        numbers.format_integer(2**64)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (3.0, "3"),
        (-0.5, "-0.5"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.5e300, "1.5e+300"),
        (0.0, "0"),
    ],
)
def test_go_prints_a_float_its_own_way(number, text):
    assert numbers.format_go_float(number) == text
