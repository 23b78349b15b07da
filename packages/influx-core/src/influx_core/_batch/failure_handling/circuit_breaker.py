"""The gate: whether batches may leave now, after how the last ones fared.

No clock and no randomness of its own.
"""

from __future__ import annotations

from typing import Literal

__all__ = ["CircuitBreaker"]

State = Literal["open", "down", "paused"]


class CircuitBreaker:
    """Lets batches through, or one at a time to see whether the server is back, or none.

    Attributes:
        state: `open`, `down` (the server is in trouble) or `paused` (it does not let us in).
        opens_at: when the next batch may try.
    """

    def __init__(self) -> None:
        self.state: State = "open"
        self.opens_at = 0.0
        self._since = 0.0
        self._failures = 0

    def slots(self, now: float, most: int) -> int:
        """How many batches may be on their way at once."""
        if self.state == "open":
            return most
        return 1 if now >= self.opens_at else 0

    def failures(self, now: float) -> int:
        """How many failures there were with this one; batches that fail together count once."""
        if now >= self.opens_at:
            self._failures += 1
        return self._failures

    def shut(self, state: State, now: float, seconds: float) -> bool:
        """Let nothing through for so long; whether the state is a new one."""
        changed = self.state != state
        if self.state == "open":
            self._since = now
        self.state = state
        self.opens_at = max(self.opens_at, now + seconds)
        return changed

    def open(self, now: float) -> float | None:
        """Let all through; how many seconds it was shut, None if it was open."""
        if self.state == "open":
            return None
        self.state, self.opens_at, self._failures = "open", 0.0, 0
        return now - self._since
