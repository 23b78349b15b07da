import pytest

from influx_query.moments import parse_moment

NEW_YEAR = 1577836800 * 10**9


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("2020-01-01", NEW_YEAR),
        ("2020-01-01 00:00:00", NEW_YEAR),
        ("2020-01-01T00:00:00.000000001Z", NEW_YEAR + 1),
        ("2020-01-01T01:00:00+01:00", NEW_YEAR),
        ("1969-12-31 23:59:59.5", -500_000_000),
    ],
)
def test_a_moment_is_read_to_the_nanosecond(text, nanoseconds):
    assert parse_moment(text) == nanoseconds


def test_a_zone_counts_where_the_text_names_none():
    assert parse_moment("2020-01-01", "Europe/Berlin") == NEW_YEAR - 3600 * 10**9
    assert parse_moment("2020-01-01T00:00:00Z", "Europe/Berlin") == NEW_YEAR


@pytest.mark.parametrize("text", ["", "now", "2020-13-01", "2020-01-01T", "2020-01-01Z"])
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        parse_moment(text)
