"""The engine: a server's databases and users; executes writes and statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from influx_core import DataPoint
from influx_testing._engine.catalog.bucket_catalog import BucketCatalog
from influx_testing._engine.catalog.databases import Database, Databases, check_name
from influx_testing._engine.catalog.organization_setup import InitialSetup, set_up
from influx_testing._engine.catalog.resource_store import ResourceStore
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
from influx_testing._engine.storage.write_errors import PartialWrite
from influx_testing._engine.storage.writes import WriteLimits, Writer
from influx_testing._engine.turns import Turns
from influx_testing.errors import StatementError

__all__ = ["About", "Engine"]


@dataclass(frozen=True, slots=True)
class About:
    """What a server reports about itself; its start time is in ns since 1970."""

    version: str = "1.6.7"
    started: int = 0
    max_row_limit: int = 0


@dataclass(slots=True)
class Engine:
    """The data of a server, and the operations on it.

    Attributes:
        clock: returns the time in ns since 1970.
        autocreate: whether a new database gets the policy `autogen`.
        limits: the limits of a SELECT.
        write_limits: the limits of a database.
        about: what the server reports about itself.
        counters: the counters of SHOW STATS by module and column, such as `httpd.req`.
        model: the rules of storage.
        tokens: the tokens of 3.x.
        resources: the resources of 2.x.
        setup: what a server of 2.x has from the start; None for a server before its setup.
        turns: the right to use all of this, which one thread has at a time.
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
    resources: ResourceStore = field(default_factory=ResourceStore)
    setup: InitialSetup | None = None
    turns: Turns = field(default_factory=Turns)

    def __post_init__(self) -> None:
        self._set_up()

    def _set_up(self) -> None:
        if self.setup is not None:
            set_up(self.setup, self.resources, self.buckets)

    @property
    def buckets(self) -> BucketCatalog:
        """The buckets of 2.x."""
        return BucketCatalog(self.resources, self.databases, self.clock)

    def clear(self) -> None:
        """Delete everything that was not there from the start: databases, points, users, tokens."""
        self.databases = Databases()
        self.users = Users()
        self.tokens.clear()
        self.counters.clear()
        self.resources = ResourceStore()
        self._set_up()

    def create_database(self, name: str, spec: PolicySpec | None = None) -> Database:
        """Return a database; if it does not exist, create it, with a policy if `autocreate` is set.

        Args:
            name: the name of the database.
            spec: the default policy; if the database has policies, it must equal one of them.

        Raises:
            StatementError: the name is invalid, or the policy differs from the existing one.
            TableLimitError: the server already has the largest number of databases.
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
            raise TableLimitError(f"Adding a new database would exceed limit of {most} databases")

    def _new_default(self, database: str, spec: PolicySpec) -> StoredPolicy | None:
        """Create the default policy of a database; None if it exists already."""
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
        """Drop a database with its data and the privileges on it, if it exists."""
        self.databases.drop(name)
        self.users.forget_database(name)

    def write(self, database: str, policy: str, points: Iterable[DataPoint]) -> None:
        """Store points; an empty policy means the default one.

        Raises:
            StatementError: the database or the policy does not exist.
            PartialWrite: some points were dropped.
            WriteConflict: points have different types for a new field.
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
        """Store points in tables; points older than the retention period are dropped.

        Returns:
            The reasons why points were refused, by their index.

        Raises:
            StatementError: the database does not exist.
        """
        found = self.databases.get(database)
        kept = found.policy(policy).duration
        oldest = self.clock() - kept if kept else None
        refused: dict[int, str] = {}
        admitted: list[DataPoint] = []
        for place, point in enumerate(points):
            problem = self._refusal(found.schemas, point)
            time: Any = point.timestamp
            if problem:
                refused[place] = problem
            elif oldest is None or time >= oldest:
                admitted.append(point)
        self._store(database, policy, admitted)
        return refused

    def refused_rows(self, database: str, points: Iterable[DataPoint]) -> dict[int, str]:
        """The reasons why `write_rows` would refuse points, by their index; nothing is stored."""
        known = self.databases.get(database).schemas if database in self.databases else None
        schemas = TableSchemas({} if known is None else dict(known.tables))
        problems = (self._refusal(schemas, point) for point in points)
        return {place: problem for place, problem in enumerate(problems) if problem}

    def _refusal(self, schemas: TableSchemas, point: DataPoint) -> str:
        """Add the columns of a point to its table, or return why that is refused."""
        try:
            return schemas.admit(point, self.model.tables)
        except TableLimitError as error:
            return str(error)

    def _store(self, database: str, policy: str, points: Iterable[DataPoint]) -> None:
        now = self.clock()
        found = self.databases.get(database)
        writer = Writer(self.databases, found, found.policy(policy), self.write_limits)
        points = list(points)
        self.counters["write.req"] += 1
        self.counters["write.pointReq"] += len(points)
        self.counters["write.pointReqLocal"] += len(points)
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
