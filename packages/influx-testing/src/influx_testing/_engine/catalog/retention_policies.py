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
"""The nanoseconds from Go's zero time to 1970; shard groups begin at multiples from that time."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """The destinations to which a server would copy writes; the fake only stores them."""

    name: str
    mode: str
    destinations: tuple[str, ...]


def is_destination(url: str) -> bool:
    """Whether a URL is a valid destination: it has a port and a scheme that the server knows."""
    return _DESTINATION.fullmatch(url) is not None


_DESTINATION = re.compile(
    r"(?:udp|http|https)://(?:[^/?#@\[\]]*@)?(?:\[[^\[\]]*\]|[^/?#@:\[\]\s]*):[0-9]+(?:[/?#].*)?"
)


@dataclass(slots=True)
class StoredPolicy:
    """A retention policy and its shards.

    Attributes:
        duration: how long points are kept, in ns; 0 means forever.
        shard_duration: the length of a shard, in ns.
        replication: the replication factor; it has no effect.
    """

    name: str
    duration: int = 0
    shard_duration: int = 7 * DAY
    replication: int = 1
    shards: list[Shard] = field(default_factory=list[Shard])
    subscriptions: dict[str, Subscription] = field(default_factory=dict[str, Subscription])

    def shard_at(self, time: int) -> Shard | None:
        """The shard that contains a time, if it exists."""
        for shard in self.shards:
            if shard.start <= time < shard.end:
                return shard
        return None

    def add_shard(self, shard_id: int, time: int) -> Shard:
        """Create the shard that contains a time."""
        start = time - (time + YEAR_ONE) % self.shard_duration
        end = min(start + self.shard_duration, MAX_TIME + 1)
        shard = Shard(shard_id, start, end)
        self.shards.append(shard)
        self.shards.sort(key=lambda shard: shard.start)
        return shard

    def between(self, start: int, end: int) -> Iterator[Shard]:
        """The shards that overlap a time range, both ends included."""
        return (shard for shard in self.shards if shard.start <= end and shard.end > start)

    def expired(self, now: int) -> list[Shard]:
        """The shards whose time range is older than the duration."""
        if not self.duration:
            return []
        return [shard for shard in self.shards if shard.end + self.duration <= now]


@dataclass(frozen=True, slots=True)
class PolicySpec:
    """The attributes of a policy in a statement; the server chooses those that are not given."""

    name: str = ""
    duration: int | None = None
    replication: int | None = None
    shard_duration: int = 0

    def policy(self) -> StoredPolicy:
        """Create the policy.

        Raises:
            StatementError: its duration is too short, or shorter than its shards.
        """
        duration = self.duration or 0
        length = shard_duration(self.shard_duration, duration)
        check_duration(duration)
        if 0 < duration < length:
            raise StatementError(TOO_SHORT)
        return StoredPolicy(self.name or "autogen", duration, length, self.replication or 1)

    def matches(self, policy: StoredPolicy) -> bool:
        """Whether a policy has these attributes; the shard duration is chosen as for a new one."""
        return (
            self.name in ("", policy.name)
            and self.duration in (None, policy.duration)
            and self.replication in (None, policy.replication)
            and shard_duration(self.shard_duration, policy.duration) == policy.shard_duration
        )


def shard_duration(wanted: int, duration: int) -> int:
    """The length of a policy's shards: the wanted one within limits, or one based on its duration.

    Source: https://docs.influxdata.com/influxdb/v1/query_language/manage-database/
    """
    if wanted:
        return max(wanted, HOUR)
    if duration == 0 or duration >= 180 * DAY:
        return 7 * DAY
    return DAY if duration >= 2 * DAY else HOUR


TOO_SHORT = "retention policy duration must be greater than the shard duration"


def check_duration(duration: int) -> None:
    """Raise StatementError for a policy whose duration is too short."""
    if 0 < duration < HOUR:
        raise StatementError("retention policy duration must be at least 1h0m0s")
