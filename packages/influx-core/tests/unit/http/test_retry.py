from __future__ import annotations

import pytest

from influx_core import errors
from influx_core._http.retry import Backoff, Never

UNREACHABLE = errors.ServerUnreachable("refused")


def longest(**options) -> Backoff:
    """A policy whose dice always fall highest."""
    return Backoff(random=lambda: 1.0, **options)


def test_never_gives_up_at_once():
    assert Never().delay(1, UNREACHABLE) is None


def test_the_longest_pause_doubles_up_to_the_cap():
    policy = longest(attempts=9, base=0.5, cap=3)
    assert [policy.delay(attempt, UNREACHABLE) for attempt in range(1, 6)] == [0.5, 1, 2, 3, 3]


def test_the_whole_pause_is_drawn_by_lot():
    assert Backoff(random=lambda: 0.0).delay(4, UNREACHABLE) == 0
    assert Backoff(base=8, cap=8, random=lambda: 0.25).delay(1, UNREACHABLE) == 2


def test_the_last_try_is_the_last():
    policy = longest(attempts=3)
    assert policy.delay(2, UNREACHABLE) is not None
    assert policy.delay(3, UNREACHABLE) is None


def test_what_the_server_asks_for_comes_on_top():
    busy = errors.ServerBusy("later", status=503, retry_after=7)
    assert longest(base=1).delay(1, busy) == 8


def test_a_server_that_asks_for_more_than_the_cap_is_not_asked_again():
    assert longest(cap=5).delay(1, errors.ServerBusy("x", status=429, retry_after=6)) is None


@pytest.mark.parametrize(
    "failure",
    [
        UNREACHABLE,
        errors.ResponseLost("cut"),
        errors.ServerBusy("no leader", status=503),
        errors.WriteError("bad gateway", status=502),
        errors.ServerBusy("quota", status=429, retry_after=1),
    ],
)
def test_troubles_that_pass_are_tried_again(failure):
    assert longest().delay(1, failure) is not None


@pytest.mark.parametrize(
    "failure",
    [
        errors.QueryError("error parsing query", status=400),
        errors.AuthenticationError("who?", status=401),
        errors.WriteError("retention policy not found", status=500),
        errors.ServerBusy("a quota that does not say when it ends", status=429),
        errors.DecodeError("junk"),
    ],
)
def test_what_stays_wrong_is_not(failure):
    assert longest().delay(1, failure) is None


def test_a_budget_bounds_the_retries_of_a_minute():
    now = [0.0]
    policy = longest(budget=2, clock=lambda: now[0])
    assert [policy.delay(1, UNREACHABLE) for _ in range(3)] == [0.2, 0.2, None]
    now[0] = 60.0
    assert policy.delay(1, UNREACHABLE) == 0.2


def test_very_many_attempts_do_not_overflow():
    assert longest(attempts=10**6, budget=None).delay(5_000, UNREACHABLE) == 30


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"base": -1}, {"cap": 0.1}, {"budget": -1}])
def test_numbers_without_sense_are_refused(wrong):
    with pytest.raises(errors.ConfigError, match="backoff needs"):
        Backoff(**wrong)
