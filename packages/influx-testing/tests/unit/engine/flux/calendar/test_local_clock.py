"""The local clock of a zone."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_testing._engine.flux.calendar.local_clock import LocalClock, UnknownZone

SECOND = 1_000_000_000
LOS_ANGELES = LocalClock("America/Los_Angeles")


def ns(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * SECOND


def test_a_clock_is_ahead_by_the_offset_of_its_zone() -> None:
    assert LocalClock("Asia/Kolkata").to_local(0) == 5 * 3600 * SECOND + 1800 * SECOND


def test_an_offset_is_added_to_that_of_the_zone() -> None:
    assert LocalClock("UTC", -8 * 3600 * SECOND).to_utc(0) == 8 * 3600 * SECOND


def test_a_local_time_that_occurs_twice_is_the_earlier_one() -> None:
    assert LOS_ANGELES.to_utc(ns("2022-11-06T01:30:00Z")) == ns("2022-11-06T08:30:00Z")


def test_a_local_time_that_is_skipped_is_the_moment_of_the_change() -> None:
    assert LOS_ANGELES.to_utc(ns("2022-03-13T02:45:00Z")) == ns("2022-03-13T10:00:00Z")


@pytest.mark.parametrize("zone", ["Nowhere/City", "../etc"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(UnknownZone, match="unknown time zone"):
        LocalClock(zone).to_local(0)


@given(st.integers(-(2**62), 2**62), st.sampled_from(["America/Los_Angeles", "Asia/Kolkata"]))
def test_a_time_returns_from_its_local_time_at_most_an_hour_earlier(time: int, zone: str) -> None:
    location = LocalClock(zone)
    assert time - location.to_utc(location.to_local(time)) in (0, 3600 * SECOND)
