from datetime import UTC, datetime

import pytest

from influx_query import TimeRange, parse, time_range

HOUR = 3600 * 10**9
NEW_YEAR = 1577836800 * 10**9


def range_of(condition, **more):
    return time_range(parse(f"SELECT a FROM b WHERE {condition}")[0], **more)


@pytest.mark.parametrize(
    ("condition", "start", "end"),
    [
        ("time >= '2020-01-01'", NEW_YEAR, None),
        ("time > '2020-01-01 00:00:00'", NEW_YEAR + 1, None),
        ("'2020-01-01T00:00:00.5Z' > time", None, NEW_YEAR + 500_000_000 - 1),
        ("time <= '2020-01-01T01:00:00+01:00'", None, NEW_YEAR),
        ("time = 5", 5, 5),
        ("time > 1h + 5s AND (time < 2h AND host = 'a')", HOUR + 5 * 10**9 + 1, 2 * HOUR - 1),
        ("time > 5 AND time > 7", 8, None),
        ("host = 'a'", None, None),
    ],
)
def test_a_condition_limits_the_time(condition, start, end):
    assert range_of(condition) == TimeRange(start, end)


def test_now_is_what_the_caller_says():
    assert range_of("time > now() - 1h", now=HOUR) == TimeRange(1)
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    assert range_of("time < now()", now=moment) == TimeRange(end=NEW_YEAR - 1)
    with pytest.raises(ValueError, match="give its value: now="):
        range_of("time > now()")


def test_a_moment_without_an_offset_is_in_the_querys_zone():
    (statement,) = parse("SELECT a FROM b WHERE time >= '2020-01-01' tz('Europe/Berlin')")
    assert time_range(statement) == TimeRange(NEW_YEAR - HOUR)


def test_what_is_no_moment_is_refused():
    with pytest.raises(ValueError, match="is no time"):
        range_of("time > 'yesterday'")
    with pytest.raises(ValueError, match="without the server"):
        range_of("time > host")


def test_a_statement_without_a_condition_has_no_limits():
    assert time_range(parse("SHOW DATABASES")[0]) == TimeRange()
