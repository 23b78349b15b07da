"""Limits the resources of one query: the numbers of its buckets and points."""

from __future__ import annotations

from dataclasses import dataclass

from influx_testing.errors import StatementError

__all__ = ["LimitTracker", "QueryLimits"]


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """The limits of one SELECT.

    Attributes:
        buckets: the most buckets that a query may request; 0 means no limit.
        made: the most buckets that are created, for any query.
        points: the most points that may be read; 0 means no limit.
    """

    buckets: int = 0
    made: int = 100_000
    points: int = 0


@dataclass(slots=True)
class LimitTracker:
    """Counts the buckets and points of one statement against its limits.

    Attributes:
        buckets: the most buckets of one statement.
        points: the most points read from storage; 0 means no limit.
    """

    buckets: int
    points: int = 0
    _filled: int = 0
    _read: int = 0

    def check_buckets(self, count: int) -> None:
        """Check the number of buckets that a statement requests.

        Raises:
            StatementError: there are too many; the text is the server's max-select-buckets error.
        """
        if count > self.buckets:
            raise StatementError(f"max-select-buckets limit exceeded: ({count}/{self.buckets})")

    def take_buckets(self, count: int) -> None:
        """Count buckets before they are created."""
        self._filled += count
        self.check_buckets(self._filled)

    def take_points(self, count: int) -> None:
        """Count points that are read."""
        self._read += count
        if self.points and self._read > self.points:
            raise StatementError(f"max-select-point limit exceeed: ({self._read}/{self.points})")
