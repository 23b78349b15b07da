"""Runs the queries of `DoGet`: prepares them at once, and makes their rows when they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from influx_query.nodes import ShowDatabasesStatement
from influx_testing._engine.select import V3_DIALECT
from influx_testing._engine.statements.execution_context import ExecutionOptions
from influx_testing._flavors.cancellation import Cancellation
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.sql import QueryCancelled, SQLError, sql_stream
from influx_testing._flavors.v3.flight.flight_access import database_named
from influx_testing._flavors.v3.flight.flight_rows import flight_frames, table_stream
from influx_testing._flavors.v3.flight.influxql_tables import influxql_table
from influx_testing._flavors.v3.flight.query_tickets import FlightQuery
from influx_testing._flavors.v3.influxql_execution import influxql_results
from influx_testing._flavors.v3.influxql_statements import read_statement
from influx_testing._flight.grpc_framing import call_end
from influx_testing._flight.grpc_status import GRPCCode, GRPCError
from influx_testing.errors import FakeUnsupported

__all__ = ["planning_error", "query_frames", "run_query"]

_CODES = {
    404: GRPCCode.NOT_FOUND,
    405: GRPCCode.UNIMPLEMENTED,
}
_NOT_IMPLEMENTED = "This feature is not implemented: "


def planning_error(text: str) -> GRPCError:
    """The error of a query that is refused."""
    code = GRPCCode.INVALID_ARGUMENT
    if text.startswith("Resources exhausted"):
        code = GRPCCode.RESOURCE_EXHAUSTED
    elif text.startswith(_NOT_IMPLEMENTED):
        code = GRPCCode.UNIMPLEMENTED
    return GRPCError(code, f"Error while planning query: {text}")


def query_frames(
    server: ServerContext, query: FlightQuery, cancellation: Cancellation
) -> Iterator[bytes]:
    """Prepare a query; returns the frames of its rows, and of how the call ends.

    The query runs when the frames are read, which can be in another thread.

    Raises:
        GRPCError: the database does not exist, or the InfluxQL is refused.
        FakeUnsupported: the fake does not support it.
    """
    return _ended(server, run_query(server, query, cancellation))


def run_query(
    server: ServerContext, query: FlightQuery, cancellation: Cancellation
) -> Callable[[], Any]:
    """Prepare a query; returns a function that runs it, and returns a stream of Arrow."""
    database = database_named(server, query.database)
    if query.language == "sql":
        clock = server.engine.clock
        return sql_stream(database, query.text, query.params, clock, cancellation)
    stream = table_stream(_influxql(server, query))
    return lambda: stream


def _ended(server: ServerContext, run: Callable[[], Any]) -> Iterator[bytes]:
    try:
        yield from flight_frames(run())
    except GRPCError as error:
        yield call_end(error.code, error.message)
    except SQLError as error:
        refused = planning_error(str(error))
        yield call_end(refused.code, refused.message)
    except QueryCancelled:
        yield call_end(GRPCCode.CANCELLED, "the query was cancelled")
    except FakeUnsupported as error:
        yield call_end(GRPCCode.UNIMPLEMENTED, server.unsupported(error))
    else:
        yield call_end(GRPCCode.OK)


def _influxql(server: ServerContext, query: FlightQuery) -> Any:
    """The rows of an InfluxQL statement as an Arrow table."""
    try:
        planned = read_statement(query.text, query.database, query.params)
        if isinstance(planned.statement, ShowDatabasesStatement):
            raise planning_error(f"{_NOT_IMPLEMENTED}SHOW DATABASES")
        options = ExecutionOptions(planned.database, dialect=V3_DIALECT)
        results = influxql_results(server, planned, options)
    except Reply as reply:
        raise _refused(query, reply) from reply
    return influxql_table(planned.statement, results, database_named(server, planned.database))


def _refused(query: FlightQuery, reply: Reply) -> GRPCError:
    """The error of a call, by the response that HTTP has for it."""
    text = b"".join(reply.pieces).decode("utf-8", "replace")
    if reply.status == 404:
        name = text.rpartition(": ")[2]
        return GRPCError(GRPCCode.NOT_FOUND, f"Database '{name}' not found")
    return planning_error(text.removeprefix("Error while planning query: "))
