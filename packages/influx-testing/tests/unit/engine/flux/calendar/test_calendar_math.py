"""Calendar arithmetic on times in nanoseconds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_testing._engine.flux.calendar.calendar_math import (
    TIME_PARTS,
    add_duration,
    time_part,
    truncate,
)
from influx_testing._engine.flux.calendar.local_clock import LocalClock

SECOND = 1_000_000_000
DAY = 86_400 * SECOND
LOS_ANGELES = LocalClock("America/Los_Angeles")

times = st.integers(-(2**63), 2**63 - 1)


def ns(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * SECOND


@pytest.mark.parametrize(
    ("time", "months", "expected"),
    [
        ("2024-01-31T05:00:00Z", 1, "2024-02-29T05:00:00Z"),
        ("2023-01-31T05:00:00Z", 1, "2023-02-28T05:00:00Z"),
        ("2024-01-31T00:00:00Z", -2, "2023-11-30T00:00:00Z"),
        ("1969-12-15T00:00:00Z", 12, "1970-12-15T00:00:00Z"),
    ],
)
def test_adding_months_keeps_the_day_or_takes_the_last(
    time: str, months: int, expected: str
) -> None:
    assert add_duration(ns(time), months, 0) == ns(expected)


def test_a_day_of_a_zone_may_have_25_hours() -> None:
    time = ns("2022-11-06T07:00:00Z")
    assert add_duration(time, 0, DAY, LOS_ANGELES) == ns("2022-11-07T08:00:00Z")


@pytest.mark.parametrize(
    ("months", "nanoseconds", "expected"),
    [
        (0, SECOND, "2019-06-03T13:59:01Z"),
        (0, 3600 * SECOND, "2019-06-03T13:00:00Z"),
        (0, DAY, "2019-06-02T22:00:00Z"),
        (1, 0, "2019-05-31T22:00:00Z"),
        (12, 0, "2018-12-31T23:00:00Z"),
    ],
)
def test_times_are_truncated_on_the_local_clock(
    months: int, nanoseconds: int, expected: str
) -> None:
    time = ns("2019-06-03T13:59:01Z") + 5
    assert truncate(time, months, nanoseconds, LocalClock("Europe/Madrid")) == ns(expected)


def test_weeks_begin_on_thursday_as_1970_did() -> None:
    assert truncate(ns("2024-05-14T12:00:00Z"), 0, 7 * DAY) == ns("2024-05-09T00:00:00Z")


@given(times, st.integers(1, 10 * DAY))
def test_a_window_has_the_time_that_it_was_found_for(time: int, width: int) -> None:
    assert 0 <= time - truncate(time, 0, width) < width


@given(times, st.integers(1, 30))
def test_a_window_of_months_has_the_time_that_it_was_found_for(time: int, months: int) -> None:
    start = truncate(time, months, 0)
    assert start <= time < add_duration(start, months, 0)


@given(st.integers(0, 2**62))
def test_parts_of_a_time_are_those_of_the_standard_library(time: int) -> None:
    moment = datetime.fromtimestamp(time // SECOND, UTC)
    got = {name: time_part(name, time) for name in TIME_PARTS}
    assert got == {
        "nanosecond": time % SECOND,
        "microsecond": time % SECOND // 1000,
        "millisecond": time % SECOND // 1_000_000,
        "second": moment.second,
        "minute": moment.minute,
        "hour": moment.hour,
        "weekDay": int(moment.strftime("%w")),
        "monthDay": moment.day,
        "yearDay": int(moment.strftime("%j")),
        "week": int(moment.strftime("%V")),
        "month": moment.month,
        "quarter": (moment.month - 1) // 3 + 1,
        "year": moment.year,
    }
