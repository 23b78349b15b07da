"""The engine: a server's databases and users; executes writes and statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from influx_core import DataPoint
from influx_testing._engine.catalog.databases import Database, Databases, check_name
from influx_testing._engine.catalog.retention_policies import (
    PolicySpec,
    StoredPolicy,
    check_duration,
)
from influx_testing._engine.catalog.token_store import TokenStore
from influx_testing._engine.catalog.users import Users
from influx_testing._engine.data_model import DataModel
from influx_testing._engine.select import QueryLimits
from influx_testing._engine.storage.table_schemas import TableLimitError, TableSchemas
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
        model: what it can store.
        tokens: those of 2.x and 3.x.
    """

    clock: Callable[[], int]
    autocreate: bool = True
    limits: QueryLimits = field(default_factory=QueryLimits)
    write_limits: WriteLimits = field(default_factory=WriteLimits)
    databases: Databases = field(default_factory=Databases)
    users: Users = field(default_factory=Users)
    about: About = About()
    counters: Counter[str] = field(default_factory=Counter[str])
    model: DataModel = field(default_factory=DataModel)
    tokens: TokenStore = field(default_factory=TokenStore)

    def clear(self) -> None:
        """Delete everything: databases, points, users, created tokens."""
        self.databases = Databases()
        self.users = Users()
        self.tokens.clear()
        self.counters.clear()

    def create_database(self, name: str, spec: PolicySpec | None = None) -> Database:
        """Find or make a database; a new one gets a policy, unless autocreate is off.

        Args:
            name: its name.
            spec: its default policy, which has to be there already if the database has policies.

        Raises:
            StatementError: the name won't do, or the policy differs from what is there.
            TableLimitError: there are as many databases as the server may have.
        """
        self.model.check_database_name(name)
        self._check_database_limit(name)
        if spec is None:
            if name in self.databases:
                return self.databases.get(name)
            spec = PolicySpec() if self.autocreate else None
        policy = None if spec is None else self._new_default(name, spec)
        database = self.databases.create(name)
        if policy is not None:
            database.add_policy(policy, default=True)
        return database

    def _check_database_limit(self, name: str) -> None:
        most = self.model.databases
        if most and name not in self.databases and len(list(self.databases)) >= most:
            raise TableLimitError(
                f"Update to schema would exceed number of databases limit of {most} databases"
            )

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
            TableLimitError: there would be more tables or columns than the server may have.
        """
        if self.model.has_tables:
            refused = self.write_rows(database, points, policy)
            if refused:
                raise PartialWrite(next(iter(refused.values())), len(refused))
            return
        self._store(database, policy, points)

    def write_rows(
        self, database: str, points: Iterable[DataPoint], policy: str = ""
    ) -> dict[int, str]:
        """Store points in tables; what is older than the database keeps is dropped.

        Returns:
            Why points were refused, by their place among all points.

        Raises:
            StatementError: there is no such database.
            TableLimitError: there would be more tables or columns than the server may have.
        """
        found = self.databases.get(database)
        kept = found.policy(policy).duration
        oldest = self.clock() - kept if kept else None
        refused: dict[int, str] = {}
        admitted: list[DataPoint] = []
        for place, point in enumerate(points):
            problem = found.schemas.admit(point, self.model.tables)
            time: Any = point.timestamp
            if problem:
                refused[place] = problem
            elif oldest is None or time >= oldest:
                admitted.append(point)
        self._store(database, policy, admitted)
        return refused

    def refused_rows(self, database: str, points: Iterable[DataPoint]) -> dict[int, str]:
        """Why `write_rows` would refuse points, by their place; nothing is stored or created."""
        known = self.databases.get(database).schemas if database in self.databases else None
        schemas = TableSchemas({} if known is None else dict(known.tables))
        problems = (schemas.admit(point, self.model.tables) for point in points)
        return {place: problem for place, problem in enumerate(problems) if problem}

    def _store(self, database: str, policy: str, points: Iterable[DataPoint]) -> None:
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
