"""CREATE DATABASE, DROP DATABASE, SHOW DATABASES.

Source: https://docs.influxdata.com/influxdb/v1/query_language/manage-database/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from influx_query._clauses.builder_arguments import Duration, duration_or_forever, required_name
from influx_query._clauses.clause_nodes import Statement
from influx_query._clauses.registry import reads
from influx_query._statements.retention_policies import (
    later_options,
    print_write_limits,
    read_replication,
    read_write_limit,
    replication_factor,
)
from influx_query._text.durations import format_duration, format_go_duration
from influx_query._text.quoting import quote_if_needed
from influx_query._tree.node import Pieces, node

if TYPE_CHECKING:
    from influx_query._expressions.cursor import Cursor


@node
class CreateDatabaseStatement(Statement):
    """Creates a database; the other attributes describe its first retention policy.

    Durations are in nanoseconds. A `duration` of 0 keeps data forever; None leaves the clause out.

    Example:
        CREATE DATABASE metrics WITH DURATION 24h0m0s REPLICATION 1
    """

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
                print_write_limits(self.future_limit or None, self.past_limit or None),
                f" NAME {quote_if_needed(self.retention_policy)}" if self.retention_policy else "",
            )
        )
        if options:
            yield f" WITH{options}"


@node
class DropDatabaseStatement(Statement):
    """Drops a database with everything in it.

    Example:
        DROP DATABASE metrics
    """

    name: str

    def _pieces(self, wire: bool) -> Pieces:
        yield f"DROP DATABASE {quote_if_needed(self.name)}"


@node
class ShowDatabasesStatement(Statement):
    """Lists the databases.

    Example:
        SHOW DATABASES
    """

    def _pieces(self, wire: bool) -> Pieces:
        yield "SHOW DATABASES"


@reads("CREATE DATABASE")
def _create(cursor: Cursor) -> CreateDatabaseStatement:
    name = cursor.ident()
    if not cursor.accept("WITH"):
        return CreateDatabaseStatement(name)
    options = ("DURATION", "NAME", "REPLICATION", "SHARD", *later_options(cursor))
    if cursor.kind not in options:
        cursor.fail(*options)
    return CreateDatabaseStatement(
        name,
        duration=cursor.duration() if cursor.accept("DURATION") else None,
        replication=read_replication(cursor) if cursor.accept("REPLICATION") else None,
        shard_duration=_read_shard_duration(cursor) if cursor.accept("SHARD") else 0,
        future_limit=read_write_limit(cursor) if cursor.accept("FUTURE") else 0,
        past_limit=read_write_limit(cursor) if cursor.accept("PAST") else 0,
        retention_policy=cursor.ident() if cursor.accept("NAME") else "",
    )


def _read_shard_duration(cursor: Cursor) -> int:
    cursor.expect("DURATION")
    return cursor.duration()


@reads("DROP DATABASE")
def _drop(cursor: Cursor) -> DropDatabaseStatement:
    return DropDatabaseStatement(cursor.ident())


@reads("SHOW DATABASES")
def _show(_: Cursor) -> ShowDatabasesStatement:
    return ShowDatabasesStatement()


def create_database(
    name: str,
    *,
    duration: Duration | None = None,
    replication: int | None = None,
    shard_duration: Duration = 0,
    retention_policy: str = "",
) -> CreateDatabaseStatement:
    """Create a database; the other arguments describe its first retention policy.

    Raises:
        TypeError: A name is not a string, or a duration has a wrong type.
        ValueError: A name is empty, a duration is invalid, or `replication` is out of range.
    """
    policy = retention_policy and required_name("retention policy", retention_policy)
    return CreateDatabaseStatement(
        required_name("database", name),
        duration=None if duration is None else duration_or_forever(duration),
        replication=None if replication is None else replication_factor(replication),
        shard_duration=duration_or_forever(shard_duration),
        retention_policy=policy,
    )


def drop_database(name: str) -> DropDatabaseStatement:
    """Drop a database with everything in it."""
    return DropDatabaseStatement(required_name("database", name))


def show_databases() -> ShowDatabasesStatement:
    """List the databases."""
    return ShowDatabasesStatement()
