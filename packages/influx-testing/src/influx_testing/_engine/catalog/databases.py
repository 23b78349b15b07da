"""The catalog of databases: their policies, continuous queries and storage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

from influx_query.nodes import CreateContinuousQueryStatement, VarRef
from influx_testing._engine.catalog.query_log import QueryLog
from influx_testing._engine.catalog.retention_policies import (
    TOO_SHORT,
    StoredPolicy,
    Subscription,
    check_duration,
    shard_duration,
)
from influx_testing._engine.storage.series_index import Index
from influx_testing._engine.storage.shards import Shard, StoredSeries
from influx_testing._engine.storage.table_schemas import TableSchemas
from influx_testing.errors import StatementError

__all__ = ["ContinuousQuery", "Database", "Databases"]


@dataclass(slots=True)
class ContinuousQuery:
    """A continuous query, and the time of its last run (ns since 1970; None if it never ran)."""

    statement: CreateContinuousQueryStatement
    last_run: int | None = None


@dataclass(slots=True)
class Database:
    """One database.

    Attributes:
        name: the name.
        policies: the retention policies, by name.
        default_policy: the name of the default retention policy.
        continuous_queries: the continuous queries, by name.
        index: the index of its series.
        orphans: the series of dropped policies, which the index still has.
        query_log: the log of its queries in 3.x.
        schemas: the schemas of its tables in 3.x.
    """

    name: str
    policies: dict[str, StoredPolicy] = field(default_factory=dict[str, StoredPolicy])
    default_policy: str = ""
    continuous_queries: dict[str, ContinuousQuery] = field(
        default_factory=dict[str, ContinuousQuery]
    )
    index: Index = field(default_factory=Index)
    orphans: list[StoredSeries] = field(default_factory=list[StoredSeries])
    query_log: QueryLog = field(default_factory=QueryLog)
    schemas: TableSchemas = field(default_factory=TableSchemas)

    def policy(self, name: str = "") -> StoredPolicy:
        """Return a retention policy; an empty name means the default one.

        Raises:
            StatementError: there is no policy with that name.
        """
        found = self.policies.get(name or self.default_policy)
        if found is None:
            raise StatementError(f"retention policy not found: {name or self.default_policy}")
        return found

    def shards(self) -> Iterator[Shard]:
        """Every shard of every policy."""
        for policy in self.policies.values():
            yield from policy.shards

    def has_shards(self) -> bool:
        """Whether there is any shard; without one, the server does not look into the index."""
        return any(policy.shards for policy in self.policies.values())

    def shards_between(self, start: int, end: int) -> Iterator[Shard]:
        """The shards of every policy that overlap a time range, both ends included."""
        for policy in self.policies.values():
            yield from policy.between(start, end)

    def add_policy(self, policy: StoredPolicy, *, default: bool) -> None:
        """Create a policy, unless an equal one exists.

        Raises:
            StatementError: a different policy with that name exists.
        """
        old = self.policies.get(policy.name)
        if old is None:
            self.policies[policy.name] = policy
        elif not _same(old, policy):
            raise StatementError("retention policy already exists")
        elif default and self.default_policy != policy.name:
            raise StatementError("retention policy conflicts with an existing policy")
        if default:
            self.default_policy = policy.name

    def alter_policy(
        self,
        name: str,
        *,
        duration: int | None,
        shard: int | None,
        replication: int | None,
        default: bool,
    ) -> None:
        """Change the attributes of a policy that are not None.

        Raises:
            StatementError: there is no policy with that name, or its duration would be too short,
                or shorter than its shards.
        """
        policy = self.policy(name)
        check_duration(duration or 0)
        # The given durations are compared before the server adjusts the length of shards.
        new_duration = policy.duration if duration is None else duration
        given_shard = policy.shard_duration if shard is None else shard
        if (duration is not None or shard is not None) and 0 < new_duration < given_shard:
            raise StatementError(TOO_SHORT)
        policy.duration = new_duration
        if shard is not None:
            policy.shard_duration = shard_duration(shard, new_duration)
        policy.replication = policy.replication if replication is None else replication
        if default:
            self.default_policy = name

    def drop_policy(self, name: str) -> None:
        """Drop a policy with its points; a missing policy is no error.

        The index keeps its series until a statement deletes them.
        """
        policy = self.policies.pop(name, None)
        for shard in policy.shards if policy is not None else ():
            self.orphans += shard.all_series()

    def subscribe(self, policy: str, subscription: Subscription) -> None:
        """Store a subscription."""
        existing = self.policy(policy).subscriptions
        if subscription.name in existing:
            raise StatementError("subscription already exists")
        existing[subscription.name] = subscription

    def unsubscribe(self, policy: str, name: str) -> None:
        """Delete a subscription."""
        if self.policy(policy).subscriptions.pop(name, None) is None:
            raise StatementError("subscription not found")

    def is_field(self, measurement: str, name: VarRef) -> bool:
        """Whether a name is a field in the newest shard; the index knows no other fields."""
        newest = max(self.shards(), key=lambda shard: shard.id, default=None)
        return newest is not None and name.name in newest.fields.get(measurement, ())

    def drop_shard(self, id_: int) -> None:
        """Drop a shard with its points; a missing shard is no error."""
        for policy in self.policies.values():
            for shard in [shard for shard in policy.shards if shard.id == id_]:
                policy.shards.remove(shard)
                self.forget(shard.all_series())

    def forget(self, series: Iterable[StoredSeries]) -> None:
        """Drop series of a shard from the index, unless another shard has them."""
        for lost in series:
            if self.index.has(lost.measurement, lost.tags) and not self._holds(lost):
                self.index.drop(lost)
                if not self.index.knows(lost.measurement):
                    for shard in self.shards():
                        shard.series.pop(lost.measurement, None)

    def _holds(self, series: StoredSeries) -> bool:
        return any(shard.holds(series) for shard in self.shards())

    def expire(self, now: int) -> None:
        """Drop the shards whose points are all older than their policy allows."""
        for policy in self.policies.values():
            for shard in policy.expired(now):
                self.drop_shard(shard.id)


class Databases:
    """All databases of a server, in the order of their creation.

    Attributes:
        deleted: the deleted databases of 3.x, which are still listed, by their new names.
    """

    def __init__(self) -> None:
        self._databases: dict[str, Database] = {}
        self.deleted: dict[str, Database] = {}
        self._shard_ids = count(1)

    def __iter__(self) -> Iterator[Database]:
        return iter(self._databases.values())

    def __contains__(self, name: str) -> bool:
        return name in self._databases

    def get(self, name: str) -> Database:
        """Return a database.

        Raises:
            StatementError: there is no database with that name.
        """
        found = self._databases.get(name)
        if found is None:
            raise StatementError(f"database not found: {name}")
        return found

    def create(self, name: str) -> Database:
        """Return a database; create it without a policy if it does not exist."""
        return self._databases.setdefault(name, Database(name))

    def drop(self, name: str) -> None:
        """Drop a database; a missing database is no error."""
        self._databases.pop(name, None)

    def rename(self, name: str, new_name: str) -> bool:
        """Rename a database, unless another one has the new name; return whether it was."""
        if new_name in self._databases:
            return False
        database = self._databases.pop(name)
        database.name = new_name
        self._databases[new_name] = database
        return True

    def retire(self, name: str, new_name: str) -> None:
        """Mark a database as deleted; it is still listed, under a new name.

        Raises:
            StatementError: there is no database with that name.
        """
        database = self.get(name)
        del self._databases[name]
        database.name = new_name
        self.deleted[new_name] = database

    def shard_for(self, policy: StoredPolicy, time: int) -> Shard:
        """Return the shard of a time; create it if it does not exist."""
        return policy.shard_at(time) or policy.add_shard(next(self._shard_ids), time)

    def expire(self, now: int) -> None:
        """Drop the shards of all databases whose points are older than their policy allows."""
        for database in self:
            database.expire(now)


def check_name(name: str) -> None:
    """Raise StatementError for a name that the server refuses, because it names a directory."""
    if not name or name in {".", ".."} or not name.isprintable() or set(name) & set("/\\"):
        raise StatementError("invalid name")


def _same(old: StoredPolicy, new: StoredPolicy) -> bool:
    return (old.duration, old.shard_duration, old.replication) == (
        new.duration,
        new.shard_duration,
        new.replication,
    )
