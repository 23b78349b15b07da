"""CircuitBreaker: closed, open, half open, paused."""

from __future__ import annotations

import pytest

from influx_core._batch.failure_handling.circuit_breaker import CircuitBreaker


def test_a_closed_breaker_lets_all_requests_through():
    breaker = CircuitBreaker()
    assert breaker.closed
    assert (breaker.state(0.0), breaker.slots(0.0, 4)) == ("closed", 4)


@pytest.mark.parametrize("state", ["open", "paused"])
def test_a_blocked_breaker_lets_one_request_through_after_a_while(state):
    breaker = CircuitBreaker()
    assert breaker.block(state, 10.0, 5.0)
    assert (breaker.state(14.9), breaker.slots(14.9, 4)) == (state, 0)
    assert (breaker.state(15.0), breaker.slots(15.0, 4)) == ("half_open", 1)
    assert not breaker.block(state, 15.0, 5.0)
    assert breaker.state(19.0) == state


def test_closing_tells_how_long_it_was_blocked():
    breaker = CircuitBreaker()
    assert breaker.close(1.0) is None
    breaker.block("open", 10.0, 5.0)
    breaker.block("paused", 16.0, 5.0)
    assert breaker.close(25.0) == 15.0
    assert breaker.closed


def test_requests_that_fail_together_count_once():
    breaker = CircuitBreaker()
    assert breaker.count_failure(10.0) == 1
    breaker.block("open", 10.0, 5.0)
    assert breaker.count_failure(10.1) == 1
    assert breaker.count_failure(15.0) == 2
    breaker.close(15.0)
    assert breaker.count_failure(16.0) == 1


def test_a_shorter_block_does_not_shorten_a_longer_one():
    breaker = CircuitBreaker()
    breaker.block("paused", 0.0, 30.0)
    breaker.block("open", 1.0, 1.0)
    assert breaker.retry_at == 30.0
