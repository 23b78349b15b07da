"""SQL over the storage with DataFusion, the engine of 3.x; an extra of this distribution.

What InfluxDB adds to DataFusion is rewritten before planning. DataFusion runs in a process of its
own, because some queries cannot be stopped in any other way.

Source: https://docs.influxdata.com/influxdb3/core/reference/sql/
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import cache
from typing import Any

from influx_testing._engine.catalog.databases import Database
from influx_testing._flavors.cancellation import Cancellation
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.sql.process import QueryCancelled, SQLError, SQLQuery, sql_process
from influx_testing._flavors.sql.result_formats import RESULT_FORMATS, SCHEMA, STREAM
from influx_testing._flavors.sql.system_tables import system_tables
from influx_testing._flavors.sql.tables import StoredTables, module
from influx_testing.errors import FakeUnsupported

__all__ = ["QueryCancelled", "SQLError", "run_sql", "sql_rows", "sql_schema", "sql_stream"]

SECONDS = 10.0
"""How long a query may run."""

_CONTENT_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
    "pretty": "text/plain; charset=utf-8",
}


def run_sql(
    database: Database,
    query: str,
    params: Mapping[str, Any],
    format_: str,
    clock: Callable[[], int] = time.time_ns,
) -> Reply:
    """Run a query that reads, and reply with its rows in a format of 3.x.

    Raises:
        SQLError: it is not SQL, names what does not exist, or would change something.
        FakeUnsupported: DataFusion is not installed, the format is unknown, or the query takes
            more than `SECONDS` or too much memory.
    """
    name = format_ or "json"
    if name not in _CONTENT_TYPES:
        raise FakeUnsupported(f"the format {format_}")
    data = sql_rows(database, query, params, name, clock)
    return Reply(200, (data,), {"content-type": _CONTENT_TYPES[name]})


def sql_rows(
    database: Database,
    query: str,
    params: Mapping[str, Any],
    format_: str,
    clock: Callable[[], int] = time.time_ns,
) -> bytes:
    """Run a query that reads; returns its rows.

    Args:
        database: what it reads; its default policy.
        query: the SQL.
        params: the values of `$name` in it.
        format_: a name of `RESULT_FORMATS`; `arrow` is a stream of Arrow's own format.
        clock: says the time in ns since 1970, for the log of queries.

    Raises:
        SQLError: it is not SQL, names what does not exist, or would change something.
        FakeUnsupported: DataFusion is not installed, or the query takes more than `SECONDS` or
            too much memory.
    """
    assert format_ in RESULT_FORMATS
    with database.query_log.running("sql", query, clock):
        return sql_process().run(_sent(database), SQLQuery(query, params, format_, SECONDS))


def sql_schema(database: Database, query: str, params: Mapping[str, Any]) -> bytes:
    """The schema of the rows of a query, as an encapsulated IPC message of Arrow.

    Raises:
        SQLError: it is not SQL, names what does not exist, or would change something.
        FakeUnsupported: DataFusion is not installed.
    """
    return sql_process().run(_sent(database), SQLQuery(query, params, SCHEMA, SECONDS))


def sql_stream(
    database: Database,
    query: str,
    params: Mapping[str, Any],
    clock: Callable[[], int],
    cancellation: Cancellation,
) -> Callable[[], Any]:
    """Prepare a query over the rows that there are now.

    Returns:
        A function that runs it, in any thread: a mapped file in the IPC stream format of Arrow.
        It raises SQLError, FakeUnsupported, and QueryCancelled.
    """
    with ExitStack() as stack:
        stack.enter_context(database.query_log.running("sql", query, clock))
        tables = _sent(database)
        running = stack.pop_all()

    def run() -> Any:
        with running:
            asked = SQLQuery(query, params, STREAM, SECONDS, cancellation)
            return sql_process().stream(tables, asked)

    return run


def _sent(database: Database) -> dict[str, Any]:
    """The tables of a database, by schema and name."""
    module("datafusion")
    tables = _stored_tables().of(database)
    system = system_tables(database.query_log, tables)
    sent = {f"iox.{name}": table for name, table in tables.items()}
    return sent | {f"system.{name}": table for name, table in system.items()}


@cache
def _stored_tables() -> StoredTables:
    """The tables that all fakes of this process share, as they share the process for SQL."""
    return StoredTables()
