"""The nodes that change or control a server: databases, policies, users, deletion, EXPLAIN.

Durations are nanoseconds; 0 keeps data for ever (``INF``), None is not given.
Source: https://docs.influxdata.com/influxdb/v1/query_language/manage-database/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from influx_query.nodes.base import Pieces, node
from influx_query.nodes.select import SelectStatement, Source, Statement, clause, where
from influx_query.quoting import (
    format_duration,
    format_go_duration,
    quote_if_needed,
    quote_string,
)

if TYPE_CHECKING:
    from influx_query.nodes.expressions import Expr

Privilege = Literal["READ", "WRITE", "ALL PRIVILEGES"]


@node
class ExplainStatement(Statement):
    """The plan of a query; with `analyze` the query runs. `verbose` is of the newest dialect."""

    statement: SelectStatement
    analyze: bool = False
    verbose: bool = False

    def _pieces(self, wire: bool) -> Pieces:
        yield f"EXPLAIN {'ANALYZE ' if self.analyze else ''}{'VERBOSE ' if self.verbose else ''}"
        yield self.statement


@node
class CreateDatabaseStatement(Statement):
    """Create a database; the rest, if any is given, describes its first retention policy."""

    name: str
    duration: int | None = None
    replication: int | None = None
    shard_duration: int = 0
    future_limit: int = 0
    past_limit: int = 0
    retention_policy: str = ""

    def _pieces(self, wire: bool) -> Pieces:
        span = format_duration if wire else format_go_duration
        yield f"CREATE DATABASE {quote_if_needed(self.name)}"
        options = "".join(
            (
                "" if self.duration is None else f" DURATION {span(self.duration)}",
                "" if self.replication is None else f" REPLICATION {self.replication}",
                f" SHARD DURATION {span(self.shard_duration)}" if self.shard_duration else "",
                _write_limits(self.future_limit, self.past_limit),
                f" NAME {quote_if_needed(self.retention_policy)}" if self.retention_policy else "",
            )
        )
        if options:
            yield f" WITH{options}"


@node
class CreateRetentionPolicyStatement(Statement):
    """Create a retention policy."""

    name: str
    database: str
    duration: int
    replication: int
    shard_duration: int = 0
    future_limit: int = 0
    past_limit: int = 0
    default: bool = False

    def _pieces(self, wire: bool) -> Pieces:
        yield f"CREATE RETENTION POLICY {quote_if_needed(self.name)}"
        yield f" ON {quote_if_needed(self.database)}"
        yield f" DURATION {format_duration(self.duration)} REPLICATION {self.replication}"
        if self.shard_duration:
            yield f" SHARD DURATION {format_duration(self.shard_duration)}"
        yield _write_limits(self.future_limit, self.past_limit)
        yield " DEFAULT" if self.default else ""


@node
class AlterRetentionPolicyStatement(Statement):
    """Change what is given of a retention policy."""

    name: str
    database: str
    duration: int | None = None
    replication: int | None = None
    shard_duration: int | None = None
    future_limit: int | None = None
    past_limit: int | None = None
    default: bool = False

    def _pieces(self, wire: bool) -> Pieces:
        yield f"ALTER RETENTION POLICY {quote_if_needed(self.name)}"
        yield f" ON {quote_if_needed(self.database)}"
        if self.duration is not None:
            yield f" DURATION {format_duration(self.duration)}"
        if self.replication is not None:
            yield f" REPLICATION {self.replication}"
        if self.shard_duration is not None:
            yield f" SHARD DURATION {format_duration(self.shard_duration)}"
        yield _write_limits(self.future_limit, self.past_limit)
        yield " DEFAULT" if self.default else ""


@node
class CreateContinuousQueryStatement(Statement):
    """Run a SELECT INTO again and again."""

    name: str
    database: str
    source: SelectStatement
    resample_every: int = 0
    resample_for: int = 0

    def _pieces(self, wire: bool) -> Pieces:
        yield f"CREATE CONTINUOUS QUERY {quote_if_needed(self.name)}"
        yield f" ON {quote_if_needed(self.database)} "
        if self.resample_every or self.resample_for:
            yield "RESAMPLE "
        if self.resample_every:
            yield f"EVERY {format_duration(self.resample_every)} "
        if self.resample_for:
            yield f"FOR {format_duration(self.resample_for)} "
        yield "BEGIN "
        yield self.source
        yield " END"


@node
class CreateSubscriptionStatement(Statement):
    """Send what is written to other servers: to all of them, or to any one."""

    name: str
    database: str
    retention_policy: str
    mode: Literal["ALL", "ANY"]
    destinations: tuple[str, ...]

    def _pieces(self, wire: bool) -> Pieces:
        yield f"CREATE SUBSCRIPTION {quote_if_needed(self.name)}"
        yield f" ON {quote_if_needed(self.database)}.{quote_if_needed(self.retention_policy)}"
        yield f" DESTINATIONS {self.mode} {', '.join(map(quote_string, self.destinations))}"


@node
class CreateUserStatement(Statement):
    """Create a user. Only the text for the wire shows the password."""

    name: str
    password: str
    admin: bool = False

    def _pieces(self, wire: bool) -> Pieces:
        yield f"CREATE USER {quote_if_needed(self.name)} WITH PASSWORD "
        yield quote_string(self.password) if wire else "[REDACTED]"
        yield " WITH ALL PRIVILEGES" if self.admin else ""


@node
class SetPasswordUserStatement(Statement):
    """Change a user's password. Only the text for the wire shows it."""

    name: str
    password: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"SET PASSWORD FOR {quote_if_needed(self.name)} = "
        yield quote_string(self.password) if wire else "[REDACTED]"


@node
class _DropByName(Statement):
    """Drop what has a name of its own."""

    kind: ClassVar[str]

    name: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"DROP {self.kind} {quote_if_needed(self.name)}"


@node
class DropDatabaseStatement(_DropByName):
    """Drop a database with everything in it."""

    kind = "DATABASE"


@node
class DropMeasurementStatement(_DropByName):
    """Drop a measurement with everything in it."""

    kind = "MEASUREMENT"


@node
class DropUserStatement(_DropByName):
    """Drop a user."""

    kind = "USER"


@node
class DropRetentionPolicyStatement(Statement):
    """Drop a retention policy with everything in it."""

    name: str
    database: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"DROP RETENTION POLICY {quote_if_needed(self.name)}"
        yield f" ON {quote_if_needed(self.database)}"


@node
class DropContinuousQueryStatement(Statement):
    """Drop a continuous query."""

    name: str
    database: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"DROP CONTINUOUS QUERY {quote_if_needed(self.name)}"
        yield f" ON {quote_if_needed(self.database)}"


@node
class DropSubscriptionStatement(Statement):
    """Drop a subscription."""

    name: str
    database: str
    retention_policy: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"DROP SUBSCRIPTION {quote_if_needed(self.name)}"
        yield f" ON {quote_if_needed(self.database)}.{quote_if_needed(self.retention_policy)}"


@node
class DropShardStatement(Statement):
    """Drop a shard, by its number."""

    id: int

    def _pieces(self, wire: bool) -> Pieces:
        yield f"DROP SHARD {self.id}"


@node
class DropSeriesStatement(Statement):
    """Drop series, with their points and from the index. Time can't choose here."""

    sources: tuple[Source, ...] = ()
    condition: Expr | None = None

    def _pieces(self, wire: bool) -> Pieces:
        yield "DROP SERIES"
        yield from clause("FROM", self.sources)
        yield from where(self.condition)


@node
class DeleteSeriesStatement(Statement):
    """Delete points, by series and by time. The Go implementation's name for DELETE."""

    sources: tuple[Source, ...] = ()
    condition: Expr | None = None

    def _pieces(self, wire: bool) -> Pieces:
        yield "DELETE"
        yield from clause("FROM", self.sources)
        yield from where(self.condition)


@node
class GrantStatement(Statement):
    """Give a user a privilege on a database."""

    privilege: Privilege
    database: str
    user: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"GRANT {self.privilege} ON {quote_if_needed(self.database)}"
        yield f" TO {quote_if_needed(self.user)}"


@node
class GrantAdminStatement(Statement):
    """Make a user an administrator."""

    user: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"GRANT ALL PRIVILEGES TO {quote_if_needed(self.user)}"


@node
class RevokeStatement(Statement):
    """Take a privilege on a database from a user."""

    privilege: Privilege
    database: str
    user: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"REVOKE {self.privilege} ON {quote_if_needed(self.database)}"
        yield f" FROM {quote_if_needed(self.user)}"


@node
class RevokeAdminStatement(Statement):
    """Make an administrator a plain user."""

    user: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"REVOKE ALL PRIVILEGES FROM {quote_if_needed(self.user)}"


@node
class KillQueryStatement(Statement):
    """Stop a running query, by the number SHOW QUERIES gives; `host` is for clusters."""

    query_id: int
    host: str = ""

    def _pieces(self, wire: bool) -> Pieces:
        yield f"KILL QUERY {self.query_id}"
        if self.host:
            yield f" ON {quote_if_needed(self.host)}"


def _write_limits(future: int | None, past: int | None) -> str:
    """Write the limits of the newest dialect: how far from now a written point's time may be."""
    limits = (("FUTURE", future), ("PAST", past))
    return "".join(f" {which} LIMIT {format_duration(span)}" for which, span in limits if span)
