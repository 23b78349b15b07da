"""Limits the resources of one query: the numbers of its buckets and points."""

from __future__ import annotations

from dataclasses import dataclass

from influx_testing.errors import StatementError

__all__ = ["LimitTracker", "QueryLimits"]


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """What one SELECT may use.

    Attributes:
        buckets: most buckets that may be asked for; 0 is no limit.
        made: most buckets that may be filled, whatever was asked.
        points: most points that may be read; 0 is no limit.
    """

    buckets: int = 0
    made: int = 100_000
    points: int = 0


@dataclass(slots=True)
class LimitTracker:
    """Counts the buckets and points of one statement against its limits.

    Attributes:
        buckets: most buckets of one statement.
        points: most points read from storage; 0 is no limit.
    """

    buckets: int
    points: int = 0
    _filled: int = 0
    _read: int = 0

    def check_buckets(self, count: int) -> None:
        """Refuse a statement that asks for too many buckets.

        Raises:
            StatementError: the real server's max-select-buckets error.
        """
        if count > self.buckets:
            raise StatementError(f"max-select-buckets limit exceeded: ({count}/{self.buckets})")

    def take_buckets(self, count: int) -> None:
        """Count buckets that are about to be made."""
        self._filled += count
        self.check_buckets(self._filled)

    def take_points(self, count: int) -> None:
        """Count points read."""
        self._read += count
        if self.points and self._read > self.points:
            raise StatementError(f"max-select-point limit exceeed: ({self._read}/{self.points})")
