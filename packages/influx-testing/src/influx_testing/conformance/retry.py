"""The contract of a retry policy: it returns seconds or None at once, and gives up in the end."""

from __future__ import annotations

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
    errors.AuthorizationError("not you", status=403),
    errors.RequestTooLarge("too large", status=413),
    errors.DatabaseNotFound("database not found", status=404),
    errors.DecodeError("junk"),
)


class RetryPolicySuite:
    """Tests for any retry policy; a subclass creates it in `make`.

    Attributes:
        most_attempts: a number of attempts after which the policy has given up.
    """

    most_attempts: int = 1_000

    def make(self) -> RetryPolicy:
        """Return a new policy."""
        raise NotImplementedError("make() must return the policy")

    @pytest.mark.parametrize("failure", PASSING, ids=lambda failure: type(failure).__name__)
    def test_a_delay_is_none_or_a_number_of_seconds(self, failure: Exception) -> None:
        for attempt in range(1, 10):
            delay = self.make().delay(attempt, failure)
            assert delay is None or type(delay) in {float, int}
            assert delay is None or 0 <= delay < float("inf")

    def test_it_does_not_ask_again_before_the_server_wants_it(self) -> None:
        busy = errors.ServerBusy("later", status=503, retry_after=2.5)
        delays = [self.make().delay(1, busy) for _ in range(20)]
        assert [delay for delay in delays if delay is not None and delay < 2.5] == []

    @pytest.mark.parametrize("failure", LASTING, ids=lambda failure: type(failure).__name__)
    def test_what_stays_wrong_is_not_tried_again(self, failure: Exception) -> None:
        assert self.make().delay(1, failure) is None

    @pytest.mark.parametrize("factor", [1, 10, 10**6])
    def test_it_gives_up_in_the_end(self, factor: int) -> None:
        assert self.make().delay(self.most_attempts * factor, PASSING[0]) is None

    def test_it_does_not_try_again_where_it_has_given_up(self) -> None:
        delays = [self.make().delay(attempt, PASSING[0]) for attempt in range(1, 100)]
        first = next((index for index, delay in enumerate(delays) if delay is None), len(delays))
        assert set(delays[first:]) <= {None}

    def test_a_request_that_was_given_up_does_not_count_for_the_next_one(self) -> None:
        """All requests of a client share the policy."""
        policy = self.make()
        first = policy.delay(1, PASSING[0])
        for attempt in range(2, self.most_attempts + 1):
            policy.delay(attempt, PASSING[0])
        assert (policy.delay(1, PASSING[0]) is None) == (first is None)

    def test_it_never_sleeps_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        slept: list[float] = []
        monkeypatch.setattr("time.sleep", slept.append)
        policy = self.make()
        for attempt in range(1, 20):
            policy.delay(attempt, PASSING[0])
        assert slept == []

    def test_it_leaves_the_failure_as_it_was(self) -> None:
        failure = errors.ServerBusy("later", status=503, retry_after=0.5)
        self.make().delay(1, failure)
        assert (str(failure), failure.retry_after) == ("later", 0.5)
