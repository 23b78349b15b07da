"""Runs planned InfluxQL statements of 3.x, in the databases that they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from influx_query import format_go_duration
from influx_query.nodes import (
    ExplainStatement,
    ShowDatabasesStatement,
    ShowRetentionPoliciesStatement,
    Statement,
)
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.catalog.retention_policies import PolicySpec
from influx_testing._engine.statements import executor
from influx_testing._engine.statements.execution_context import ExecutionOptions
from influx_testing._engine.statements.result_series import Result, table
from influx_testing._engine.statements.table_metadata import METADATA_STATEMENTS, TableMetadata
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.v3.configure.database_endpoints import listed_databases
from influx_testing._flavors.v3.database_names import INTERNAL, INTERNAL_KEEPS
from influx_testing._flavors.v3.influxql_statements import NOT_IMPLEMENTED, PlannedStatement
from influx_testing._flavors.v3.v3_replies import json_error, plain_error
from influx_testing.errors import StatementError

__all__ = ["find_database", "influxql_results"]

_REWRITING = (
    "rewriting statement\ncaused by\ngather information about select statement\ncaused by\n"
)
"""What precedes the errors of the planner about SELECT."""


def influxql_results(
    server: ServerContext, planned: PlannedStatement, options: ExecutionOptions
) -> Iterator[Result]:
    """The results of a statement, at least one; all but the first are made when they are read.

    Raises:
        Reply: the database does not exist, or the server refuses the statement; rarely while the
            results are read.
    """
    results = iter(_results(server, planned, options))
    return chain([next(results)], results)


def _results(
    server: ServerContext, planned: PlannedStatement, options: ExecutionOptions
) -> Iterable[Result]:
    statement = planned.statement
    if isinstance(statement, ShowDatabasesStatement):
        rows = [[name, deleted] for name, deleted in listed_databases(server)]
        return [Result([table(["iox::database", "deleted"], rows)])]
    database = find_database(server, planned.database) if planned.database else None
    if isinstance(statement, ShowRetentionPoliciesStatement):
        return [_retention_policies(server, planned.database)]
    if database is None or database.name == INTERNAL:
        return [Result()]
    return _logged(server, database, planned, options)


def _logged(
    server: ServerContext,
    database: Database,
    planned: PlannedStatement,
    options: ExecutionOptions,
) -> Iterator[Result]:
    with database.query_log.running("influxql", planned.text, server.engine.clock):
        yield from _executed(server, database, planned.statement, options)


def _executed(
    server: ServerContext, database: Database, statement: Statement, options: ExecutionOptions
) -> Iterable[Result]:
    engine = server.engine
    if isinstance(statement, METADATA_STATEMENTS):
        try:
            series = TableMetadata(engine, database, engine.clock()).show(statement)
        except StatementError as error:
            raise plain_error(400, f"Error during planning: {error}") from error
        return [Result([each]) for each in series] or [Result()]
    results = map(_checked, executor.execute(engine, [statement], options))
    return [_explained(results)] if isinstance(statement, ExplainStatement) else results


def _checked(result: Result) -> Result:
    """The same result.

    Raises:
        Reply: it is an error.
    """
    if result.error.startswith(NOT_IMPLEMENTED):
        raise plain_error(405, result.error)
    if result.error:
        raise plain_error(400, f"{_REWRITING}Error during planning: {result.error}")
    return result


def _explained(results: Iterable[Result]) -> Result:
    """The plan of a statement, whose lines are those of 1.x, as one row."""
    lines = (str(row[0]) for result in results for series in result.series for row in series.values)
    return Result([table(["plan_type", "plan"], [["logical_plan", "\n".join(lines)]])])


def _retention_policies(server: ServerContext, only: str) -> Result:
    kept = {database.name: database.policy().duration for database in server.engine.databases}
    rows = [
        [name, "autogen", format_go_duration(duration)]
        for name, duration in sorted({INTERNAL: INTERNAL_KEEPS, **kept}.items())
        if only in {"", name}
    ]
    return Result([table(["iox::database", "name", "duration"], rows)])


def find_database(server: ServerContext, name: str) -> Database:
    """Find a database; `_internal` is empty.

    Raises:
        Reply: no database has that name.
    """
    if name in server.engine.databases:
        return server.engine.databases.get(name)
    if name != INTERNAL:
        raise json_error(404, f"query error: database not found: {name}")
    internal = Database(INTERNAL)
    internal.add_policy(PolicySpec().policy(), default=True)
    return internal
