"""SHOW QUERIES, KILL QUERY, SHOW STATS, SHOW DIAGNOSTICS: the state of the server.

Statements of the fake run one at a time.
"""

from __future__ import annotations

from collections.abc import Iterable

from influx_query.nodes import (
    KillQueryStatement,
    ShowDiagnosticsStatement,
    ShowQueriesStatement,
    ShowStatsStatement,
)
from influx_testing._engine.statements.execution_context import ExecutionContext
from influx_testing._engine.statements.handler_registry import executes
from influx_testing._engine.statements.privileges import needs_admin, needs_read
from influx_testing._engine.statements.result_series import Result, table
from influx_testing._engine.statements.statistics import diagnostics, shown, statistics
from influx_testing.errors import StatementError


@executes(ShowQueriesStatement, needs=needs_read)
def show_queries(context: ExecutionContext, statement: ShowQueriesStatement) -> Iterable[Result]:
    """List the running queries, which is only this one."""
    row = [1, "SHOW QUERIES", context.options.database, "0s", "running"]
    return [Result([table(["qid", "query", "database", "duration", "status"], [row])])]


@executes(KillQueryStatement, needs=needs_admin)
def kill_query(context: ExecutionContext, statement: KillQueryStatement) -> Iterable[Result]:
    """Report that the query does not exist, because no other query runs."""
    raise StatementError(f"no such query id: {statement.query_id}")


@executes(ShowDiagnosticsStatement, needs=needs_admin)
def show_diagnostics(
    context: ExecutionContext, statement: ShowDiagnosticsStatement
) -> Iterable[Result]:
    """Show facts about the server."""
    return [Result(shown(diagnostics(context.engine, statement.module)))]


@executes(ShowStatsStatement, needs=needs_admin)
def show_stats(context: ExecutionContext, statement: ShowStatsStatement) -> Iterable[Result]:
    """Show the counters of the server."""
    return [Result(shown(statistics(context.engine, statement.module)))]
