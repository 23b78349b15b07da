from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from influx_testing._engine.select.plan.time_conditions import MIN_TIME
from influx_testing._engine.select.plan.time_windows import Interval

HOUR = 3600 * 10**9
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp()) * 10**9


def test_buckets_are_aligned_to_1970() -> None:
    assert Interval(10).window(27) == (20, 30)
    assert Interval(10).window(-1) == (-10, 0)


def test_an_offset_shifts_buckets() -> None:
    assert Interval(10, 3).window(22) == (13, 23)


def test_the_first_bucket_begins_where_time_does() -> None:
    assert Interval(10).window(MIN_TIME)[0] == MIN_TIME


def test_days_begin_at_midnight_of_the_zone() -> None:
    start, end = Interval(24 * HOUR, zone=BERLIN).window(at("2020-07-01T12:00:00+02:00"))
    assert (start, end) == (at("2020-07-01T00:00:00+02:00"), at("2020-07-02T00:00:00+02:00"))


def test_the_day_clocks_go_back_has_25_hours() -> None:
    start, end = Interval(24 * HOUR, zone=BERLIN).window(at("2020-10-25T12:00:00+01:00"))
    assert end - start == 25 * HOUR


def test_stepping_follows_the_clocks() -> None:
    interval = Interval(24 * HOUR, zone=BERLIN)
    time, _ = interval.step(at("2020-03-29T00:00:00+01:00"), HOUR, ascending=True)
    assert time == at("2020-03-30T00:00:00+02:00")
