"""A clock that a test owns."""

from __future__ import annotations

__all__ = ["ManualClock"]


class ManualClock:
    """Stands still until it is moved.

    Args:
        now: what it shows first, in ns since 1970.
    """

    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        """The time it shows, in ns since 1970."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Move it forward, or with a negative number back."""
        self.now += round(seconds * 1_000_000_000)
