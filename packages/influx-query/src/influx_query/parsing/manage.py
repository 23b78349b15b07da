"""CREATE, ALTER, DROP, DELETE, GRANT, REVOKE, SET PASSWORD, KILL QUERY and EXPLAIN."""

from __future__ import annotations

from typing import Any, Final, Literal, cast

from influx_query import nodes
from influx_query.parsing.choice import Choice
from influx_query.parsing.continuous import continuous_query
from influx_query.parsing.cursor import Cursor
from influx_query.parsing.select import condition, select, sources

_MAX_REPLICATION: Final = 2**31 - 1


def _on(cursor: Cursor) -> str:
    cursor.expect("ON")
    return cursor.ident()


def _create_database(cursor: Cursor) -> nodes.Statement:
    name = cursor.ident()
    if not cursor.accept("WITH"):
        return nodes.CreateDatabaseStatement(name)
    options = ("DURATION", "NAME", "REPLICATION", "SHARD", *_later_options(cursor))
    if cursor.kind not in options:
        cursor.fail(*options)
    return nodes.CreateDatabaseStatement(
        name,
        duration=cursor.duration() if cursor.accept("DURATION") else None,
        replication=_replication(cursor) if cursor.accept("REPLICATION") else None,
        shard_duration=_database_shard_duration(cursor),
        future_limit=_limit(cursor, "FUTURE"),
        past_limit=_limit(cursor, "PAST"),
        retention_policy=cursor.ident() if cursor.accept("NAME") else "",
    )


def _replication(cursor: Cursor) -> int:
    return cursor.integer(1, _MAX_REPLICATION)


def _database_shard_duration(cursor: Cursor) -> int:
    if not cursor.accept("SHARD"):
        return 0
    cursor.expect("DURATION")
    return cursor.duration()


def _shard_duration(cursor: Cursor) -> int:
    """Read a retention policy's DURATION of shards, behind SHARD."""
    cursor.expect("DURATION")
    if cursor.kind == "INF":
        raise cursor.error("invalid duration INF for shard duration", cursor.place)
    return cursor.duration()


def _limit(cursor: Cursor, which: Literal["FUTURE", "PAST"]) -> int:
    if not cursor.accept(which):
        return 0
    cursor.expect("LIMIT")
    return cursor.duration()


def _create_retention_policy(cursor: Cursor) -> nodes.Statement:
    name, database = cursor.ident(), _on(cursor)
    cursor.expect("DURATION")
    duration = cursor.duration()
    cursor.expect("REPLICATION")
    return nodes.CreateRetentionPolicyStatement(
        name,
        database,
        duration,
        replication=_replication(cursor),
        shard_duration=_shard_duration(cursor) if cursor.accept("SHARD") else 0,
        future_limit=_limit(cursor, "FUTURE"),
        past_limit=_limit(cursor, "PAST"),
        default=cursor.accept("DEFAULT"),
    )


def _alter_retention_policy(cursor: Cursor) -> nodes.Statement:
    name = "default" if cursor.accept("DEFAULT") else cursor.ident()
    database = _on(cursor)
    options: dict[str, Any] = {}
    while (keyword := cursor.kind) in _POLICY_OPTIONS:
        attribute, reader = _POLICY_OPTIONS[keyword]
        if attribute in options:
            raise cursor.error(f"found duplicate {keyword} option", cursor.place)
        cursor.index += 1
        options[attribute] = reader(cursor)
    if not options:
        cursor.fail("DURATION", "REPLICATION", "SHARD", "DEFAULT", *_later_options(cursor))
    return nodes.AlterRetentionPolicyStatement(name, database, **options)


def _later_options(cursor: Cursor) -> tuple[str, ...]:
    """Give what the newest dialect has more: limits on the times of written points."""
    return ("FUTURE", "PAST") if cursor.is_latest else ()


def _write_limit(cursor: Cursor) -> int:
    cursor.expect("LIMIT")
    return cursor.duration()


def _default(_: Cursor) -> bool:
    return True


_POLICY_OPTIONS: Final = {
    "DURATION": ("duration", Cursor.duration),
    "REPLICATION": ("replication", _replication),
    "SHARD": ("shard_duration", _shard_duration),
    "DEFAULT": ("default", _default),
    "FUTURE": ("future_limit", _write_limit),
    "PAST": ("past_limit", _write_limit),
}
"""What ALTER RETENTION POLICY can change, in any order: the attribute, and who reads it."""


def _create_subscription(cursor: Cursor) -> nodes.Statement:
    name, database = cursor.ident(), _on(cursor)
    policy = _dotted_ident(cursor)
    cursor.expect("DESTINATIONS")
    mode = cursor.kind
    if not cursor.accept("ALL") and not cursor.accept("ANY"):
        cursor.fail("ALL", "ANY")
    destinations = [cursor.string()]
    while cursor.accept(","):
        destinations.append(cursor.string())
    return nodes.CreateSubscriptionStatement(
        name, database, policy, cast("Literal['ALL', 'ANY']", mode), tuple(destinations)
    )


def _dotted_ident(cursor: Cursor) -> str:
    """Read a dot, right behind the last token, and an identifier."""
    if not cursor.adjacent("."):
        cursor.fail_gap(".")
    cursor.index += 1
    return cursor.ident()


def _create_user(cursor: Cursor) -> nodes.Statement:
    name = cursor.ident()
    cursor.expect("WITH", "PASSWORD")
    password = cursor.string()
    admin = cursor.accept("WITH")
    if admin:
        cursor.expect("ALL", "PRIVILEGES")
    return nodes.CreateUserStatement(name, password, admin)


def _set_password(cursor: Cursor) -> nodes.Statement:
    cursor.expect("FOR")
    name = cursor.ident()
    cursor.expect("=")
    return nodes.SetPasswordUserStatement(name, cursor.string())


def _drop_continuous_query(cursor: Cursor) -> nodes.Statement:
    return nodes.DropContinuousQueryStatement(cursor.ident(), _on(cursor))


def _drop_retention_policy(cursor: Cursor) -> nodes.Statement:
    return nodes.DropRetentionPolicyStatement(cursor.ident(), _on(cursor))


def _drop_subscription(cursor: Cursor) -> nodes.Statement:
    return nodes.DropSubscriptionStatement(cursor.ident(), _on(cursor), _dotted_ident(cursor))


def _drop_series(cursor: Cursor) -> nodes.Statement:
    found = _series_sources(cursor, policies=False)
    return nodes.DropSeriesStatement(found, _series_condition(cursor, found))


def delete(cursor: Cursor) -> nodes.Statement:
    """Read what follows DELETE."""
    found = _series_sources(cursor, policies=cursor.is_latest)
    return nodes.DeleteSeriesStatement(found, _series_condition(cursor, found))


def _series_sources(cursor: Cursor, *, policies: bool) -> tuple[nodes.Source, ...]:
    """Read FROM with measurements of the request's database; of several errors the last counts."""
    if not cursor.accept("FROM"):
        return ()
    found = sources(cursor)
    problem = ""
    for measurement in found:
        assert isinstance(measurement, nodes.Measurement)
        if measurement.database:
            problem = "database not supported"
        if measurement.retention_policy and not policies:
            problem = "retention policy not supported"
    if problem:
        raise cursor.error(problem, 0)
    return found


def _series_condition(cursor: Cursor, found: tuple[nodes.Source, ...]) -> nodes.Expr | None:
    if not found and cursor.kind != "WHERE":
        cursor.fail("FROM", "WHERE")
    return condition(cursor)


def _privilege(cursor: Cursor) -> nodes.Privilege:
    if cursor.accept("READ"):
        return "READ"
    if cursor.accept("WRITE"):
        return "WRITE"
    if not cursor.accept("ALL"):
        cursor.fail("READ", "WRITE", "ALL [PRIVILEGES]")
    cursor.accept("PRIVILEGES")
    return "ALL PRIVILEGES"


def grant(cursor: Cursor) -> nodes.Statement:
    """Read what follows GRANT."""
    privilege = _privilege(cursor)
    database = _database_or_admin(cursor, privilege, "TO")
    user = cursor.ident()
    return (
        nodes.GrantStatement(privilege, database, user)
        if database
        else nodes.GrantAdminStatement(user)
    )


def revoke(cursor: Cursor) -> nodes.Statement:
    """Read what follows REVOKE."""
    privilege = _privilege(cursor)
    database = _database_or_admin(cursor, privilege, "FROM")
    user = cursor.ident()
    return (
        nodes.RevokeStatement(privilege, database, user)
        if database
        else nodes.RevokeAdminStatement(user)
    )


def _database_or_admin(cursor: Cursor, privilege: nodes.Privilege, preposition: str) -> str | None:
    """Read ON and a database, then the preposition; without ON it is about all, and None."""
    database = None
    if cursor.accept("ON"):
        database = cursor.ident()
    elif privilege != "ALL PRIVILEGES":
        cursor.fail("ON")
    elif cursor.kind != preposition:
        cursor.fail("ON", preposition)
    cursor.expect(preposition)
    return database


def _kill_query(cursor: Cursor) -> nodes.Statement:
    return nodes.KillQueryStatement(
        cursor.unsigned(), host=cursor.ident() if cursor.accept("ON") else ""
    )


def explain(cursor: Cursor) -> nodes.Statement:
    """Read what follows EXPLAIN."""
    analyze = cursor.accept("ANALYZE")
    verbose = cursor.is_latest and cursor.accept("VERBOSE")
    cursor.expect("SELECT")
    return nodes.ExplainStatement(select(cursor), analyze, verbose)


CREATE = Choice(
    {
        "CONTINUOUS": Choice({"QUERY": continuous_query}),
        "DATABASE": _create_database,
        "USER": _create_user,
        "RETENTION": Choice({"POLICY": _create_retention_policy}),
        "SUBSCRIPTION": _create_subscription,
    }
)
DROP = Choice(
    {
        "CONTINUOUS": Choice({"QUERY": _drop_continuous_query}),
        "DATABASE": lambda cursor: nodes.DropDatabaseStatement(cursor.ident()),
        "MEASUREMENT": lambda cursor: nodes.DropMeasurementStatement(cursor.ident()),
        "RETENTION": Choice({"POLICY": _drop_retention_policy}),
        "SERIES": _drop_series,
        "SHARD": lambda cursor: nodes.DropShardStatement(cursor.unsigned()),
        "SUBSCRIPTION": _drop_subscription,
        "USER": lambda cursor: nodes.DropUserStatement(cursor.ident()),
    }
)
ALTER = Choice({"RETENTION": Choice({"POLICY": _alter_retention_policy})})
SET = Choice({"PASSWORD": _set_password})
KILL = Choice({"QUERY": _kill_query})
