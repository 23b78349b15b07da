from datetime import UTC, date, datetime, timedelta

import pytest

from influx_query import parse_time
from influx_query._text import durations, timestamps

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
    assert parse_time(text) == nanoseconds


def test_a_zone_counts_where_the_text_names_none():
    assert parse_time("2020-01-01", "Europe/Berlin") == NEW_YEAR - 3600 * 10**9
    assert parse_time("2020-01-01T00:00:00Z", "Europe/Berlin") == NEW_YEAR


@pytest.mark.parametrize("text", ["", "now", "2020-13-01", "2020-01-01T", "2020-01-01Z"])
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        parse_time(text)


def test_a_time_is_rfc_3339_in_utc_to_the_nanosecond():
    assert timestamps.format_time(1_577_836_800_000_000_001) == "2020-01-01T00:00:00.000000001Z"
    assert timestamps.format_time(-1) == "1969-12-31T23:59:59.999999999Z"


def test_a_datetime_is_counted_exactly():
    assert (
        timestamps.time_ns(datetime(2020, 1, 1, microsecond=1, tzinfo=UTC)) == 1577836800000001000
    )
    assert timestamps.time_ns(date(2020, 1, 1)) == 1577836800 * 10**9
    assert durations.timedelta_ns(timedelta(days=-1, microseconds=1)) == -86399999999000


def test_a_naive_datetime_is_refused_with_a_way_out():
    with pytest.raises(ValueError, match="no time zone; give it one"):
        timestamps.time_ns(datetime(2020, 1, 1))
