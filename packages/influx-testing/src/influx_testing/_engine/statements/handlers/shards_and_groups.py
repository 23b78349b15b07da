"""SHOW SHARDS, SHOW SHARD GROUPS, DROP SHARD."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from influx_core.timestamps import to_rfc3339
from influx_query.nodes import DropShardStatement, ShowShardGroupsStatement, ShowShardsStatement
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.statements.execution_context import ExecutionContext
from influx_testing._engine.statements.handler_registry import executes
from influx_testing._engine.statements.privileges import needs_admin
from influx_testing._engine.statements.result_series import Result, table


@executes(ShowShardsStatement, needs=needs_admin)
def show_shards(context: ExecutionContext, statement: ShowShardsStatement) -> Iterable[Result]:
    """List the shards of each database."""
    columns = [
        "id",
        "database",
        "retention_policy",
        "shard_group",
        "start_time",
        "end_time",
        "expiry_time",
        "owners",
    ]
    shown = [
        table(columns, _rows(database, with_owners=True), database.name)
        for database in context.engine.databases
    ]
    return [Result(shown)]


@executes(ShowShardGroupsStatement, needs=needs_admin)
def show_shard_groups(
    context: ExecutionContext, statement: ShowShardGroupsStatement
) -> Iterable[Result]:
    """List the groups of shards; each group has one shard."""
    columns = ["id", "database", "retention_policy", "start_time", "end_time", "expiry_time"]
    rows = [
        row for database in context.engine.databases for row in _rows(database, with_owners=False)
    ]
    return [Result([table(columns, rows, "shard groups")])]


def _rows(database: Database, *, with_owners: bool) -> Iterator[list[Any]]:
    for policy in database.policies.values():
        for shard in policy.shards:
            start, end, expiry = (
                to_rfc3339(time) for time in (shard.start, shard.end, shard.end + policy.duration)
            )
            group, owners = ([shard.id], [""]) if with_owners else ([], [])
            yield [shard.id, database.name, policy.name, *group, start, end, expiry, *owners]


@executes(DropShardStatement, needs=needs_admin)
def drop_shard(context: ExecutionContext, statement: DropShardStatement) -> Iterable[Result]:
    """Drop a shard with its points; a missing shard is no error."""
    for database in context.engine.databases:
        database.drop_shard(statement.id)
    return [context.changed(statement)]
