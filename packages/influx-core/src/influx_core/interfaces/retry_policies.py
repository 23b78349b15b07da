"""Retry policies: they decide whether and when a failed request is repeated."""

from __future__ import annotations

from typing import Protocol

__all__ = ["RetryPolicy"]


class RetryPolicy(Protocol):
    """Decides whether a failed request is repeated. It does not sleep itself.

    All requests of a client share a policy, so it counts no attempts: it is told their number.
    """

    def delay(self, attempt: int, failure: Exception) -> float | None:
        """Return the seconds to wait before the next attempt, or None to give up.

        Args:
            attempt: the number of failed attempts, from 1.
            failure: the exception of the last attempt.
        """
        ...
