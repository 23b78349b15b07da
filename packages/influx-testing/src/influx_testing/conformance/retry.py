"""The contract of a retry policy: seconds or None, soon, and an end some day."""

from __future__ import annotations

import time

import pytest

from influx_core import errors
from influx_core.interfaces import RetryPolicy

__all__ = ["RetryPolicySuite"]

PASSING = (
    errors.ServerUnreachable("refused"),
    errors.ResponseLost("cut"),
    errors.ServerBusy("later", status=503, retry_after=0.5),
)
LASTING = (
    errors.ConfigError("misspelt"),
    errors.QueryError("error parsing query", status=400),
    errors.AuthenticationError("who?", status=401),
)


class RetryPolicySuite:
    """Inherit it, and say how the policy is made.

    Attributes:
        most_attempts: a number of tries after which the policy has surely given up.
    """

    most_attempts: int = 1_000

    def make(self) -> RetryPolicy:
        """Make the policy."""
        raise NotImplementedError("say how the policy is made")

    @pytest.mark.parametrize("failure", PASSING, ids=lambda failure: type(failure).__name__)
    def test_a_delay_is_none_or_a_number_of_seconds(self, failure: Exception) -> None:
        for attempt in range(1, 10):
            delay = self.make().delay(attempt, failure)
            assert delay is None or 0 <= delay < float("inf")

    @pytest.mark.parametrize("failure", LASTING, ids=lambda failure: type(failure).__name__)
    def test_what_stays_wrong_is_not_tried_again(self, failure: Exception) -> None:
        assert self.make().delay(1, failure) is None

    def test_it_gives_up_in_the_end(self) -> None:
        assert self.make().delay(self.most_attempts, PASSING[0]) is None

    def test_it_never_sleeps_itself(self) -> None:
        policy, began = self.make(), time.perf_counter()
        for attempt in range(1, 20):
            policy.delay(attempt, PASSING[0])
        assert time.perf_counter() - began < 0.5
