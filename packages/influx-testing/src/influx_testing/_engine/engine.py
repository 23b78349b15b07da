"""The engine: a server's databases and users; executes writes and statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from influx_core import DataPoint
from influx_testing._engine.catalog.databases import Database, Databases, check_name
from influx_testing._engine.catalog.retention_policies import (
    PolicySpec,
    StoredPolicy,
    check_duration,
)
from influx_testing._engine.catalog.users import Users
from influx_testing._engine.select import QueryLimits
from influx_testing._engine.storage.writes import PartialWrite, WriteLimits, Writer
from influx_testing.errors import StatementError

__all__ = ["About", "Engine"]


@dataclass(frozen=True, slots=True)
class About:
    """What a server says about itself; it started so many ns after 1970."""

    version: str = "1.6.7"
    started: int = 0
    max_row_limit: int = 0


@dataclass(slots=True)
class Engine:
    """What a server holds.

    Attributes:
        clock: tells the time in ns since 1970; whoever makes the engine owns it.
        autocreate: whether a new database gets the policy `autogen`.
        limits: of one SELECT.
        write_limits: of a database.
        about: what it says about itself.
        counters: what has happened so far, by module and column of SHOW STATS: `httpd.req`.
    """

    clock: Callable[[], int]
    autocreate: bool = True
    limits: QueryLimits = field(default_factory=QueryLimits)
    write_limits: WriteLimits = field(default_factory=WriteLimits)
    databases: Databases = field(default_factory=Databases)
    users: Users = field(default_factory=Users)
    about: About = About()
    counters: Counter[str] = field(default_factory=Counter[str])

    def clear(self) -> None:
        """Delete everything: databases, points, users."""
        self.databases = Databases()
        self.users = Users()
        self.counters.clear()

    def create_database(self, name: str, spec: PolicySpec | None = None) -> Database:
        """Find or make a database; a new one gets a policy, unless autocreate is off.

        Args:
            name: its name.
            spec: its default policy, which has to be there already if the database has policies.

        Raises:
            StatementError: the name won't do, or the policy differs from what is there.
        """
        check_name(name)
        if spec is None:
            if name in self.databases:
                return self.databases.get(name)
            spec = PolicySpec() if self.autocreate else None
        policy = None if spec is None else self._new_default(name, spec)
        database = self.databases.create(name)
        if policy is not None:
            database.add_policy(policy, default=True)
        return database

    def _new_default(self, database: str, spec: PolicySpec) -> StoredPolicy | None:
        """Make the default policy of a database; None if it has this one already."""
        if spec.name:
            check_name(spec.name)
        check_duration(spec.duration or 0)
        found = self.databases.get(database) if database in self.databases else None
        if found is None or not found.policies:
            return spec.policy()
        name = spec.name or "autogen"
        old = found.policies.get(name)
        if old is None or not spec.matches(old) or name != found.default_policy:
            raise StatementError("retention policy conflicts with an existing policy")
        return None

    def drop_database(self, name: str) -> None:
        """Drop a database with all it holds and the privileges on it, if it is there."""
        self.databases.drop(name)
        self.users.forget_database(name)

    def write(self, database: str, policy: str, points: Iterable[DataPoint]) -> None:
        """Store points; an empty policy is the default one.

        Raises:
            StatementError: there is no such database or policy.
            PartialWrite: some points were dropped.
            WriteConflict: points disagree about a new field.
        """
        now = self.clock()
        found = self.databases.get(database)
        writer = Writer(self.databases, found, found.policy(policy), self.write_limits)
        points = list(points)
        self.counters.update(
            {"write.req": 1, "write.pointReq": len(points), "write.pointReqLocal": len(points)}
        )
        outcome = "write.writeError"
        try:
            writer.write(points, now)
            outcome = "write.writeOk"
        except PartialWrite as error:
            self.counters["write.writeDrop"] += error.dropped
            raise
        finally:
            self.counters[outcome] += 1
        found.expire(now)
