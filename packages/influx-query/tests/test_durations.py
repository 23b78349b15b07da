import pytest

from influx_query.durations import DurationError, parse_duration


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
