from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from influx_core._http.backoff import ExponentialBackoff


def test_the_longest_delay_doubles_up_to_the_cap():
    backoff = ExponentialBackoff(base=0.5, cap=3)
    assert [backoff.delay(n, draw=1.0) for n in range(1, 6)] == [0.5, 1, 2, 3, 3]


def test_jitter_is_the_part_of_a_delay_that_is_random():
    assert ExponentialBackoff(base=8, cap=8, jitter=1).delay(1, draw=0.25) == 2
    assert ExponentialBackoff(base=8, cap=8, jitter=0.5).delay(1, draw=0.0) == 4
    assert ExponentialBackoff(base=8, cap=8, jitter=0).delay(1, draw=0.0) == 8


def test_what_the_server_asks_for_is_added_up_to_the_cap():
    backoff = ExponentialBackoff(base=1, cap=30)
    assert backoff.delay(1, draw=1.0, retry_after=7) == 8
    assert backoff.delay(1, draw=1.0, retry_after=1e308) == 31


@given(failures=st.integers(1, 10**9), draw=st.floats(0, 1), asked=st.floats(0, 1e308) | st.none())
def test_no_delay_is_longer_than_twice_the_cap(failures, draw, asked):
    assert 0 <= ExponentialBackoff(cap=30).delay(failures, draw, asked) <= 60
