import pytest

from influx_query import InfluxQLSyntaxError, parse
from influx_query.numerals import read_integer


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
