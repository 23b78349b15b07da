"""CREATE, ALTER, DROP and SHOW of databases and retention policies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from influx_query import format_go_duration
from influx_query.nodes import (
    AlterRetentionPolicyStatement,
    CreateDatabaseStatement,
    CreateRetentionPolicyStatement,
    DropDatabaseStatement,
    DropRetentionPolicyStatement,
    ShowDatabasesStatement,
    ShowRetentionPoliciesStatement,
)
from influx_testing._engine.catalog.databases import check_name
from influx_testing._engine.catalog.retention_policies import PolicySpec
from influx_testing._engine.statements.execution_context import ExecutionContext
from influx_testing._engine.statements.handler_registry import executes
from influx_testing._engine.statements.privileges import (
    is_open,
    needs_admin,
    needs_read,
    needs_write,
)
from influx_testing._engine.statements.result_series import Result, table


@executes(CreateDatabaseStatement, needs=needs_admin)
def create_database(
    context: ExecutionContext, statement: CreateDatabaseStatement
) -> Iterable[Result]:
    """Create a database, with the policy that WITH describes."""
    spec = PolicySpec(
        statement.retention_policy,
        statement.duration,
        statement.replication,
        statement.shard_duration or 0,
    )
    context.engine.create_database(statement.name, None if spec == PolicySpec() else spec)
    return [context.changed(statement)]


@executes(DropDatabaseStatement, needs=needs_admin)
def drop_database(context: ExecutionContext, statement: DropDatabaseStatement) -> Iterable[Result]:
    """Drop a database with its data; a missing database is no error."""
    context.engine.drop_database(statement.name)
    return [context.changed(statement)]


@executes(CreateRetentionPolicyStatement, needs=needs_admin)
def create_policy(
    context: ExecutionContext, statement: CreateRetentionPolicyStatement
) -> Iterable[Result]:
    """Create a policy, unless an equal one exists."""
    spec = PolicySpec(
        statement.name, statement.duration, statement.replication, statement.shard_duration or 0
    )
    check_name(statement.name)
    policy = spec.policy()
    database = context.engine.databases.get(statement.database)
    database.add_policy(policy, default=statement.default)
    return [context.changed(statement)]


@executes(AlterRetentionPolicyStatement, needs=needs_admin)
def alter_policy(
    context: ExecutionContext, statement: AlterRetentionPolicyStatement
) -> Iterable[Result]:
    """Change the given attributes of a policy."""
    context.engine.databases.get(statement.database).alter_policy(
        statement.name,
        duration=statement.duration,
        shard=statement.shard_duration,
        replication=statement.replication,
        default=statement.default,
    )
    return [context.changed(statement)]


@executes(DropRetentionPolicyStatement, needs=needs_write)
def drop_policy(
    context: ExecutionContext, statement: DropRetentionPolicyStatement
) -> Iterable[Result]:
    """Drop a policy with its points; a missing policy is no error."""
    if statement.database in context.engine.databases:
        context.engine.databases.get(statement.database).drop_policy(statement.name)
    return [context.changed(statement)]


@executes(ShowDatabasesStatement, needs=is_open)
def show_databases(
    context: ExecutionContext, statement: ShowDatabasesStatement
) -> Iterable[Result]:
    """List the databases that the user may read or write."""
    user = context.options.user
    names = [
        [database.name]
        for database in context.engine.databases
        if user is None or user.may("READ", database.name) or user.may("WRITE", database.name)
    ]
    return [Result([table(["name"], names, "databases")])]


@executes(ShowRetentionPoliciesStatement, needs=needs_read)
def show_policies(
    context: ExecutionContext, statement: ShowRetentionPoliciesStatement
) -> Iterable[Result]:
    """List the policies of a database."""
    database = context.database(statement.database)
    rows = [
        [
            policy.name,
            format_go_duration(policy.duration),
            format_go_duration(policy.shard_duration),
            policy.replication,
            policy.name == database.default_policy,
        ]
        for policy in database.policies.values()
    ]
    shown = table(["name", "duration", "shardGroupDuration", "replicaN", "default"], rows)
    return [Result([replace(shown, forgotten=frozenset({"replicaN"}))])]
