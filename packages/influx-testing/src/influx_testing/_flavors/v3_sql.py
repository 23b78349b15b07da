"""SQL over the storage, by DataFusion, the engine that 3.x has; an extra of this distribution.

A measurement is a table: its tags are dictionaries of strings, its fields nullable columns, and
`time` is a timestamp in nanoseconds. Source: https://docs.influxdata.com/influxdb3/core/reference/sql/
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.storage.shards import SeriesData
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v3_rows import Record, arrow_time, written
from influx_testing.errors import FakeUnsupported

__all__ = ["SQLError", "run_sql"]


class SQLError(Exception):
    """DataFusion does not take the query; the text is its own."""


def run_sql(database: Database, query: str, params: Mapping[str, Any], format_: str) -> Reply:
    """Run a query that reads, and write its rows in a format of 3.x; parquet is one, too.

    Raises:
        SQLError: it is no SQL, or names what is not there, or would change something.
        FakeUnsupported: DataFusion is not installed, or there is no such format here.
    """
    engine = _module("datafusion")
    settings = engine.SessionConfig().with_information_schema(enabled=True)
    context = engine.SessionContext(settings)
    for name in database.index.measurements():
        context.register_record_batches(name, [_table(database, name).to_batches()])
    reading = engine.SQLOptions().with_allow_ddl(False).with_allow_dml(False)
    try:
        frame = context.sql_with_options(query, reading.with_allow_statements(False), dict(params))
        table = frame.to_arrow_table()
    except Exception as error:
        raise SQLError(str(error)) from error
    if format_ == "parquet":
        return _parquet(table)
    return written(table.column_names, list(_records(table)), format_)


@cache
def _module(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise FakeUnsupported(
            "SQL without DataFusion; install it with: pip install 'influx-testing[sql]'"
        ) from None


def _table(database: Database, measurement: str) -> Any:
    """A measurement of the default policy as an Arrow table, its columns sorted by name."""
    arrow = _module("pyarrow")
    fields: dict[str, str] = {}
    columns: dict[str, list[Any]] = {"time": []}
    parts = [data for shard in database.policy().shards for data in shard.of(measurement)]
    tags = {key for data in parts for key, _ in data.series.tags}
    for data in parts:
        for name, column in data.columns.items():
            if name in tags or fields.setdefault(name, column.type) != column.type:
                raise FakeUnsupported(f"SQL over {measurement}: {name} is of two kinds")
    columns |= {name: [] for name in (*tags, *fields)}
    for data in parts:
        _fill(columns, data)
    kinds = {"time": arrow.timestamp("ns")}
    kinds |= dict.fromkeys(tags, arrow.dictionary(arrow.int32(), arrow.string()))
    kinds |= {name: _kind(arrow, kind) for name, kind in fields.items()}
    names = sorted(columns)
    schema = arrow.schema([arrow.field(name, kinds[name], name != "time") for name in names])
    return arrow.table([arrow.array(columns[name], kinds[name]) for name in names], schema=schema)


def _kind(arrow: Any, kind: str) -> Any:
    kinds = {"boolean": "bool_", "float": "float64", "integer": "int64", "string": "string"}
    return getattr(arrow, kinds[kind])()


def _fill(columns: dict[str, list[Any]], data: SeriesData) -> None:
    """Append the points of a series to the columns of its table."""
    values = {name: dict(column.items()) for name, column in data.columns.items()}
    times = sorted(set().union(*values.values()))
    for name, column in columns.items():
        if name == "time":
            column += times
        elif name in values:
            column += map(values[name].get, times)
        else:
            column += [data.series.values.get(name)] * len(times)


def _records(table: Any) -> Iterator[Record]:
    """The rows of a table as objects; what is null is left out."""
    names = table.column_names
    columns = [_values(column) for column in table.columns]
    for row in zip(*columns, strict=True):
        yield {name: value for name, value in zip(names, row, strict=True) if value is not None}


def _values(column: Any) -> list[Any]:
    arrow = _module("pyarrow")
    if not arrow.types.is_timestamp(column.type):
        values: list[Any] = column.to_pylist()
        return values
    times = column.cast(arrow.timestamp("ns")).cast(arrow.int64()).to_pylist()
    return [None if time is None else arrow_time(time) for time in times]


def _parquet(table: Any) -> Reply:
    out = io.BytesIO()
    _module("pyarrow.parquet").write_table(table, out)
    return Reply(200, (out.getvalue(),), {"content-type": "application/vnd.apache.parquet"})
