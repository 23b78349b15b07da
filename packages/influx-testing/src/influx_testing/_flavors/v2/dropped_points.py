"""Describes the points that a bucket of 2.x dropped.

Source: https://docs.influxdata.com/influxdb/v2/write-data/troubleshoot/
"""

from __future__ import annotations

from influx_core import DataPoint
from influx_core.timestamps import to_rfc3339
from influx_query import format_go_duration
from influx_testing._engine.storage.shards import series_key
from influx_testing._engine.storage.write_errors import ExpiredPoints, PartialWrite

__all__ = ["dropped_points"]


def dropped_points(bucket_id: str, error: PartialWrite) -> str:
    """The text of an error about dropped points; for expired ones, the oldest and the newest."""
    if not isinstance(error, ExpiredPoints):
        return str(error)
    oldest = min(error.points, key=_time)
    newest = max(error.points, key=_time)
    bound = f"it violates a Retention Policy Lower Bound at {to_rfc3339(error.oldest)}"
    described = [
        f"{which} point {series_key(point.measurement, tuple(sorted(point.tags.items())))} "
        f"at {to_rfc3339(_time(point))} dropped because {bound}"
        for which, point in (("oldest", oldest), ("newest", newest))
    ]
    return (
        f"partial write: dropped {error.dropped} points outside retention policy of duration "
        f"{format_go_duration(error.policy.duration)} - {', '.join(described)} "
        f"dropped={error.dropped} for database: {bucket_id} for retention policy: autogen"
    )


def _time(point: DataPoint) -> int:
    time = point.timestamp
    assert isinstance(time, int)  # the server has given times to all points
    return time
