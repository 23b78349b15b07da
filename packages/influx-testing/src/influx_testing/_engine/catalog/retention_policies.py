"""Retention policies: how long points live, and how a policy's time is cut into shards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from influx_testing._engine.storage.shards import Shard
from influx_testing.errors import StatementError

__all__ = ["DAY", "HOUR", "YEAR_ONE", "StoredPolicy", "Subscription", "shard_duration"]

HOUR = 3_600_000_000_000
DAY = 24 * HOUR
MAX_TIME = 2**63 - 2

YEAR_ONE = 62_135_596_800_000_000_000
"""From Go's zero time to 1970 in ns: shard groups are cut on multiples counted from there."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where writes should be copied to; stored only."""

    name: str
    mode: str
    destinations: tuple[str, ...]


@dataclass(slots=True)
class StoredPolicy:
    """One policy and its shards.

    Attributes:
        duration: how long points are kept, in ns; 0 is for ever.
        shard_duration: the length of a shard, in ns.
        replication: stored and shown only.
    """

    name: str
    duration: int = 0
    shard_duration: int = 7 * DAY
    replication: int = 1
    shards: list[Shard] = field(default_factory=list[Shard])
    subscriptions: dict[str, Subscription] = field(default_factory=dict[str, Subscription])

    def shard_at(self, time: int) -> Shard | None:
        """The shard a time belongs to, if it exists."""
        for shard in self.shards:
            if shard.start <= time < shard.end:
                return shard
        return None

    def add_shard(self, shard_id: int, time: int) -> Shard:
        """Make the shard a time belongs to."""
        start = time - (time + YEAR_ONE) % self.shard_duration
        end = min(start + self.shard_duration, MAX_TIME + 1)
        shard = Shard(shard_id, start, end)
        self.shards.append(shard)
        self.shards.sort(key=lambda shard: shard.start)
        return shard

    def between(self, start: int, end: int) -> Iterator[Shard]:
        """The shards that touch a span of time, both ends included."""
        return (shard for shard in self.shards if shard.start <= end and shard.end > start)

    def expired(self, now: int) -> list[Shard]:
        """The shards whose last point is too old."""
        if not self.duration:
            return []
        return [shard for shard in self.shards if shard.end + self.duration <= now]


def shard_duration(wanted: int, duration: int) -> int:
    """The length of a policy's shards: as wanted, within limits, or chosen by its duration.

    Source: https://docs.influxdata.com/influxdb/v1/query_language/manage-database/
    """
    if wanted:
        return max(wanted, HOUR)
    if duration == 0 or duration >= 180 * DAY:
        return 7 * DAY
    return DAY if duration >= 2 * DAY else HOUR


def check_durations(duration: int, shard: int) -> None:
    """Refuse a policy that is too short, or shorter than its shards."""
    if 0 < duration < HOUR:
        raise StatementError("retention policy duration must be at least 1h0m0s")
    if 0 < duration < shard:
        raise StatementError("retention policy duration must be greater than the shard duration")
