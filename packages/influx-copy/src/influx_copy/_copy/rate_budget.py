"""RateBudget: keeps a limit per second over time, whatever time is lost in between."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["RateBudget"]

_CATCH_UP = 1.05
"""How much faster than the limit it may go while lost time is made up for."""

_BURST = 0.5
"""Seconds that may be used at once: a batch comes whole, and a sleep ends late."""


@dataclass(frozen=True, slots=True)
class RateBudget:
    """The time that a limit allows, of which each batch uses as many seconds as it takes.

    Time in which nothing was copied is made up for, so the limit is kept exactly over time. Half a
    second is made up for at once, more of it at 1.05 times the limit: a server that was down gets
    no more than that when it is back.

    Attributes:
        used_until: the time until which the limit is used.
        crowded_until: the time until which 1.05 times the limit is used.
    """

    used_until: float
    crowded_until: float

    @classmethod
    def beginning(cls, now: float) -> RateBudget:
        """A budget that nobody has used."""
        return cls(now, now)

    def spend(self, seconds: float, now: float) -> RateBudget:
        """The budget after a batch that takes some seconds at the limit."""
        crowded = max(self.crowded_until, now - _BURST) + seconds / _CATCH_UP
        return RateBudget(self.used_until + seconds, crowded)

    def without_lost_time(self, now: float) -> RateBudget:
        """The budget that makes up for nothing that was lost until now."""
        return RateBudget(max(self.used_until, now), max(self.crowded_until, now))

    def wait(self, now: float) -> float:
        """The seconds until what was spent is within the limit."""
        return max(0.0, self.used_until - now, self.crowded_until - now)
