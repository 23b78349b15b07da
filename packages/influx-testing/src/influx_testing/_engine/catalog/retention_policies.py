"""Retention policies: how long points are kept, and how time is divided into shards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from influx_testing._engine.storage.shards import Shard
from influx_testing.errors import StatementError

__all__ = [
    "DAY",
    "HOUR",
    "TOO_SHORT",
    "YEAR_ONE",
    "PolicySpec",
    "StoredPolicy",
    "Subscription",
    "check_duration",
    "is_destination",
    "shard_duration",
]

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


def is_destination(url: str) -> bool:
    """Whether writes can be copied to a URL: it has a scheme that the server knows, and a port."""
    return _DESTINATION.fullmatch(url) is not None


_DESTINATION = re.compile(
    r"(?:udp|http|https)://(?:[^/?#@\[\]]*@)?(?:\[[^\[\]]*\]|[^/?#@:\[\]\s]*):[0-9]+(?:[/?#].*)?"
)


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


@dataclass(frozen=True, slots=True)
class PolicySpec:
    """What a statement says of a policy; None and empty leave it to the server."""

    name: str = ""
    duration: int | None = None
    replication: int | None = None
    shard_duration: int = 0

    def policy(self) -> StoredPolicy:
        """Make the policy.

        Raises:
            StatementError: it is too short, or shorter than its shards.
        """
        duration = self.duration or 0
        length = shard_duration(self.shard_duration, duration)
        check_duration(duration)
        if 0 < duration < length:
            raise StatementError(TOO_SHORT)
        return StoredPolicy(self.name or "autogen", duration, length, self.replication or 1)

    def matches(self, policy: StoredPolicy) -> bool:
        """Whether a policy is as it says; its shards, as they would be chosen for it."""
        return (
            self.name in ("", policy.name)
            and self.duration in (None, policy.duration)
            and self.replication in (None, policy.replication)
            and shard_duration(self.shard_duration, policy.duration) == policy.shard_duration
        )


def shard_duration(wanted: int, duration: int) -> int:
    """The length of a policy's shards: as wanted, within limits, or chosen by its duration.

    Source: https://docs.influxdata.com/influxdb/v1/query_language/manage-database/
    """
    if wanted:
        return max(wanted, HOUR)
    if duration == 0 or duration >= 180 * DAY:
        return 7 * DAY
    return DAY if duration >= 2 * DAY else HOUR


TOO_SHORT = "retention policy duration must be greater than the shard duration"


def check_duration(duration: int) -> None:
    """Refuse a policy that is too short."""
    if 0 < duration < HOUR:
        raise StatementError("retention policy duration must be at least 1h0m0s")
