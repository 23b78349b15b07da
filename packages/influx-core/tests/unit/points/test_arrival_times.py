"""Times of arrival: another one for each point, as long as that is near the truth."""

from __future__ import annotations

import pytest

from influx_core._points.arrival_times import ArrivalTimes

SECOND = 1_000_000_000


class HandClock:
    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock():
    return HandClock(100 * SECOND)


def test_a_clock_that_stands_still_gives_other_times(clock):
    times = ArrivalTimes(clock)
    assert [times.next("ns") - clock.now for _ in range(3)] == [0, 1, 2]
    assert [times.next("us") - clock.now // 1000 for _ in range(3)] == [0, 1, 2]


def test_a_clock_that_is_set_back_far_is_believed(clock):
    times = ArrivalTimes(clock)
    times.next("ns")
    clock.now -= 10
    assert times.next("ns") == 100 * SECOND + 1
    clock.now = 50 * SECOND
    assert times.next("ns") == 50 * SECOND


@pytest.mark.parametrize("precision", ["ms", "s", "m", "h"])
def test_single_points_share_the_time_of_a_coarse_precision(clock, precision):
    times = ArrivalTimes(clock)
    assert times.next(precision) == times.next(precision)


def test_milliseconds_add_up_to_a_second_at_most(clock):
    times = ArrivalTimes(clock).call("ms")
    assert [times.next("a") for _ in range(1000)] == list(range(100_000, 101_000))
    with pytest.raises(ValueError, match="precision 'ms'"):
        times.next("a")
    assert times.next("b") == 100_000
    clock.now += SECOND
    assert times.next("a") == 101_000


def test_a_second_point_of_a_series_in_a_second_is_refused(clock):
    times = ArrivalTimes(clock).call("s")
    assert times.by_series
    assert times.next("a") == 100
    with pytest.raises(ValueError, match="Give times, or a finer precision"):
        times.next("a")
