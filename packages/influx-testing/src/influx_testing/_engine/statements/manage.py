"""The statements that change the catalog: databases, policies, users, queries, subscriptions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from influx_query import nodes
from influx_testing._engine.catalog.databases import ContinuousQuery
from influx_testing._engine.catalog.retention_policies import (
    RetentionPolicy,
    Subscription,
    shard_duration,
)
from influx_testing._engine.engine import Engine
from influx_testing._engine.select.plan.expressions import replace
from influx_testing._engine.statements.source_names import Normalizer
from influx_testing.errors import FakeUnsupported, StatementError

__all__ = ["STATEMENTS", "manage"]


def manage(engine: Engine, statement: nodes.Statement) -> None:
    """Change what a statement says.

    Raises:
        StatementError: it cannot be changed so.
        FakeUnsupported: nobody here knows the statement.
    """
    handler = STATEMENTS.get(type(statement))
    if handler is None:
        raise FakeUnsupported(f"the statement {statement}")
    handler(engine, statement)


def _create_database(engine: Engine, statement: nodes.CreateDatabaseStatement) -> None:
    given = (
        statement.duration,
        statement.replication,
        statement.shard_duration or None,
        statement.retention_policy or None,
    )
    if given == (None,) * 4:
        engine.create_database(statement.name)
        return
    duration = statement.duration or 0
    policy = RetentionPolicy(
        statement.retention_policy or "autogen",
        duration,
        shard_duration(statement.shard_duration, duration),
        statement.replication or 1,
    )
    engine.create_database(statement.name, policy)


def _drop_database(engine: Engine, statement: nodes.DropDatabaseStatement) -> None:
    engine.databases.drop(statement.name)


def _create_policy(engine: Engine, statement: nodes.CreateRetentionPolicyStatement) -> None:
    length = shard_duration(statement.shard_duration, statement.duration)
    policy = RetentionPolicy(statement.name, statement.duration, length, statement.replication)
    engine.databases.get(statement.database).add_policy(policy, default=statement.default)


def _alter_policy(engine: Engine, statement: nodes.AlterRetentionPolicyStatement) -> None:
    engine.databases.get(statement.database).alter_policy(
        statement.name,
        duration=statement.duration,
        shard=statement.shard_duration,
        replication=statement.replication,
        default=statement.default,
    )


def _drop_policy(engine: Engine, statement: nodes.DropRetentionPolicyStatement) -> None:
    if statement.database in engine.databases:
        engine.databases.get(statement.database).drop_policy(statement.name)


def _create_user(engine: Engine, statement: nodes.CreateUserStatement) -> None:
    engine.users.create(statement.name, statement.password, admin=statement.admin)


def _drop_user(engine: Engine, statement: nodes.DropUserStatement) -> None:
    engine.users.drop(statement.name)


def _set_password(engine: Engine, statement: nodes.SetPasswordUserStatement) -> None:
    engine.users.get(statement.name).password = statement.password


def _grant(engine: Engine, statement: nodes.GrantStatement) -> None:
    engine.databases.get(statement.database)
    engine.users.get(statement.user).grant(statement.privilege, statement.database)


def _revoke(engine: Engine, statement: nodes.RevokeStatement) -> None:
    engine.databases.get(statement.database)
    engine.users.get(statement.user).revoke(statement.privilege, statement.database)


def _grant_admin(engine: Engine, statement: nodes.GrantAdminStatement) -> None:
    engine.users.get(statement.user).admin = True


def _revoke_admin(engine: Engine, statement: nodes.RevokeAdminStatement) -> None:
    engine.users.get(statement.user).admin = False


def _create_query(engine: Engine, statement: nodes.CreateContinuousQueryStatement) -> None:
    queries = engine.databases.get(statement.database).continuous_queries
    normalizer = Normalizer(engine.databases, statement.database, "")
    statement = replace(statement, source=normalizer.select(statement.source))
    old = queries.get(statement.name)
    if old is None:
        queries[statement.name] = ContinuousQuery(statement)
    elif str(old.statement).lower() != str(statement).lower():
        raise StatementError("continuous query already exists")


def _drop_query(engine: Engine, statement: nodes.DropContinuousQueryStatement) -> None:
    if statement.database in engine.databases:
        engine.databases.get(statement.database).continuous_queries.pop(statement.name, None)


def _subscribe(engine: Engine, statement: nodes.CreateSubscriptionStatement) -> None:
    subscription = Subscription(statement.name, statement.mode, statement.destinations)
    database = engine.databases.get(statement.database)
    database.subscribe(statement.retention_policy, subscription)


def _unsubscribe(engine: Engine, statement: nodes.DropSubscriptionStatement) -> None:
    database = engine.databases.get(statement.database)
    database.unsubscribe(statement.retention_policy, statement.name)


def _drop_shard(engine: Engine, statement: nodes.DropShardStatement) -> None:
    for database in engine.databases:
        database.drop_shard(statement.id)


def _kill(engine: Engine, statement: nodes.KillQueryStatement) -> None:
    raise StatementError(f"no such query id: {statement.query_id}")


STATEMENTS: dict[type, Callable[[Engine, Any], None]] = {
    nodes.AlterRetentionPolicyStatement: _alter_policy,
    nodes.CreateContinuousQueryStatement: _create_query,
    nodes.CreateDatabaseStatement: _create_database,
    nodes.CreateRetentionPolicyStatement: _create_policy,
    nodes.CreateSubscriptionStatement: _subscribe,
    nodes.CreateUserStatement: _create_user,
    nodes.DropContinuousQueryStatement: _drop_query,
    nodes.DropDatabaseStatement: _drop_database,
    nodes.DropRetentionPolicyStatement: _drop_policy,
    nodes.DropShardStatement: _drop_shard,
    nodes.DropSubscriptionStatement: _unsubscribe,
    nodes.DropUserStatement: _drop_user,
    nodes.GrantAdminStatement: _grant_admin,
    nodes.GrantStatement: _grant,
    nodes.KillQueryStatement: _kill,
    nodes.RevokeAdminStatement: _revoke_admin,
    nodes.RevokeStatement: _revoke,
    nodes.SetPasswordUserStatement: _set_password,
}
