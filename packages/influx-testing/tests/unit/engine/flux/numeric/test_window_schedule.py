import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_testing._engine.flux.calendar.local_clock import LocalClock
from influx_testing._engine.flux.numeric.window_schedule import Bounds, Step, WindowSchedule

SECOND = 10**9
HOUR = 3600 * SECOND
DAY = 24 * HOUR
MONTH = Step(1)


def hours(count: int) -> Step:
    return Step(0, count * HOUR)


def test_windows_are_aligned_to_1970():
    schedule = WindowSchedule(hours(5), hours(5))
    assert schedule.latest(12 * HOUR) == (10 * HOUR, 15 * HOUR)


def test_windows_before_1970_are_aligned_too():
    assert WindowSchedule(hours(5), hours(5)).latest(-1) == (-5 * HOUR, 0)


def test_an_offset_moves_the_windows():
    schedule = WindowSchedule(hours(5), hours(5), hours(-1))
    assert schedule.latest(4 * HOUR) == (4 * HOUR, 9 * HOUR)


def test_windows_of_months_have_the_length_of_the_months():
    schedule = WindowSchedule(MONTH, MONTH)
    assert list(schedule.overlapping(Bounds(0, 60 * DAY))) == [
        (0, 31 * DAY),
        (31 * DAY, 59 * DAY),
        (59 * DAY, 90 * DAY),
    ]


def test_a_window_of_a_month_with_an_offset_ends_a_month_after_its_start():
    schedule = WindowSchedule(MONTH, MONTH, hours(-2))
    april = schedule.latest(100 * DAY)
    assert april == (90 * DAY - 2 * HOUR, 118 * DAY - 2 * HOUR + 2 * DAY)
    assert april.stop == Step(1).after(april.start)


def test_days_of_a_zone_are_shorter_when_clocks_go_forward():
    madrid = LocalClock("Europe/Madrid")
    schedule = WindowSchedule(hours(24), hours(24), clock=madrid)
    noon = 1_774_782_000 * SECOND  # on the 29th of March 2026
    bounds = schedule.latest(noon)
    assert (bounds.stop - bounds.start) // HOUR == 23


def test_longer_periods_make_windows_overlap():
    schedule = WindowSchedule(hours(1), hours(3))
    assert list(schedule.overlapping(Bounds(0, HOUR))) == [
        (-2 * HOUR, HOUR),
        (-HOUR, 2 * HOUR),
        (0, 3 * HOUR),
    ]


def test_a_negative_period_ends_where_the_window_would_start():
    assert WindowSchedule(hours(1), hours(-2)).latest(0) == (0, 2 * HOUR)


def test_a_window_is_cut_to_bounds():
    assert Bounds(0, 10).within(Bounds(5, 20)) == (5, 10)


@pytest.mark.parametrize(
    ("every", "message"),
    [
        (Step(1, 1), "cannot mix month and nanosecond units"),
        (Step(), "cannot be zero"),
        (Step(0, -1), "cannot be negative"),
    ],
)
def test_an_impossible_step_is_refused(every: Step, message: str):
    with pytest.raises(ValueError, match=message):
        WindowSchedule(every, every)


TIMES = st.integers(-(10**18), 10**18)
STEPS = st.one_of(
    st.integers(1, 30).map(Step), st.integers(SECOND, 100 * DAY).map(lambda ns: Step(0, ns))
)
OFFSETS = st.integers(-5 * DAY, 5 * DAY).map(lambda ns: Step(0, ns))
CLOCKS = st.sampled_from(["UTC", "Europe/Madrid", "America/New_York"]).map(LocalClock)


@given(TIMES, STEPS, OFFSETS, CLOCKS)
def test_the_latest_window_starts_before_its_time(time, every, offset, clock):
    schedule = WindowSchedule(every, every, offset, clock)
    assert schedule.latest(time).start <= time


@given(TIMES, STEPS.filter(lambda step: not step.months), OFFSETS)
def test_windows_of_nanoseconds_cover_each_time_once(time, every, offset):
    schedule = WindowSchedule(every, every, offset)
    assert len(list(schedule.overlapping(Bounds(time, time + 1)))) == 1
