"""Builders for statements that change something: CREATE, DROP, DELETE, GRANT and the like.

Each function gives a node, as those of `influx_query.show` do. Durations are texts like ``7d``,
timedeltas, or nanoseconds; ``INF`` is for ever.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from influx_query import literals, nodes
from influx_query.parser import parse
from influx_query.show import Names, Where, condition, sources

if TYPE_CHECKING:
    from collections.abc import Iterable

    from influx_query.builder import SelectQuery

Duration = str | int | timedelta
Access = Literal["read", "write", "all"]

_PRIVILEGES: dict[str, nodes.Privilege] = {
    "read": "READ",
    "write": "WRITE",
    "all": "ALL PRIVILEGES",
}


def create_database(
    name: str,
    *,
    duration: Duration | None = None,
    replication: int | None = None,
    shard_duration: Duration = 0,
    retention_policy: str = "",
) -> nodes.CreateDatabaseStatement:
    """Create a database; what is given besides the name describes its first retention policy."""
    return nodes.CreateDatabaseStatement(
        name,
        duration=None if duration is None else _nanoseconds(duration),
        replication=replication,
        shard_duration=_nanoseconds(shard_duration),
        retention_policy=retention_policy,
    )


def drop_database(name: str) -> nodes.DropDatabaseStatement:
    """Drop a database with everything in it."""
    return nodes.DropDatabaseStatement(name)


def create_retention_policy(
    name: str,
    on: str,
    duration: Duration,
    *,
    replication: int = 1,
    shard_duration: Duration = 0,
    default: bool = False,
) -> nodes.CreateRetentionPolicyStatement:
    """Create a retention policy; a shard duration of 0 is the server's own choice."""
    return nodes.CreateRetentionPolicyStatement(
        name,
        on,
        _nanoseconds(duration),
        replication,
        shard_duration=_nanoseconds(shard_duration),
        default=default,
    )


def alter_retention_policy(
    name: str,
    on: str,
    *,
    duration: Duration | None = None,
    replication: int | None = None,
    shard_duration: Duration | None = None,
    default: bool = False,
) -> nodes.AlterRetentionPolicyStatement:
    """Change what is given of a retention policy.

    Raises:
        ValueError: Nothing is given to change.
    """
    if duration is None and replication is None and shard_duration is None and not default:
        raise ValueError(f"alter_retention_policy({name!r}) says nothing to change")
    return nodes.AlterRetentionPolicyStatement(
        name,
        on,
        duration=None if duration is None else _nanoseconds(duration),
        replication=replication,
        shard_duration=None if shard_duration is None else _nanoseconds(shard_duration),
        default=default,
    )


def drop_retention_policy(name: str, on: str) -> nodes.DropRetentionPolicyStatement:
    """Drop a retention policy with everything in it."""
    return nodes.DropRetentionPolicyStatement(name, on)


def create_continuous_query(
    name: str, on: str, source: SelectQuery, *, every: Duration = 0, for_: Duration = 0
) -> nodes.CreateContinuousQueryStatement:
    """Create a continuous query.

    Args:
        name: Its name.
        on: Its database.
        source: What it runs: a query with INTO, and with GROUP BY time if it aggregates.
        every: How often it runs; 0 is once a bucket.
        for_: How far back it looks each time; 0 is one bucket.

    Raises:
        InfluxQLSyntaxError: The server would refuse it, for the reason given.
    """
    statement = nodes.CreateContinuousQueryStatement(
        name, on, source.statement(), _nanoseconds(every), _nanoseconds(for_)
    )
    parse(statement.render())
    return statement


def drop_continuous_query(name: str, on: str) -> nodes.DropContinuousQueryStatement:
    """Drop a continuous query."""
    return nodes.DropContinuousQueryStatement(name, on)


def create_subscription(
    name: str,
    on: str,
    retention_policy: str,
    destinations: Iterable[str],
    *,
    mode: Literal["ALL", "ANY"] = "ALL",
) -> nodes.CreateSubscriptionStatement:
    """Send what is written to a retention policy to other servers, by URL: to all or to any one.

    Raises:
        ValueError: There is no destination.
    """
    urls = tuple(destinations)
    if not urls:
        raise ValueError(f"create_subscription({name!r}) needs at least one destination")
    return nodes.CreateSubscriptionStatement(name, on, retention_policy, mode, urls)


def drop_subscription(name: str, on: str, retention_policy: str) -> nodes.DropSubscriptionStatement:
    """Drop a subscription."""
    return nodes.DropSubscriptionStatement(name, on, retention_policy)


def drop_shard(shard_id: int) -> nodes.DropShardStatement:
    """Drop a shard with everything in it, by the number `show.shards()` tells."""
    return nodes.DropShardStatement(shard_id)


def drop_measurement(name: str) -> nodes.DropMeasurementStatement:
    """Drop a measurement with everything in it."""
    return nodes.DropMeasurementStatement(name)


def drop_series(from_: Names = (), *, where: Where = None) -> nodes.DropSeriesStatement:
    """Drop series, by measurement, by tags, or both.

    Raises:
        ValueError: Neither is given, or the server couldn't: see `delete`.
    """
    return nodes.DropSeriesStatement(_chosen(from_, where, "drop_series"), condition(where))


def delete(from_: Names = (), *, where: Where = None) -> nodes.DeleteSeriesStatement:
    """Delete points, by measurement, by tags and by time.

    Raises:
        ValueError: Nothing says which points, or a measurement is of another database or policy.
    """
    return nodes.DeleteSeriesStatement(_chosen(from_, where, "delete"), condition(where))


def create_user(name: str, password: str, *, admin: bool = False) -> nodes.CreateUserStatement:
    """Create a user. The password is in the text for the wire alone."""
    return nodes.CreateUserStatement(name, password, admin)


def set_password(name: str, password: str) -> nodes.SetPasswordUserStatement:
    """Change a user's password, which is in the text for the wire alone."""
    return nodes.SetPasswordUserStatement(name, password)


def drop_user(name: str) -> nodes.DropUserStatement:
    """Drop a user."""
    return nodes.DropUserStatement(name)


def grant(
    access: Access, to: str, *, on: str = ""
) -> nodes.GrantStatement | nodes.GrantAdminStatement:
    """Give a user access to a database; ``all`` without a database makes an administrator."""
    if not on and access == "all":
        return nodes.GrantAdminStatement(to)
    return nodes.GrantStatement(_privilege(access, on), on, to)


def revoke(
    access: Access, from_: str, *, on: str = ""
) -> nodes.RevokeStatement | nodes.RevokeAdminStatement:
    """Take access to a database from a user; ``all`` without one ends being an administrator."""
    if not on and access == "all":
        return nodes.RevokeAdminStatement(from_)
    return nodes.RevokeStatement(_privilege(access, on), on, from_)


def kill_query(query_id: int) -> nodes.KillQueryStatement:
    """Stop a running query, by the number `show.queries()` tells."""
    return nodes.KillQueryStatement(query_id)


def _nanoseconds(value: Duration) -> int:
    return 0 if value == "INF" else literals.duration(value).value


def _privilege(access: str, database: str) -> nodes.Privilege:
    if access not in _PRIVILEGES:
        raise ValueError(f"there is no access {access!r}; there are {', '.join(_PRIVILEGES)}")
    if not database:
        raise ValueError(f"{access} access is to a database: say which with on=...")
    return _PRIVILEGES[access]


def _chosen(names: Names, where: Where, what: str) -> tuple[nodes.Measurement, ...]:
    found = sources(names)
    if not found and where is None:
        raise ValueError(f"{what}() needs a measurement, a condition, or both")
    for each in found:
        if each.database or each.retention_policy:
            raise ValueError(f"{what}() works in the request's database, and can't name {each}")
    return found
