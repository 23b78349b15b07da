"""The endpoints of 3.x that run SQL and InfluxQL.

Source: https://docs.influxdata.com/influxdb3/core/api/v3/#tag/Query-data
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from influx_core.interfaces import Request
from influx_query import format_go_duration
from influx_query.nodes import (
    ExplainStatement,
    ShowDatabasesStatement,
    ShowRetentionPoliciesStatement,
    Statement,
)
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.catalog.retention_policies import DAY, PolicySpec
from influx_testing._engine.select import V3_DIALECT
from influx_testing._engine.statements import executor
from influx_testing._engine.statements.execution_context import ExecutionOptions
from influx_testing._engine.statements.result_series import Result, merged, table
from influx_testing._engine.statements.table_metadata import METADATA_STATEMENTS, TableMetadata
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.formats import choose
from influx_testing._flavors.parameters import Parameters
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.sql import SQLError, run_sql
from influx_testing._flavors.v1_query import chunk_size
from influx_testing._flavors.v3.configure.database_endpoints import INTERNAL, listed_databases
from influx_testing._flavors.v3.database_names import database_name
from influx_testing._flavors.v3.influxql_rows import replace_infinities, rows_of
from influx_testing._flavors.v3.influxql_statements import (
    NOT_IMPLEMENTED,
    PlannedStatement,
    read_statement,
)
from influx_testing._flavors.v3.query_requests import json_value, read_query
from influx_testing._flavors.v3.row_formats import written
from influx_testing._flavors.v3.v3_replies import plain_error
from influx_testing.errors import StatementError

__all__ = ["query_influxql", "query_sql", "query_v1"]

_INTERNAL_KEEPS = 7 * DAY


def query_sql(server: ServerContext, request: Request) -> Reply:
    """Run SQL; this needs DataFusion."""
    asked = read_query(request, needs_database=True)
    server.engine.databases.expire(server.engine.clock())
    database = _database(server, asked.database)
    try:
        return run_sql(database, asked.text, asked.params, asked.format, server.engine.clock)
    except SQLError as error:
        raise plain_error(400, str(error)) from error


def query_influxql(server: ServerContext, request: Request) -> Reply:
    """Run an InfluxQL statement; rows have the measurement as a column."""
    asked = read_query(request, needs_database=False)
    planned = read_statement(asked.text, asked.database, asked.params)
    results = _results(server, planned, ExecutionOptions(planned.database, dialect=V3_DIALECT))
    names, records, times = rows_of(results)
    return written(names, records, asked.format, times)


def query_v1(server: ServerContext, request: Request) -> Reply:
    """Run an InfluxQL statement for clients of 1.x; results have the form of 1.x."""
    parameters = Parameters(request, form=True)
    format_ = choose(
        request.headers.get("accept", ""),
        epoch=parameters.get("epoch").strip(),
        pretty=parameters.get("pretty") == "true",
    )
    if not parameters.get("q"):
        raise plain_error(400, "missing query parameter 'q'")
    database = parameters.get("db")
    if database:
        database = database_name(database, parameters.get("rp"))
    planned = read_statement(parameters.get("q"), database, _bound(parameters.get("params")))
    options = ExecutionOptions(
        planned.database, chunk_size=chunk_size(parameters), dialect=V3_DIALECT
    )
    results = _results(server, planned, options)
    if format_.content_type == "application/json":
        replace_infinities(results)
    chunked = parameters.get("chunked") == "true"
    documents = [[result] for result in results] if chunked else [merged(results)]
    pieces = tuple(format_.answer(each) for each in documents)
    return Reply(200, pieces, {"content-type": format_.content_type})


def _bound(text: str) -> Mapping[str, Any] | None:
    """The values of parameters, as a JSON object."""
    if not text:
        return None
    params = json_value(text)
    if not isinstance(params, dict):
        raise plain_error(400, "serde json error: params: invalid type, expected a map")
    return params


def _results(
    server: ServerContext, planned: PlannedStatement, options: ExecutionOptions
) -> list[Result]:
    """The results of a statement.

    Raises:
        Reply: the database does not exist, or the server refuses the statement.
    """
    statement = planned.statement
    if isinstance(statement, ShowDatabasesStatement):
        rows = [[name, deleted] for name, deleted in listed_databases(server)]
        return [Result([table(["iox::database", "deleted"], rows)])]
    database = _database(server, planned.database) if planned.database else None
    if isinstance(statement, ShowRetentionPoliciesStatement):
        return [_retention_policies(server, planned.database)]
    if database is None or database.name == INTERNAL:
        return [Result()]
    with database.query_log.running("influxql", planned.text, server.engine.clock):
        return _executed(server, database, statement, options)


def _executed(
    server: ServerContext, database: Database, statement: Statement, options: ExecutionOptions
) -> list[Result]:
    engine = server.engine
    if isinstance(statement, METADATA_STATEMENTS):
        try:
            series = TableMetadata(engine, database, engine.clock()).show(statement)
        except StatementError as error:
            raise plain_error(400, f"Error while planning query: {error}") from error
        return [Result([each]) for each in series] or [Result()]
    results = list(executor.execute(engine, [statement], options))
    problem = next((result.error for result in results if result.error), "")
    if problem.startswith(NOT_IMPLEMENTED):
        raise plain_error(405, problem)
    if problem:
        raise plain_error(400, f"Error while planning query: {problem}")
    if isinstance(statement, ExplainStatement):
        return [_explained(results)]
    return results


def _explained(results: Iterable[Result]) -> Result:
    """The plan of a statement, whose lines are those of 1.x, as one row."""
    lines = (str(row[0]) for result in results for series in result.series for row in series.values)
    return Result([table(["plan_type", "plan"], [["logical_plan", "\n".join(lines)]])])


def _retention_policies(server: ServerContext, only: str) -> Result:
    kept = {database.name: database.policy().duration for database in server.engine.databases}
    rows = [
        [name, "autogen", format_go_duration(duration)]
        for name, duration in sorted({INTERNAL: _INTERNAL_KEEPS, **kept}.items())
        if only in {"", name}
    ]
    return Result([table(["iox::database", "name", "duration"], rows)])


def _database(server: ServerContext, name: str) -> Database:
    """Find a database; `_internal` is empty.

    Raises:
        Reply: no database has that name.
    """
    if name in server.engine.databases:
        return server.engine.databases.get(name)
    if name != INTERNAL:
        raise plain_error(404, f"query error: database not found: {name}")
    internal = Database(INTERNAL)
    internal.add_policy(PolicySpec().policy(), default=True)
    return internal
