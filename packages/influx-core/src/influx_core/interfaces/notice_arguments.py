"""What the notices of requests and batches are given, besides requests and responses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from influx_core.interfaces.targets import Target

__all__ = ["BatchSummary", "ClientInfo"]


class ClientInfo(Protocol):
    """The client that sent a request, for notices; usually an InfluxDBClient."""

    @property
    def base_urls(self) -> list[str]:
        """The base URLs; the one that responded last comes first."""
        ...


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """A summary of a batch, for notices.

    Attributes:
        target: the target of the batch.
        points: the number of points.
        size: the size of the lines in bytes.
        attempts: the number of requests for it.
        seconds: the time since its first point was put; 0 for a batch from a spool.
    """

    target: Target
    points: int
    size: int
    attempts: int
    seconds: float
