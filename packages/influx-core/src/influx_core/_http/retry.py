"""Retry policies: whether, and after how long, a failed request is tried again.

A policy decides whether another attempt may help. The executor decides whether it is safe, and
calls the policy only then.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable
from typing import Annotated

from influx_core._http.backoff import ExponentialBackoff
from influx_core._http.failures import classify
from influx_core._options.option_types import Count, Seconds, whole
from influx_core.errors import ConfigError, ServerBusy

__all__ = ["Backoff", "Never"]

_MINUTE = 60.0


class Never:
    """Never repeat a request; the default of a client."""

    def delay(self, attempt: int, failure: Exception) -> float | None:
        """Give up."""
        return None


class Backoff:
    """Repeat requests after increasing pauses of random length ("full jitter").

    The pause is a random number between 0 and `base * 2 ** (attempt - 1)` seconds, at most `cap`,
    plus Retry-After if the server sent it. See
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/

    Args:
        attempts: the largest number of attempts for one request, including the first.
        base: the longest first pause, in seconds.
        cap: the longest pause in seconds; if Retry-After exceeds it, the request is not repeated.
        budget: the largest number of retries per minute, over all requests, so that they do not
            overload the server; None for no limit.
        random: returns numbers from 0 to 1.
        clock: returns seconds.

    Raises:
        ConfigError: a number is out of range.
    """

    def __init__(
        self,
        *,
        attempts: Count = 5,
        base: Seconds = 0.2,
        cap: Seconds = 30.0,
        budget: Annotated[int, whole(0)] | None = 100,
        random: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if attempts < 1 or base < 0 or cap < base or (budget is not None and budget < 0):
            raise ConfigError(
                "backoff needs attempts >= 1, 0 <= base <= cap and budget >= 0, not "
                f"attempts={attempts}, base={base}, cap={cap}, budget={budget}"
            )
        self._attempts = attempts
        self._cap = cap
        self._backoff = ExponentialBackoff(base, cap, jitter=1.0)
        self._budget = budget
        self._random = random
        self._clock = clock
        self._spent: deque[float] = deque()

    def delay(self, attempt: int, failure: Exception) -> float | None:
        """Return the seconds until the next attempt, or None to give up."""
        asked = _requested_wait(failure)
        if asked is None or asked > self._cap or attempt >= self._attempts or not self._afford():
            return None
        return self._backoff.delay(attempt, self._random(), asked)

    def _afford(self) -> bool:
        if self._budget is None:
            return True
        now = self._clock()
        while self._spent and self._spent[0] <= now - _MINUTE:
            self._spent.popleft()
        if len(self._spent) >= self._budget:
            return False
        self._spent.append(now)
        return True


def _requested_wait(failure: Exception) -> float | None:
    """Return the seconds a server asks to wait, 0 if it does not; None if waiting does not help."""
    if isinstance(failure, ServerBusy) and failure.status == 429 and failure.retry_after is None:
        return None  # a quota without Retry-After is assumed to last for a long time
    known = classify(failure)
    return (known.retry_after or 0.0) if known.transient or known.retry_after else None
