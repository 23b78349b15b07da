"""CREATE and DROP CONTINUOUS QUERY, SHOW CONTINUOUS QUERIES."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from influx_query.nodes import (
    CreateContinuousQueryStatement,
    DropContinuousQueryStatement,
    ShowContinuousQueriesStatement,
)
from influx_testing._engine.catalog.databases import ContinuousQuery
from influx_testing._engine.statements.execution_context import ExecutionContext
from influx_testing._engine.statements.handler_registry import executes
from influx_testing._engine.statements.privileges import Need, needs_read, needs_write
from influx_testing._engine.statements.result_series import Result, table
from influx_testing._engine.statements.source_names import SourceResolver
from influx_testing.errors import StatementError


def _needs_of_create(statement: CreateContinuousQueryStatement) -> Iterator[Need]:
    """Reading its database, and writing to the target's where that is named."""
    yield "READ", statement.database
    target = statement.source.target
    if target is not None and target.database:
        yield "WRITE", target.database


@executes(CreateContinuousQueryStatement, needs=_needs_of_create)
def create_continuous_query(
    context: ExecutionContext, statement: CreateContinuousQueryStatement
) -> Iterable[Result]:
    """Store a query, its sources completed, unless the very same is there."""
    databases = context.engine.databases
    queries = databases.get(statement.database).continuous_queries
    resolver = SourceResolver(databases, statement.database, "")
    stored = replace(statement, source=resolver.select(statement.source))
    old = queries.get(statement.name)
    if old is None:
        queries[statement.name] = ContinuousQuery(stored)
    elif str(old.statement).lower() != str(stored).lower():
        raise StatementError("continuous query already exists")
    return [context.changed(statement)]


@executes(DropContinuousQueryStatement, needs=needs_write)
def drop_continuous_query(
    context: ExecutionContext, statement: DropContinuousQueryStatement
) -> Iterable[Result]:
    """Forget a query; one that is not there is no error."""
    if statement.database in context.engine.databases:
        queries = context.engine.databases.get(statement.database).continuous_queries
        queries.pop(statement.name, None)
    return [context.changed(statement)]


@executes(ShowContinuousQueriesStatement, needs=needs_read)
def show_continuous_queries(
    context: ExecutionContext, statement: ShowContinuousQueriesStatement
) -> Iterable[Result]:
    """List the queries of each database."""
    shown = [
        table(
            ["name", "query"],
            [[name, str(query.statement)] for name, query in database.continuous_queries.items()],
            database.name,
        )
        for database in context.engine.databases
    ]
    return [Result(shown)]
