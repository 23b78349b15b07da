"""Exponential backoff: the one rule for how long to wait after repeated failures. Pure."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ExponentialBackoff"]

_LARGEST_EXPONENT = 60
"""2.0 ** 1024 overflows; every useful cap is reached long before this."""


@dataclass(frozen=True, slots=True)
class ExponentialBackoff:
    """Delays that double after every failure, less a random part.

    See https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/

    Attributes:
        base: the longest delay after the first failure, in seconds.
        cap: the longest delay of its own, and the longest Retry-After it follows, in seconds.
        jitter: the part of a delay that is random: 1 draws from all of it ("full jitter"), 0.5
            keeps at least half ("equal jitter").
    """

    base: float = 0.5
    cap: float = 30.0
    jitter: float = 0.5

    def delay(self, failures: int, draw: float, retry_after: float | None = None) -> float:
        """The seconds to wait after so many failures in a row.

        Args:
            failures: how many there were, from 1.
            draw: a random number from 0 to 1.
            retry_after: the seconds the server asked for; the delay comes on top of them, so
                that clients do not return all at once. No more than `cap` of them count.
        """
        longest = min(self.cap, self.base * 2.0 ** min(failures - 1, _LARGEST_EXPONENT))
        asked = min(retry_after or 0.0, self.cap)
        return asked + longest * (1.0 - self.jitter + self.jitter * draw)
