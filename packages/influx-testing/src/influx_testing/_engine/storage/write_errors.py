"""What goes wrong when points are stored."""

from __future__ import annotations

from influx_core import DataPoint
from influx_testing._engine.catalog.retention_policies import StoredPolicy

__all__ = ["ExpiredPoints", "PartialWrite", "SaveError", "WriteConflict"]


class WriteConflict(Exception):
    """The part of a write for one shard failed, and none of its points is stored."""


class SaveError(WriteConflict):
    """A shard cannot save the names of its fields."""


class PartialWrite(Exception):
    """Some points were dropped, the others are stored."""

    def __init__(self, reason: str, dropped: int) -> None:
        super().__init__(f"partial write: {reason} dropped={dropped}")
        self.reason = reason
        self.dropped = dropped


class ExpiredPoints(PartialWrite):
    """Points were dropped because they are older than the retention period.

    Args:
        points: the dropped points.
        oldest: the time of the oldest points that are kept.
        policy: the policy with the retention period.
    """

    def __init__(self, points: list[DataPoint], oldest: int, policy: StoredPolicy) -> None:
        super().__init__("points beyond retention policy", len(points))
        self.points = points
        self.oldest = oldest
        self.policy = policy
