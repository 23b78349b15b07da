"""The destination of points."""

from __future__ import annotations

from dataclasses import dataclass

from influx_core.timestamps import Precision

__all__ = ["Target"]


@dataclass(frozen=True, slots=True)
class Target:
    """The destination of points, and the unit of their timestamps.

    Credentials are not part of it; they belong to the client.

    Attributes:
        db: the database.
        retention_policy: the retention policy; the database's default if None.
        precision: the unit of the timestamps in the lines.
        consistency: the number of nodes of a cluster that must store a point.
        org: the organization of an InfluxDB 2.x.
    """

    db: str | None = None
    retention_policy: str | None = None
    precision: Precision = "ns"
    consistency: str | None = None
    org: str | None = None
