"""CREATE and DROP CONTINUOUS QUERY, SHOW CONTINUOUS QUERIES."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from influx_query import walk
from influx_query.nodes import (
    CreateContinuousQueryStatement,
    DropContinuousQueryStatement,
    Measurement,
    ShowContinuousQueriesStatement,
    Target,
)
from influx_testing._engine.catalog.databases import ContinuousQuery, Databases
from influx_testing._engine.statements.execution_context import ExecutionContext
from influx_testing._engine.statements.handler_registry import executes
from influx_testing._engine.statements.privileges import Need, needs_read, needs_write
from influx_testing._engine.statements.result_series import Result, table
from influx_testing._engine.statements.source_names import SourceResolver
from influx_testing.errors import StatementError


def _needs_of_create(statement: CreateContinuousQueryStatement) -> Iterator[Need]:
    """Require reading its database, and writing to the target's database if it is named."""
    yield "READ", statement.database
    target = statement.source.target
    if target is not None and target.database:
        yield "WRITE", target.database


@executes(CreateContinuousQueryStatement, needs=_needs_of_create)
def create_continuous_query(
    context: ExecutionContext, statement: CreateContinuousQueryStatement
) -> Iterable[Result]:
    """Store a query with complete sources, unless an equal one exists.

    Sources without a database get the database of the request, or else that of the query.
    """
    databases, options = context.engine.databases, context.options
    resolver = SourceResolver(databases, options.database or statement.database, options.policy)
    stored = replace(statement, source=resolver.select(statement.source))
    if stored.source.target is not None:
        _require_policy(databases, stored.source.target)
    for place in walk(stored.source):
        if isinstance(place, Measurement):
            _require_policy(databases, place)
    queries = databases.get(statement.database).continuous_queries
    old = queries.get(statement.name)
    if old is None:
        queries[statement.name] = ContinuousQuery(stored)
    elif str(old.statement).lower() != str(stored).lower():
        raise StatementError("continuous query already exists")
    return [context.changed(stored)]


def _require_policy(databases: Databases, place: Measurement | Target) -> None:
    if place.retention_policy not in databases.get(place.database).policies:
        raise StatementError(
            f"retention policy not found: {place.database}.{place.retention_policy}"
        )


@executes(DropContinuousQueryStatement, needs=needs_write)
def drop_continuous_query(
    context: ExecutionContext, statement: DropContinuousQueryStatement
) -> Iterable[Result]:
    """Delete a query; a missing query is no error."""
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
