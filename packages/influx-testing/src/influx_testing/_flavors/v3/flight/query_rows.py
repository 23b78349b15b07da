"""Runs the queries of `DoGet`: prepares them at once, and makes their rows when they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from influx_query.nodes import ShowDatabasesStatement
from influx_testing._engine.select import V3_DIALECT
from influx_testing._engine.statements.execution_context import ExecutionOptions
from influx_testing._flavors.cancellation import Cancellation
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.sql import sql_stream
from influx_testing._flavors.v3.flight.call_replies import NOT_IMPLEMENTED, planning_error
from influx_testing._flavors.v3.flight.flight_access import database_named
from influx_testing._flavors.v3.flight.flight_rows import table_streams
from influx_testing._flavors.v3.flight.influxql_tables import InfluxQLTable
from influx_testing._flavors.v3.flight.query_tickets import FlightQuery
from influx_testing._flavors.v3.influxql_execution import influxql_results
from influx_testing._flavors.v3.influxql_rows import BATCH_ROWS
from influx_testing._flavors.v3.influxql_statements import read_statement
from influx_testing._flavors.v3.v3_replies import ErrorReply
from influx_testing._flight.grpc_status import GRPCCode, GRPCError

__all__ = ["query_stream"]


def query_stream(
    server: ServerContext, query: FlightQuery, cancellation: Cancellation
) -> Callable[[], Iterator[Any]]:
    """Prepare a query over the rows that there are now.

    Returns:
        A function that runs it, in any thread, and yields Arrow in the IPC stream format: maybe the
        schema alone, then all.

    Raises:
        GRPCError: the database does not exist, or the InfluxQL is refused.
        FakeUnsupported: the fake does not support it.
    """
    database = database_named(server, query.database)
    if query.language == "sql":
        return sql_stream(server.engine, database, query.text, query.params, cancellation)
    return _influxql_stream(server, query)


def _influxql_stream(server: ServerContext, query: FlightQuery) -> Callable[[], Iterator[Any]]:
    """Prepare an InfluxQL statement; other requests are served between its results."""
    try:
        planned = read_statement(query.text, query.database, query.params)
        if isinstance(planned.statement, ShowDatabasesStatement):
            raise planning_error(f"{NOT_IMPLEMENTED}SHOW DATABASES")
        options = ExecutionOptions(planned.database, chunk_size=BATCH_ROWS, dialect=V3_DIALECT)
        results = influxql_results(server, planned, options)
    except ErrorReply as error:
        raise _refused(error) from error
    collected = InfluxQLTable(planned.statement, database_named(server, planned.database))

    def run() -> Iterator[Any]:
        try:
            for result in results:
                collected.add(result)
                if result.partial:
                    yield None
        except ErrorReply as error:
            raise _refused(error) from error
        yield from table_streams(collected.table())

    return run


def _refused(error: ErrorReply) -> GRPCError:
    """The error of a call, by the response that HTTP has for it."""
    if error.status == 404:
        name = error.text.rpartition(": ")[2]
        return GRPCError(GRPCCode.NOT_FOUND, f"Database '{name}' not found")
    return planning_error(error.text)
