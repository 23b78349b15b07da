"""Exponential backoff: the one rule for how long to wait after repeated failures. Pure."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ExponentialBackoff"]

_LARGEST_EXPONENT = 60
"""Limits the exponent, because 2.0 ** 1024 overflows; a delay reaches its cap long before."""


@dataclass(frozen=True, slots=True)
class ExponentialBackoff:
    """Delays that double after every failure, reduced by a random part.

    See https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/

    Attributes:
        base: the longest delay after the first failure, in seconds.
        cap: the longest delay without Retry-After, and the most of Retry-After that is added to
            it, in seconds.
        jitter: the part of a delay that is random: with 1 all of it ("full jitter"), with 0.5
            at most half ("equal jitter").
    """

    base: float = 0.5
    cap: float = 30.0
    jitter: float = 0.5

    def delay(self, failures: int, draw: float, retry_after: float | None = None) -> float:
        """Return the seconds to wait after a number of consecutive failures.

        Args:
            failures: the number of failures, from 1.
            draw: a random number from 0 to 1.
            retry_after: the seconds for which the server asked to wait, limited to `cap`. The delay
                is added to them, so that clients do not all return at the same time.
        """
        longest = min(self.cap, self.base * 2.0 ** min(failures - 1, _LARGEST_EXPONENT))
        asked = min(retry_after or 0.0, self.cap)
        return asked + longest * (1.0 - self.jitter + self.jitter * draw)
