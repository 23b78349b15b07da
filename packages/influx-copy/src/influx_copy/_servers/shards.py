"""The ranges of InfluxDB 1.x: measurements times shards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from influx_copy.interfaces import ALL_TIME, CopyRange
from influx_core import Series
from influx_core.timestamps import MAX_NS, to_ns

__all__ = ["Shard", "ranges_of", "shards_of"]

_SECOND = 1_000_000_000
"""SHOW SHARDS prints whole seconds, and the last shard ends within one."""

Shard = tuple[str, str, int, int]
"""Database, retention policy, start and stop."""


def shards_of(listed: Iterable[Series]) -> list[Shard]:
    """The shards that SHOW SHARDS lists; the shards of one group, in a cluster, count once."""
    found: dict[Shard, None] = {}
    for series in listed:
        for row in series:
            start, stop = _bound(row["start_time"], 0), _bound(row["end_time"], 1)
            found[row["database"], row["retention_policy"], start, stop] = None
    return list(found)


def ranges_of(
    shards: Iterable[Shard], measurements: Mapping[str, Iterable[str]], now: int
) -> list[CopyRange]:
    """The ranges of shards, in the order of time.

    Args:
        shards: the shards.
        measurements: the measurements of each database.
        now: the time of the server in nanoseconds; a shard that ends later still grows.
    """
    return [
        CopyRange(database, policy, measurement, start, stop, growing=stop > now)
        for database, policy, start, stop in sorted(shards, key=lambda shard: shard[2])
        for measurement in measurements.get(database, ())
    ]


def _bound(text: str, end: int) -> int:
    """A bound of a shard; the first and the last shard reach beyond what a time can be."""
    try:
        moment = to_ns(text)
    except ValueError:
        return ALL_TIME[end]
    return ALL_TIME[1] if moment + _SECOND > MAX_NS else max(moment, ALL_TIME[0])
