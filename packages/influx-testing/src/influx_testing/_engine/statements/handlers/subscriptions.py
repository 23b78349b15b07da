"""CREATE and DROP SUBSCRIPTION, SHOW SUBSCRIPTIONS: stored only, no write is copied."""

from __future__ import annotations

from collections.abc import Iterable

from influx_query.nodes import (
    CreateSubscriptionStatement,
    DropSubscriptionStatement,
    ShowSubscriptionsStatement,
)
from influx_testing._engine.catalog.retention_policies import Subscription, is_destination
from influx_testing._engine.statements.execution_context import ExecutionContext
from influx_testing._engine.statements.handler_registry import executes
from influx_testing._engine.statements.privileges import needs_admin
from influx_testing._engine.statements.result_series import Result, table
from influx_testing.errors import StatementError


@executes(CreateSubscriptionStatement, needs=needs_admin)
def create_subscription(
    context: ExecutionContext, statement: CreateSubscriptionStatement
) -> Iterable[Result]:
    """Store the destinations to which writes of a policy should be copied."""
    for destination in statement.destinations:
        if not is_destination(destination):
            raise StatementError(f"invalid subscription URL: {destination}")
    subscription = Subscription(statement.name, statement.mode, statement.destinations)
    database = context.engine.databases.get(statement.database)
    database.subscribe(statement.retention_policy, subscription)
    return [context.changed(statement)]


@executes(DropSubscriptionStatement, needs=needs_admin)
def drop_subscription(
    context: ExecutionContext, statement: DropSubscriptionStatement
) -> Iterable[Result]:
    """Delete a subscription."""
    database = context.engine.databases.get(statement.database)
    database.unsubscribe(statement.retention_policy, statement.name)
    return [context.changed(statement)]


@executes(ShowSubscriptionsStatement, needs=needs_admin)
def show_subscriptions(
    context: ExecutionContext, statement: ShowSubscriptionsStatement
) -> Iterable[Result]:
    """List the subscriptions of each database that has any."""
    columns = ["retention_policy", "name", "mode", "destinations"]
    shown = [
        table(
            columns,
            [
                [policy.name, subscription.name, subscription.mode, list(subscription.destinations)]
                for policy in database.policies.values()
                for subscription in policy.subscriptions.values()
            ],
            database.name,
        )
        for database in context.engine.databases
    ]
    return [Result([series for series in shown if series.values])]
