"""SQL over the storage with DataFusion, the engine of 3.x; an extra of this distribution.

What InfluxDB adds to DataFusion is rewritten before planning. DataFusion runs in a process of its
own, because some queries cannot be stopped in any other way.

Source: https://docs.influxdata.com/influxdb3/core/reference/sql/
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import wait
from contextlib import ExitStack
from functools import cache
from typing import Any

from influx_testing._engine.catalog.databases import Database
from influx_testing._flavors.cancellation import Cancellation
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.sql.process import (
    QueryCancelled,
    SQLError,
    SQLQuery,
    StreamedQuery,
    sql_process,
)
from influx_testing._flavors.sql.result_formats import RESULT_FORMATS, SCHEMA, STREAM
from influx_testing._flavors.sql.system_tables import empty_system_tables, system_tables
from influx_testing._flavors.sql.tables import StoredTables, module
from influx_testing.errors import FakeUnsupported

__all__ = ["QueryCancelled", "SQLError", "SQLSnapshot", "run_sql", "sql_rows", "sql_stream"]

SECONDS = 10.0
"""How long a query may run."""

KEEP_ALIVE_SECONDS = 5.0
"""How often an empty batch shows that a query still runs."""

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
        return sql_process().run(
            _tables_for(query, database), SQLQuery(query, params, format_, SECONDS)
        )


def sql_stream(
    database: Database,
    query: str,
    params: Mapping[str, Any],
    clock: Callable[[], int],
    cancellation: Cancellation,
) -> Callable[[], Iterator[Any]]:
    """Prepare a query over the rows that there are now.

    Returns:
        A function that runs it, in any thread, and yields Arrow in the IPC stream format, always
        with the schema: first alone, with no rows every 5 seconds while rows are made, then with
        all rows, in a mapped file; None where the next part may take a while. It raises SQLError,
        FakeUnsupported, and QueryCancelled.
    """
    with ExitStack() as stack:
        stack.enter_context(database.query_log.running("sql", query, clock))
        snapshot = SQLSnapshot.of(database, cancellation, query)
        running = stack.pop_all()

    def run() -> Iterator[Any]:
        with running:
            yield from _stream_parts(snapshot.stream(query, params))

    return run


def _stream_parts(streamed: StreamedQuery) -> Iterator[Any]:
    schema = streamed.schema.result()
    yield schema
    while not streamed.rows.done():
        yield None
        wait([streamed.rows], KEEP_ALIVE_SECONDS)
        if not streamed.rows.done():
            yield _no_rows(schema)
    yield streamed.rows.result()


def _no_rows(schema: bytes) -> bytes:
    """An empty batch, after its schema."""
    arrow, ipc = module("pyarrow"), module("pyarrow.ipc")
    out = io.BytesIO()
    read = ipc.read_schema(arrow.py_buffer(schema))
    with ipc.new_stream(out, read) as stream:
        stream.write_batch(arrow.RecordBatch.from_pylist([], schema=read))
    return out.getvalue()


class SQLSnapshot:
    """The tables of a database as they were at one time, for queries in any thread.

    Its methods raise SQLError for a query that is refused, FakeUnsupported for one that takes too
    much time or memory, and QueryCancelled.

    Args:
        tables: Arrow tables by schema and name.
        cancellation: stops the queries.
    """

    def __init__(self, tables: Mapping[str, Any], cancellation: Cancellation) -> None:
        self._tables = tables
        self._cancellation = cancellation

    @classmethod
    def of(
        cls, database: Database, cancellation: Cancellation, query: str = "system"
    ) -> SQLSnapshot:
        """The tables that a query needs.

        Raises:
            FakeUnsupported: DataFusion is not installed.
        """
        return cls(_tables_for(query, database), cancellation)

    def stream(self, query: str, params: Mapping[str, Any]) -> StreamedQuery:
        """Run a query; its schema comes before its rows."""
        return sql_process().stream(self._tables, self._asked(query, params, STREAM))

    def table(self, query: str) -> Any:
        """The rows of a query as an Arrow table."""
        return module("pyarrow.ipc").open_stream(self.stream(query, {}).rows.result()).read_all()

    def schema(self, query: str, params: Mapping[str, Any] | None = None) -> bytes:
        """The schema of the rows of a query, as an encapsulated IPC message of Arrow."""
        return sql_process().run(self._tables, self._asked(query, params or {}, SCHEMA))

    def _asked(self, query: str, params: Mapping[str, Any], format_: str) -> SQLQuery:
        return SQLQuery(query, params, format_, SECONDS, self._cancellation)


def _tables_for(query: str, database: Database) -> dict[str, Any]:
    """The tables of a database, by schema and name.

    The system tables change with each query; they are empty for a query that does not name them.
    """
    module("datafusion")
    tables = _stored_tables().of(database)
    is_of_system = "system" in query.lower()
    system = system_tables(database.query_log, tables) if is_of_system else empty_system_tables()
    sent = {f"iox.{name}": table for name, table in tables.items()}
    return sent | {f"system.{name}": table for name, table in system.items()}


@cache
def _stored_tables() -> StoredTables:
    """The tables that all fakes of this process share, as they share the process for SQL."""
    return StoredTables()
