import pytest

from influx_query import DurationError, parse_duration
from influx_query._text import durations


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("5ns", 5),
        ("5u", 5_000),
        ("5µ", 5_000),
        ("5ms", 5_000_000),
        ("1h30m", 5400 * 10**9),
        ("1w", 604800 * 10**9),
        ("-1d", -86400 * 10**9),
    ],
)
def test_a_duration_is_read_in_nanoseconds(text, nanoseconds):
    assert parse_duration(text) == nanoseconds


@pytest.mark.parametrize("text", ["", "5", "h", "5i", "1us", "1h30", "5 m", f"{2**63}ns"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(DurationError, match="invalid duration"):
        parse_duration(text)


def test_an_overflow_into_the_negative_is_refused():
    with pytest.raises(DurationError, match="overflowed duration 106752d: choose a smaller"):
        parse_duration("106752d")


def test_an_overflow_that_comes_out_positive_is_what_it_came_out_as():
    assert parse_duration("10675199167d") == 10675199167 * 86400 * 10**9 % 2**64


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
    assert durations.format_duration(nanoseconds) == text


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
    assert durations.format_go_duration(nanoseconds) == text
