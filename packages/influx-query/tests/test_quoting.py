from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from influx_query import quoting


def test_every_name_can_be_quoted():
    assert quoting.quote_ident('a"b\\c\nd') == r'"a\"b\\c\nd"'


def test_a_name_is_quoted_only_if_it_needs_to_be():
    assert quoting.quote_if_needed("usage_1") == "usage_1"
    assert [quoting.quote_if_needed(name) for name in ("1a", "a b", "select", "", "é")] == [
        '"1a"',
        '"a b"',
        '"select"',
        '""',
        '"é"',
    ]


def test_a_string_can_hold_quotes_backslashes_and_line_breaks():
    assert quoting.quote_string("it's \\ \n") == r"'it\'s \\ \n'"


@pytest.mark.parametrize("char", ["\0", "\r", "\ud800"])
@pytest.mark.parametrize("quote", [quoting.quote_ident, quoting.quote_string, quoting.quote_regex])
def test_a_character_influxql_has_no_text_for_is_refused(quote, char):
    with pytest.raises(ValueError, match="no escape"):
        quote(f"a{char}b")


def test_a_regex_escapes_its_slashes():
    assert quoting.quote_regex("a/b") == r"/a\/b/"


@pytest.mark.parametrize("pattern", ["a\\", "a\\\\", "a\nb"])
def test_a_regex_that_would_run_over_its_end_is_refused(pattern):
    with pytest.raises(ValueError, match="regular expression"):
        quoting.quote_regex(pattern)


@pytest.mark.parametrize(
    ("number", "text"),
    [(1.0, "1.0"), (1e-7, "0.0000001"), (1e22, "10000000000000000000000.0"), (-0.5, "-0.5")],
)
def test_a_float_has_all_digits_a_dot_and_no_exponent(number, text):
    assert quoting.format_number(number) == text


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_float_that_is_no_number_is_refused(number):
    with pytest.raises(ValueError, match="finite"):
        quoting.format_number(number)


def test_a_decimal_keeps_its_digits():
    assert quoting.format_decimal(Decimal("1.50")) == "1.50"
    assert quoting.format_decimal(Decimal("1E+3")) == "1000"


def test_an_integer_has_to_fit_into_64_bits():
    assert quoting.format_integer(2**64 - 1) == "18446744073709551615"
    with pytest.raises(ValueError, match="out of range"):
        quoting.format_integer(2**64)


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "0s"),
        (1, "1ns"),
        (1_000, "1u"),
        (90 * 60 * 10**9, "90m"),
        (7 * 24 * 3600 * 10**9, "1w"),
        (-(10**9), "-1s"),
    ],
)
def test_a_duration_has_its_largest_whole_unit(nanoseconds, text):
    assert quoting.format_duration(nanoseconds) == text


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "0s"),
        (24 * 3600 * 10**9, "24h0m0s"),
        (61 * 60 * 10**9, "1h1m0s"),
        (1_500_000_000, "1.5s"),
        (1_500, "1.5µs"),
        (90 * 10**9, "1m30s"),
    ],
)
def test_go_prints_a_duration_its_own_way(nanoseconds, text):
    assert quoting.format_go_duration(nanoseconds) == text


def test_a_time_is_rfc_3339_in_utc_to_the_nanosecond():
    assert quoting.format_time(1_577_836_800_000_000_001) == "'2020-01-01T00:00:00.000000001Z'"
    assert quoting.format_time(-1) == "'1969-12-31T23:59:59.999999999Z'"


def test_a_datetime_is_counted_exactly():
    assert quoting.time_ns(datetime(2020, 1, 1, microsecond=1, tzinfo=UTC)) == 1577836800000001000
    assert quoting.time_ns(date(2020, 1, 1)) == 1577836800 * 10**9
    assert quoting.duration_ns(timedelta(days=-1, microseconds=1)) == -86399999999000


def test_a_naive_datetime_is_refused_with_a_way_out():
    with pytest.raises(ValueError, match="no time zone; give it one"):
        quoting.time_ns(datetime(2020, 1, 1))


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
    assert quoting.format_go_float(number) == text
