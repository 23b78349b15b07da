"""Measurements as Arrow tables, and the rows of Arrow tables in the formats of 3.x.

A measurement is a table: its tags are dictionaries of strings, its fields nullable columns, and
`time` is a timestamp in nanoseconds.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.storage.shards import SeriesData
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v3_rows import Record, arrow_time
from influx_testing.errors import FakeUnsupported

__all__ = ["module", "parquet_reply", "records", "table_of"]


@cache
def module(name: str) -> Any:
    """A module of DataFusion or pyarrow.

    Raises:
        FakeUnsupported: it is not installed.
    """
    try:
        return import_module(name)
    except ImportError:
        raise FakeUnsupported(
            "SQL without DataFusion; install it with: pip install 'influx-testing[sql]'"
        ) from None


def table_of(database: Database, measurement: str) -> Any:
    """A measurement of the default policy as an Arrow table, its columns sorted by name."""
    arrow = module("pyarrow")
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
    kinds = {
        "boolean": "bool_",
        "float": "float64",
        "integer": "int64",
        "string": "string",
        "unsigned": "uint64",
    }
    return getattr(arrow, kinds[kind])()


def _fill(columns: dict[str, list[Any]], data: SeriesData) -> None:
    """Append the points of a series to the columns of its table."""
    values = {name: dict(column.items()) for name, column in data.columns.items()}
    times: list[int] = sorted({time for column in values.values() for time in column})
    for name, column in columns.items():
        if name == "time":
            column += times
        elif name in values:
            column += map(values[name].get, times)
        else:
            column += [data.series.values.get(name)] * len(times)


def records(table: Any) -> Iterator[Record]:
    """The rows of a table as objects; what is null is left out."""
    names = table.column_names
    columns = [_values(column) for column in table.columns]
    for row in zip(*columns, strict=True):
        yield {name: value for name, value in zip(names, row, strict=True) if value is not None}


def _values(column: Any) -> list[Any]:
    arrow = module("pyarrow")
    if not arrow.types.is_timestamp(column.type):
        values: list[Any] = column.to_pylist()
        return values
    times: list[int | None] = column.cast(arrow.timestamp("ns")).cast(arrow.int64()).to_pylist()
    return [None if time is None else arrow_time(time) for time in times]


def parquet_reply(table: Any) -> Reply:
    """A table as a Parquet file."""
    out = io.BytesIO()
    module("pyarrow.parquet").write_table(table, out)
    return Reply(200, (out.getvalue(),), {"content-type": "application/vnd.apache.parquet"})
