"""SQL over the storage with DataFusion, the engine of 3.x; an extra of this distribution.

What InfluxDB adds to DataFusion is rewritten before planning. DataFusion runs in a process of its
own, because some queries cannot be stopped in any other way.

Source: https://docs.influxdata.com/influxdb3/core/reference/sql/
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import wait
from contextlib import ExitStack
from functools import cache
from typing import Any, BinaryIO

from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.engine import Engine
from influx_testing._engine.turns import Turns
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
from influx_testing._flavors.sql.tables import StoredTables, check_engine, module
from influx_testing._flavors.v3.database_names import INTERNAL
from influx_testing.errors import FakeUnsupported

__all__ = ["QueryCancelled", "SQLError", "SQLSnapshot", "run_sql", "sql_stream"]

SECONDS = 10.0
"""How long a query may run."""

KEEP_ALIVE_SECONDS = 5.0
"""How often an empty batch shows that a query still runs."""

_PIECE_BYTES = 256 << 10

_CONTENT_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
    "pretty": "text/plain; charset=utf-8",
}


def run_sql(
    engine: Engine,
    database: Database,
    query: str,
    params: Mapping[str, Any],
    format_: str,
    cancellation: Cancellation,
) -> Reply:
    """Run a query that reads, and reply with its rows in a format of 3.x; many rows in pieces.

    Other requests are served while it runs.

    Raises:
        SQLError: it is not SQL, names what does not exist, or would change something.
        FakeUnsupported: DataFusion is not installed, the format is unknown, or the query takes
            more than `SECONDS` or too much memory.
        QueryCancelled: nobody waits for its rows.
    """
    name = format_ or "json"
    if name not in _CONTENT_TYPES:
        raise FakeUnsupported(f"the format {format_}")
    with database.query_log.running("sql", query, engine.clock):
        rows = SQLSnapshot.of(engine, database, cancellation, query).rows(query, params, name)
    pieces = (rows,) if isinstance(rows, bytes) else _pieces(rows)
    return Reply(200, pieces, {"content-type": _CONTENT_TYPES[name]})


def _pieces(rows: BinaryIO) -> Iterator[bytes]:
    with rows:
        while piece := rows.read(_PIECE_BYTES):
            yield piece


def sql_stream(
    engine: Engine,
    database: Database,
    query: str,
    params: Mapping[str, Any],
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
        stack.enter_context(database.query_log.running("sql", query, engine.clock))
        snapshot = SQLSnapshot.of(engine, database, cancellation, query)
        running = stack.pop_all()

    def run() -> Iterator[Any]:
        with running:
            yield from _stream_parts(snapshot.stream(query, params), engine.turns)

    return run


def _stream_parts(streamed: StreamedQuery, turns: Turns) -> Iterator[Any]:
    with turns.passed():
        schema = streamed.schema.result()
    yield schema
    while not streamed.rows.done():
        yield None
        with turns.passed():
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

    Other requests are served while a query runs. The methods raise SQLError for a query that is
    refused, FakeUnsupported for one that takes too much time or memory, and QueryCancelled.

    Args:
        tables: Arrow tables by schema and name.
        cancellation: stops the queries.
        turns: passed on while a query runs.
    """

    def __init__(self, tables: Mapping[str, Any], cancellation: Cancellation, turns: Turns) -> None:
        self._tables = tables
        self._cancellation = cancellation
        self._turns = turns

    @classmethod
    def of(
        cls,
        engine: Engine,
        database: Database,
        cancellation: Cancellation,
        query: str = "system",
    ) -> SQLSnapshot:
        """The tables that a query needs.

        Raises:
            FakeUnsupported: DataFusion is not installed.
        """
        return cls(_tables_for(query, engine, database), cancellation, engine.turns)

    def rows(self, query: str, params: Mapping[str, Any], format_: str) -> bytes | BinaryIO:
        """The rows of a query in a format of `RESULT_FORMATS`; many of them as a file."""
        assert format_ in RESULT_FORMATS
        with self._turns.passed():
            return sql_process().run(self._tables, self._asked(query, params, format_))

    def stream(self, query: str, params: Mapping[str, Any]) -> StreamedQuery:
        """Run a query; its schema comes before its rows."""
        return sql_process().stream(self._tables, self._asked(query, params, STREAM))

    def table(self, query: str) -> Any:
        """The rows of a query as an Arrow table."""
        with self._turns.passed():
            rows = self.stream(query, {}).rows.result()
        return module("pyarrow.ipc").open_stream(rows).read_all()

    def schema(self, query: str, params: Mapping[str, Any] | None = None) -> bytes:
        """The schema of the rows of a query, as an encapsulated IPC message of Arrow."""
        with self._turns.passed():
            found = sql_process().run(self._tables, self._asked(query, params or {}, SCHEMA))
        assert isinstance(found, bytes)
        return found

    def _asked(self, query: str, params: Mapping[str, Any], format_: str) -> SQLQuery:
        return SQLQuery(query, params, format_, SECONDS, self._cancellation)


def _tables_for(query: str, engine: Engine, database: Database) -> dict[str, Any]:
    """The tables of a database, by schema and name.

    The system tables change with each query; they are empty for a query that does not name them.
    """
    check_engine()
    tables = _stored_tables().of(database)
    is_of_system = "system" in query.lower()
    system = (
        system_tables(engine, database)
        if is_of_system
        else empty_system_tables(internal=database.name == INTERNAL)
    )
    sent = {f"iox.{name}": table for name, table in tables.items()}
    return sent | {f"system.{name}": table for name, table in system.items()}


@cache
def _stored_tables() -> StoredTables:
    """The tables that all fakes of this process share, as they share the process for SQL."""
    return StoredTables()
