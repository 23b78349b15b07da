"""Administration of a server: databases, retention policies, users, queries; tables and tokens.

influx_query builds and quotes all statements. Source:
https://docs.influxdata.com/influxdb/v1/query_language/manage-database/
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ParamSpec

import influx_query
from influx_core._api import v3_configuration as configuration
from influx_core._api.v3_configuration import HardDelete, ListedDatabase
from influx_core._client.schema import Execute, rows_of, statement_text
from influx_core._client.server_durations import server_duration
from influx_core._client.session import ServerSession
from influx_core._client.tables import Tables
from influx_core._client.time_arguments import Span, nanoseconds, whole_seconds
from influx_core._client.tokens import AdminTokens
from influx_core._results.query_result import QueryResult
from influx_core.errors import AlreadyExists, ConfigError, NotFound

if TYPE_CHECKING:
    from influx_core._client.management.resource_managers import ResourceManagers
    from influx_query import SelectQuery, manage, nodes

__all__ = ["Administration", "RetentionPolicy"]

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """A retention policy: how long a database keeps points.

    Attributes:
        name: its name.
        duration: how long points are kept; None keeps them for ever.
        shard_duration: the time span of a shard; None for InfluxDB 3, which has no shards.
        replication: the number of nodes in a cluster that keep a point; None for InfluxDB 3.
        default: whether it is used by writes and queries that name none.
    """

    name: str
    duration: timedelta | None
    shard_duration: timedelta | None
    replication: int | None
    default: bool


class Administration:
    """Manages databases, users, tables and tokens; available as `client.admin`.

    Databases are managed on InfluxDB 1.x by InfluxQL, on InfluxDB 3 by its configuration API, and
    on InfluxDB 2.x as buckets. What only InfluxDB 3 has says so; all other methods are for
    InfluxDB 1.x.

    All methods raise ConfigError, before anything is sent, if the server cannot do this or a name
    cannot be written; QueryError if InfluxDB 1.x refuses, and NotFound, AlreadyExists, LimitReached
    or another ResponseError if InfluxDB 3 does.

    Attributes:
        tables: creates and deletes tables of InfluxDB 3.
        tokens: creates and deletes tokens of InfluxDB 3.

    Args:
        execute: runs the statements.
        session: the session with the server.
        managed: the resources of InfluxDB 2.x.
        db: the database of the client.
    """

    tables: Tables
    tokens: AdminTokens

    def __init__(
        self, execute: Execute, session: ServerSession, managed: ResourceManagers, db: str | None
    ) -> None:
        self._execute = execute
        self._session = session
        self._managed = managed
        self._db = db
        self.tables = Tables(session, self._database)
        self.tokens = AdminTokens(session)

    async def create_database(self, name: str, *, retention_period: Span | None = None) -> None:
        """Create a database; no error if it exists. On InfluxDB 2.x this creates a bucket.

        Args:
            name: its name.
            retention_period: how long its points are kept; None keeps them for ever. A database of
                InfluxDB 2 or 3 that exists keeps the period that it has.
        """
        if await self._session.has_configuration("buckets"):
            with suppress(AlreadyExists):
                await self._managed.buckets.create(name, retention=retention_period)
            return
        if not await self._session.has_configuration("databases"):
            duration = retention_period
            await self._do(
                "create databases", influx_query.manage.create_database, name, duration=duration
            )
            return
        seconds = whole_seconds("a retention period", retention_period)
        request = configuration.create_database(name, seconds)
        with suppress(AlreadyExists):
            await self._session.configure("databases", request)

    async def drop_database(self, name: str, *, hard_delete_at: HardDelete | None = None) -> None:
        """Drop a database with its data; no error if it does not exist.

        On InfluxDB 2.x this deletes the bucket of that name.

        Args:
            name: its name.
            hard_delete_at: when InfluxDB 3 removes the data: `now`, `never`, `default` or a time;
                until then the database is listed as deleted. The default is the delay in the
                configuration of the server.
        """
        at = configuration.hard_delete_text(hard_delete_at)
        if at is None and await self._session.has_configuration("buckets"):
            with suppress(NotFound):
                await self._managed.buckets.delete(name)
            return
        if at is None and not await self._session.has_configuration("databases"):
            await self._do("drop databases", influx_query.manage.drop_database, name)
            return
        request = configuration.drop_database(name, at)
        with suppress(NotFound):
            await self._session.configure("databases", request)

    async def list_databases(self, *, include_deleted: bool = False) -> list[ListedDatabase]:
        """The databases of InfluxDB 3.

        Args:
            include_deleted: whether to list deleted databases whose data still exists.
        """
        request = configuration.list_databases(include_deleted)
        return configuration.read_databases(await self._session.configure("databases", request))

    async def set_retention_period(self, period: Span, *, db: str | None = None) -> None:
        """Set the retention period of a database of InfluxDB 3.

        Args:
            period: a number of seconds, as text (`30d`) or a timedelta.
            db: the database; the client's database by default.

        Raises:
            NotFound: there is no such database.
        """
        seconds = whole_seconds("a retention period", period)
        request = configuration.set_retention_period(self._database(db), seconds)
        await self._session.configure("databases", request)

    async def remove_retention_period(self, *, db: str | None = None) -> None:
        """Remove the retention period of a database of InfluxDB 3; its points are kept forever.

        Args:
            db: the database; the client's database by default.

        Raises:
            NotFound: there is no such database.
        """
        request = configuration.remove_retention_period(self._database(db))
        await self._session.configure("databases", request)

    async def drop_measurement(self, name: str, db: str | None = None) -> None:
        """Drop a measurement with its data; no error if it does not exist.

        On InfluxDB 3 this deletes the table; see `Tables.delete`.
        """
        if await self._session.has_configuration("tables"):
            with suppress(NotFound):
                await self.tables.delete(name, db=db)
            return
        text = statement_text(influx_query.manage.drop_measurement, name)
        await self._execute(text, db=self._database(db))

    async def retention_policies(self, db: str | None = None) -> list[RetentionPolicy]:
        """The retention policies of a database; on InfluxDB 3 one, with the retention period."""
        database = self._database(db)
        text = statement_text(influx_query.show.retention_policies, database)
        result = await self._execute(text, db=database)  # InfluxDB 3 refuses two databases
        if result.series and "shardGroupDuration" not in result.series[0].columns:
            return [
                RetentionPolicy(name, server_duration(kept or "0s") or None, None, None, True)
                for name, kept in rows_of(result.series, "name", "duration")
            ]
        columns = ("name", "duration", "shardGroupDuration", "replicaN", "default")
        return [
            RetentionPolicy(
                name, server_duration(kept) or None, server_duration(shard), replication, default
            )
            for name, kept, shard, replication, default in rows_of(result.series, *columns)
        ]

    async def create_retention_policy(
        self,
        name: str,
        duration: Span | None,
        *,
        db: str | None = None,
        replication: int = 1,
        shard_duration: Span | None = None,
        default: bool = False,
    ) -> None:
        """Create a retention policy.

        Args:
            name: its name.
            duration: how long points are kept, at least one hour; None keeps them for ever.
            db: the database; the client's database by default.
            replication: the number of nodes in a cluster that keep a point.
            shard_duration: the time span of a shard; chosen by the server by default.
            default: whether it is used by writes and queries that name none.
        """
        await self._do(
            "create retention policies",
            influx_query.manage.create_retention_policy,
            name,
            self._database(db),
            duration or "INF",
            replication=replication,
            shard_duration=shard_duration or 0,
            default=default,
        )

    async def drop_retention_policy(self, name: str, *, db: str | None = None) -> None:
        """Drop a retention policy with its data."""
        await self._do(
            "drop retention policies",
            influx_query.manage.drop_retention_policy,
            name,
            self._database(db),
        )

    async def users(self) -> dict[str, bool]:
        """The names of all users, and whether each is an administrator."""
        result = await self._do("list users", influx_query.show.users)
        return dict(rows_of(result.series, "user", "admin"))

    async def create_user(self, name: str, password: str, *, admin: bool = False) -> None:
        """Create a user, with all privileges if `admin`."""
        await self._do("create users", influx_query.manage.create_user, name, password, admin=admin)

    async def drop_user(self, name: str) -> None:
        """Drop a user."""
        await self._do("drop users", influx_query.manage.drop_user, name)

    async def set_password(self, name: str, password: str) -> None:
        """Change the password of a user."""
        await self._do("set passwords", influx_query.manage.set_password, name, password)

    async def grants(self, user: str) -> dict[str, str]:
        """The privileges of a user by database."""
        result = await self._do("list grants", influx_query.show.grants, user)
        return dict(rows_of(result.series, "database", "privilege"))

    async def grant(self, access: manage.Access, user: str, *, db: str | None = None) -> None:
        """Grant a user `read`, `write` or `all` access to a database."""
        await self._do("grant", influx_query.manage.grant, access, user, on=self._database(db))

    async def revoke(self, access: manage.Access, user: str, *, db: str | None = None) -> None:
        """Revoke `read`, `write` or `all` access of a user to a database."""
        await self._do("revoke", influx_query.manage.revoke, access, user, on=self._database(db))

    async def continuous_queries(self) -> dict[str, dict[str, str]]:
        """The texts of the continuous queries, by database and name."""
        result = await self._do("list continuous queries", influx_query.show.continuous_queries)
        return {series.name: dict(rows_of((series,), "name", "query")) for series in result.series}

    async def create_continuous_query(
        self,
        name: str,
        select: str | SelectQuery,
        *,
        db: str | None = None,
        every: Span | None = None,
        cover: Span | None = None,
    ) -> None:
        """Create a continuous query: a `SELECT ... INTO ... GROUP BY time(...)`.

        Args:
            name: its name.
            select: one statement, or a query of the builder.
            db: the database; the client's database by default.
            every: how often it runs; the interval of GROUP BY by default.
            cover: the time span before each run that is computed again (`RESAMPLE FOR`).
        """
        await self._do(
            "create continuous queries",
            influx_query.nodes.CreateContinuousQueryStatement,
            name=name,
            database=self._database(db),
            source=_one_select(str(select)),
            resample_every=nanoseconds(every),
            resample_for=nanoseconds(cover),
        )

    async def drop_continuous_query(self, name: str, *, db: str | None = None) -> None:
        """Drop a continuous query; the points that it wrote are kept."""
        await self._do(
            "drop continuous queries",
            influx_query.manage.drop_continuous_query,
            name,
            self._database(db),
        )

    async def _do(
        self,
        action: str,
        statement: Callable[P, nodes.Statement],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> QueryResult:
        text = statement_text(statement, *args, **kwargs)
        await self._session.require_admin_api(action)
        return await self._execute(text)

    def _database(self, db: str | None) -> str:
        chosen = db or self._db
        if chosen is None:
            raise ConfigError("no database: name one here, or as db= of the client")
        return chosen


def _one_select(text: str) -> nodes.SelectStatement:
    try:
        (statement,) = influx_query.parse(text)
    except influx_query.InfluxQLSyntaxError as error:
        raise ConfigError(f"the select of a continuous query does not parse: {error}") from error
    except ValueError:
        raise ConfigError("a continuous query runs one statement") from None
    if not isinstance(statement, influx_query.nodes.SelectStatement):
        raise ConfigError(f"a continuous query runs a SELECT, not {statement}")
    return statement
