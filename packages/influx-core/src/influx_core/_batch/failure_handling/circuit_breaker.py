"""CircuitBreaker: limits the number of requests by the outcome of the last ones.

It has no clock and no randomness of its own.
"""

from __future__ import annotations

from typing import Literal

__all__ = ["BreakerState", "CircuitBreaker"]

BreakerState = Literal["closed", "open", "half_open", "paused"]


class CircuitBreaker:
    """Stops requests to a server that fails, and finds out whether it works again.

    States: `closed`: requests are sent. `open`: the server failed; nothing is sent until
    `retry_at`. `paused`: the server refused the credentials; nothing is sent until `retry_at`.
    `half_open`: `retry_at` has passed; one request at a time is sent, and its success closes the
    breaker.

    Attributes:
        retry_at: when the next request may be sent.
    """

    def __init__(self) -> None:
        self.retry_at = 0.0
        self._blocked: Literal["open", "paused"] | None = None
        self._blocked_since = 0.0
        self._failures = 0

    def state(self, now: float) -> BreakerState:
        """Return the state at a time."""
        if self._blocked is None:
            return "closed"
        return "half_open" if now >= self.retry_at else self._blocked

    @property
    def closed(self) -> bool:
        """Whether the breaker is closed: requests are sent without restriction."""
        return self._blocked is None

    def slots(self, now: float, most: int) -> int:
        """Return how many requests may be in flight at once.

        Args:
            now: the time.
            most: the number while the breaker is closed.
        """
        match self.state(now):
            case "closed":
                return most
            case "half_open":
                return 1
            case _:
                return 0

    def count_failure(self, now: float) -> int:
        """Count a failure, and return the number of consecutive failures.

        Failures of requests that were in flight at the same time count once.
        """
        if now >= self.retry_at:
            self._failures += 1
        return self._failures

    def block(self, state: Literal["open", "paused"], now: float, seconds: float) -> bool:
        """Send nothing for some seconds; return whether the state is a new one."""
        changed = self._blocked != state
        if self._blocked is None:
            self._blocked_since = now
        self._blocked = state
        self.retry_at = max(self.retry_at, now + seconds)
        return changed

    def close(self, now: float) -> float | None:
        """Close the breaker; return the seconds for which it was not closed, None if it was."""
        if self._blocked is None:
            return None
        self._blocked, self.retry_at, self._failures = None, 0.0, 0
        return now - self._blocked_since
