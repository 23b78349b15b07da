"""The endpoints of 3.x that run SQL and InfluxQL.

Source: https://docs.influxdata.com/influxdb3/core/api/v3/#tag/Query-data
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from influx_core.interfaces import Request
from influx_testing._engine.select import V3_DIALECT
from influx_testing._engine.statements.execution_context import ExecutionOptions
from influx_testing._engine.statements.result_series import Result, merged
from influx_testing._flavors.cancellation import cancellation_of
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.formats import ResponseFormat, choose
from influx_testing._flavors.parameters import Parameters
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.sql import QueryCancelled, SQLError, run_sql
from influx_testing._flavors.v1_query import chunk_size
from influx_testing._flavors.v3.database_names import database_name
from influx_testing._flavors.v3.influxql_execution import find_database, influxql_results
from influx_testing._flavors.v3.influxql_rows import BATCH_ROWS, finite, rows_of
from influx_testing._flavors.v3.influxql_statements import read_statement
from influx_testing._flavors.v3.query_requests import read_query
from influx_testing._flavors.v3.request_fields import JSONFields
from influx_testing._flavors.v3.row_formats import written
from influx_testing._flavors.v3.v3_replies import ErrorReply, json_error, plain_error

__all__ = ["query_influxql", "query_sql", "query_v1"]

_STATUSES = {"Schema error": 500, "This feature is not implemented": 405}
"""The statuses of errors of DataFusion by the beginning of their texts; those of others are 400."""


def query_sql(server: ServerContext, request: Request) -> Reply:
    """Run SQL; this needs DataFusion."""
    asked = read_query(request, server.settings, needs_database=True)
    server.engine.databases.expire(server.engine.clock())
    database = find_database(server, asked.database)
    try:
        return run_sql(
            server.engine,
            database,
            asked.text,
            asked.params,
            asked.format,
            cancellation_of(request),
        )
    except SQLError as error:
        raise plain_error(_status_of(str(error)), str(error)) from error
    except QueryCancelled:
        raise plain_error(500, "the query was cancelled") from None


def _status_of(problem: str) -> int:
    """The status of an error of DataFusion."""
    return next((status for start, status in _STATUSES.items() if problem.startswith(start)), 400)


def query_influxql(server: ServerContext, request: Request) -> Reply:
    """Run an InfluxQL statement; rows have the measurement as a column."""
    asked = read_query(request, server.settings, needs_database=False)
    planned = read_statement(asked.text, asked.database, asked.params)
    options = ExecutionOptions(planned.database, chunk_size=BATCH_ROWS, dialect=V3_DIALECT)
    rows = rows_of(influxql_results(server, planned, options))
    return written(rows.names, rows.batches, asked.format, rows.times)


def query_v1(server: ServerContext, request: Request) -> Reply:
    """Run an InfluxQL statement for clients of 1.x; results and errors have the form of 1.x."""
    try:
        return _answer_of_1(server, request)
    except ErrorReply as error:
        text = error.text.replace("serde json error:", "error decoding query body:")
        raise json_error(error.status, text) from error


def _answer_of_1(server: ServerContext, request: Request) -> Reply:
    parameters = Parameters(request, form=True)
    format_ = choose(
        request.headers.get("accept", ""),
        epoch=parameters.get("epoch").strip(),
        pretty=parameters.get("pretty") == "true",
    )
    if not parameters.get("q"):
        raise plain_error(400, "missing query parameters 'db' and 'q'")
    database = parameters.get("db")
    if database:
        database = database_name(database, parameters.get("rp"))
    planned = read_statement(parameters.get("q"), database, _bound(parameters.get("params")))
    options = ExecutionOptions(
        planned.database, chunk_size=chunk_size(parameters), dialect=V3_DIALECT
    )
    results = influxql_results(server, planned, options)
    if format_.content_type == "application/json":
        results = finite(results)
    headers = {"content-type": format_.content_type}
    if parameters.get("chunked") == "true":
        return Reply(200, _documents(format_, results), headers)
    return Reply(200, (format_.answer(merged(results)),), headers)


def _documents(format_: ResponseFormat, results: Iterable[Result]) -> Iterator[bytes]:
    """A document for each result.

    Raises:
        ConnectionError: the query fails, after results were sent.
    """
    try:
        for result in results:
            yield format_.answer([result])
    except ErrorReply as error:
        raise ConnectionError(error.text) from error


def _bound(text: str) -> Mapping[str, Any] | None:
    """The values of parameters, as a JSON object."""
    return JSONFields(text.encode(), "a map").as_dict() if text else None
