"""SQLSession: runs queries over the tables of a database in DataFusion.

The catalog is that of the real server: `public` with the schemas iox, system and
information_schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from influx_testing._flavors.sql.gapfill_tables import filled_table
from influx_testing._flavors.sql.plain_results import plain_result
from influx_testing._flavors.sql.rewriting import GapFillStep, RewrittenQuery, rewrite
from influx_testing._flavors.sql.wallclock import register_wallclock

__all__ = ["SQLSession"]

_MEMORY_BYTES = 256 << 20
_RESULT_BYTES = 512 << 20
_RESULT = "__result"


class SQLSession:
    """The tables of a database in DataFusion, and queries over them."""

    def __init__(self) -> None:
        self._context = _context()

    def replace(self, tables: Mapping[str, Any]) -> None:
        """Add tables; replace tables with the same names.

        Args:
            tables: Arrow tables by schema and name, `iox.cpu`; the name may have dots.
        """
        for path, table in tables.items():
            schema, _, name = path.partition(".")
            self.deregister(f"{schema}.{_quoted(name)}")
            self.register(f"{schema}.{_quoted(name)}", table)

    def run(self, query: str, params: Mapping[str, Any]) -> Any:
        """Run a read-only query; returns an Arrow table with the column names of the real server.

        Raises:
            RewriteError: a function of InfluxDB is called incorrectly.
            Exception: DataFusion refuses the query.
            MemoryError: the rows need more than 512 MB.
        """
        rewritten = rewrite(query)
        sql = rewritten.sql
        names: dict[str, str] = {}
        qualified: dict[str, str] = {}
        try:
            for step in rewritten.steps:
                table = filled_table(self, step, params, rewritten.column_name)
                columns = [step.column(index) for index in range(table.num_columns)]
                names |= dict(zip(columns, table.column_names, strict=True))
                qualified |= self._names_in_expressions(step, params, rewritten)
                self.register(step.table, table.rename_columns(columns))
            result = self.table(_with_names(sql, names), params)
        finally:
            for step in rewritten.steps:
                self.deregister(step.table)
        return plain_result(
            result, _shown(rewritten, {**qualified, **names}, result.column_names), query
        )

    def stream(self, query: str, params: Mapping[str, Any]) -> tuple[Any, Iterator[Any]]:
        """Run a read-only query; returns the schema, and batches of rows as they are made.

        Raises:
            RewriteError: a function of InfluxDB is called incorrectly.
            Exception: DataFusion refuses the query.
            MemoryError: the rows need more than 512 MB; also while batches are read.
        """
        rewritten = rewrite(query)
        if rewritten.steps:
            table = self.run(query, params)
            return table.schema, iter(table.to_batches())
        frame = self._frame(rewritten.sql, params)
        found = frame.schema()
        names = _shown(rewritten, {}, found.names)
        schema = plain_result(found.empty_table(), names, query).schema
        return schema, _plain_batches(frame, schema, query)

    def schema(self, query: str, params: Mapping[str, Any]) -> Any:
        """The schema of the rows of a query; parameters may be missing.

        Raises:
            RewriteError: a function of InfluxDB is called incorrectly.
            Exception: DataFusion refuses the query.
        """
        rewritten = rewrite(query)
        if rewritten.steps:
            return self.run(query, params).schema
        found = self._frame(rewritten.sql, params).schema()
        names = _shown(rewritten, {}, found.names)
        return plain_result(found.empty_table(), names, query).schema

    def _names_in_expressions(
        self, step: GapFillStep, params: Mapping[str, Any], rewritten: RewrittenQuery
    ) -> dict[str, str]:
        """The names of the groups of a step in expressions: `cpu.host`, not `host`."""
        if not step.group_types:
            return {}
        found = self._frame(step.group_types, params).schema().names
        return {
            f"{step.table}.{step.column(index)}": rewritten.column_name(name)[
                len("arrow_typeof(") : -1
            ]
            for index, name in enumerate(found)
            if index != step.time
        }

    def table(self, sql: str, params: Mapping[str, Any]) -> Any:
        """Run a query of DataFusion; returns an Arrow table.

        Raises:
            Exception: DataFusion refuses the query.
            MemoryError: the rows take too much memory.
        """
        arrow: Any = import_module("pyarrow")
        frame = self._frame(sql, params)
        batches = list(_batches(frame))
        return arrow.Table.from_batches(batches, batches[0].schema if batches else frame.schema())

    def _frame(self, sql: str, params: Mapping[str, Any]) -> Any:
        """Plan a query without running it."""
        engine: Any = import_module("datafusion")
        reading = engine.SQLOptions().with_allow_ddl(False).with_allow_dml(False)
        reading = reading.with_allow_statements(False)
        values = {name: _parameter(value) for name, value in params.items()}
        return self._context.sql_with_options(sql, reading, values)

    def register(self, name: str, table: Any) -> None:
        """Add a table under a SQL name."""
        arrow: Any = import_module("pyarrow")
        batches = table.to_batches() or [arrow.RecordBatch.from_pylist([], schema=table.schema)]
        self._context.register_record_batches(name, [batches])

    def deregister(self, name: str) -> None:
        """Remove the table with this SQL name, if it exists."""
        self._context.deregister_table(name)

    def written(self, table: Any, path: str, format_: str) -> None:
        """Write a table to a file with DataFusion, as JSON lines or as CSV without a header."""
        self.register(_RESULT, table)
        try:
            frame = self._context.table(_RESULT)
            if format_ == "csv":
                frame.write_csv(path, with_header=False)
            else:
                frame.write_json(path)
        finally:
            self.deregister(_RESULT)


def _parameter(value: Any) -> Any:
    """The value of a parameter as DataFusion takes it; it takes no integers beyond int64."""
    if value.__class__ is int and value >= 2**63:
        arrow: Any = import_module("pyarrow")
        return arrow.scalar(value, arrow.uint64())
    return value


def _batches(frame: Any) -> Iterator[Any]:
    """The rows of a planned query.

    Raises:
        MemoryError: they take too much memory.
    """
    size = 0
    for batch in frame.execute_stream():
        rows = batch.to_pyarrow()
        size += rows.nbytes
        if size > _RESULT_BYTES:
            raise MemoryError(f"over {_RESULT_BYTES >> 20} MB of rows")
        yield rows


def _plain_batches(frame: Any, schema: Any, query: str) -> Iterator[Any]:
    arrow: Any = import_module("pyarrow")
    for batch in _batches(frame):
        table = plain_result(arrow.Table.from_batches([batch]), schema.names, query)
        for plain in table.to_batches():
            yield arrow.RecordBatch.from_arrays(plain.columns, schema=schema)


def _context() -> Any:
    engine: Any = import_module("datafusion")
    runtime = engine.RuntimeEnvBuilder().with_disk_manager_disabled()
    runtime = runtime.with_greedy_memory_pool(_MEMORY_BYTES)
    settings = engine.SessionConfig().with_information_schema(enabled=True)
    settings = settings.with_default_catalog_and_schema("public", "iox")
    context = engine.SessionContext(settings, runtime)
    schema = import_module("datafusion.catalog").Schema.memory_schema()
    context.catalog("public").register_schema("system", schema)
    register_wallclock(context)
    return context


def _quoted(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))


def _with_names(sql: str, names: Mapping[str, str]) -> str:
    """Replace the placeholders in column names by the names before filling."""
    for column, name in names.items():
        sql = sql.replace(f'"{column}:name"', _quoted(name))
    return sql


def _shown(rewritten: RewrittenQuery, names: Mapping[str, str], columns: list[str]) -> list[str]:
    """The column names of a result; rewritten and filled columns get their original names.

    Args:
        rewritten: the query.
        names: the names of columns of filled tables, qualified names first.
        columns: the names in the result.
    """
    shown = [rewritten.column_name(name) for name in columns]
    for column, name in names.items():
        table = column.rpartition("_")[0]
        shown = [each.replace(f"{table}.{column}", name).replace(column, name) for each in shown]
    return shown
