"""Administration of an InfluxDB 1.x server: databases, retention policies, users, queries.

influx_query builds and quotes all statements. Source:
https://docs.influxdata.com/influxdb/v1/query_language/manage-database/
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import ParamSpec, TypeAlias

from influx_core._client.schema import Execute, rows_of, statement_text
from influx_core._results.query_result import QueryResult
from influx_core.errors import ConfigError, DecodeError
from influx_query import InfluxQLSyntaxError, SelectQuery, duration_ns, manage, nodes, parse, show

__all__ = ["Administration", "RetentionPolicy", "Span"]

P = ParamSpec("P")

Span: TypeAlias = str | timedelta
"""A span of time: `7d` as InfluxQL writes it, or a timedelta."""

_MICROSECONDS = {
    "h": Decimal(3_600_000_000),
    "m": Decimal(60_000_000),
    "s": Decimal(1_000_000),
    "ms": Decimal(1_000),
    "\N{MICRO SIGN}s": Decimal(1),
    "us": Decimal(1),
    "ns": Decimal("0.001"),
}
"""Microseconds of the units that a server prints."""

_DURATION_PART = re.compile(
    rf"(\d+(?:\.\d+)?)({'|'.join(sorted(_MICROSECONDS, key=len, reverse=True))})"
)
_DURATION = re.compile(rf"0|(?:{_DURATION_PART.pattern})+")


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """A retention policy: how long a database keeps points.

    Attributes:
        name: its name.
        duration: how long points are kept; None keeps them for ever.
        shard_duration: the time span of a shard.
        replication: the number of nodes in a cluster that keep a point.
        default: whether it is used by writes and queries that name none.
    """

    name: str
    duration: timedelta | None
    shard_duration: timedelta
    replication: int
    default: bool


class Administration:
    """Administrative statements of InfluxDB 1.x; available as `client.admin`.

    All methods raise ConfigError, before anything is sent, if the server is not managed with
    InfluxQL or a name cannot be written, and QueryError if the server refuses.

    Args:
        execute: runs the statements.
        require_admin_api: raises ConfigError if the server does not support an action in InfluxQL.
        db: the database of the client.
    """

    def __init__(
        self,
        execute: Execute,
        require_admin_api: Callable[[str], Awaitable[None]],
        db: str | None,
    ) -> None:
        self._execute = execute
        self._require_admin_api = require_admin_api
        self._db = db

    async def create_database(self, name: str) -> None:
        """Create a database; no error if it exists."""
        await self._do("create databases", manage.create_database, name)

    async def drop_database(self, name: str) -> None:
        """Drop a database with its data; no error if it does not exist."""
        await self._do("drop databases", manage.drop_database, name)

    async def drop_measurement(self, name: str, db: str | None = None) -> None:
        """Drop a measurement with its data; no error if it does not exist."""
        text = statement_text(manage.drop_measurement, name)
        await self._execute(text, db=self._database(db))

    async def retention_policies(self, db: str | None = None) -> list[RetentionPolicy]:
        """The retention policies of a database."""
        text = statement_text(show.retention_policies, self._database(db))
        result = await self._execute(text)
        columns = ("name", "duration", "shardGroupDuration", "replicaN", "default")
        return [
            RetentionPolicy(
                name, _server_duration(kept) or None, _server_duration(shard), replication, default
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
            manage.create_retention_policy,
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
            manage.drop_retention_policy,
            name,
            self._database(db),
        )

    async def users(self) -> dict[str, bool]:
        """The names of all users, and whether each is an administrator."""
        result = await self._do("list users", show.users)
        return dict(rows_of(result.series, "user", "admin"))

    async def create_user(self, name: str, password: str, *, admin: bool = False) -> None:
        """Create a user, with all privileges if `admin`."""
        await self._do("create users", manage.create_user, name, password, admin=admin)

    async def drop_user(self, name: str) -> None:
        """Drop a user."""
        await self._do("drop users", manage.drop_user, name)

    async def set_password(self, name: str, password: str) -> None:
        """Change the password of a user."""
        await self._do("set passwords", manage.set_password, name, password)

    async def grants(self, user: str) -> dict[str, str]:
        """The privileges of a user by database."""
        result = await self._do("list grants", show.grants, user)
        return dict(rows_of(result.series, "database", "privilege"))

    async def grant(self, access: manage.Access, user: str, *, db: str | None = None) -> None:
        """Grant a user `read`, `write` or `all` access to a database."""
        await self._do("grant", manage.grant, access, user, on=self._database(db))

    async def revoke(self, access: manage.Access, user: str, *, db: str | None = None) -> None:
        """Revoke `read`, `write` or `all` access of a user to a database."""
        await self._do("revoke", manage.revoke, access, user, on=self._database(db))

    async def continuous_queries(self) -> dict[str, dict[str, str]]:
        """The texts of the continuous queries, by database and name."""
        result = await self._do("list continuous queries", show.continuous_queries)
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
            nodes.CreateContinuousQueryStatement,
            name=name,
            database=self._database(db),
            source=_one_select(str(select)),
            resample_every=_nanoseconds(every),
            resample_for=_nanoseconds(cover),
        )

    async def drop_continuous_query(self, name: str, *, db: str | None = None) -> None:
        """Drop a continuous query; the points that it wrote are kept."""
        await self._do(
            "drop continuous queries",
            manage.drop_continuous_query,
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
        await self._require_admin_api(action)
        return await self._execute(text)

    def _database(self, db: str | None) -> str:
        chosen = db or self._db
        if chosen is None:
            raise ConfigError("no database: name one here, or as db= of the client")
        return chosen


def _nanoseconds(span: Span | None) -> int:
    try:
        return 0 if span is None else duration_ns(span)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{span!r} is no span of time: {error}; write '7d'") from None


def _server_duration(text: object) -> timedelta:
    """Read a duration as the server prints it, `168h0m0s`, to the microsecond.

    Raises:
        DecodeError: it is not a duration.
    """
    if not isinstance(text, str) or not _DURATION.fullmatch(text):
        raise DecodeError(f"the server sent {text!r}, which is not a duration")
    parts = _DURATION_PART.findall(text)
    microseconds = sum(Decimal(digits) * _MICROSECONDS[unit] for digits, unit in parts)
    return timedelta(microseconds=int(microseconds))


def _one_select(text: str) -> nodes.SelectStatement:
    try:
        (statement,) = parse(text)
    except InfluxQLSyntaxError as error:
        raise ConfigError(f"the select of a continuous query does not parse: {error}") from error
    except ValueError:
        raise ConfigError("a continuous query runs one statement") from None
    if not isinstance(statement, nodes.SelectStatement):
        raise ConfigError(f"a continuous query runs a SELECT, not {statement}")
    return statement
