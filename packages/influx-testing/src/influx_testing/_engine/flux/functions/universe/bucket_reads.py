"""`from` and `range`: what is read of a bucket, and when."""

from __future__ import annotations

from collections.abc import Callable

from influx_testing._engine.flux.flux_errors import FluxError, StartError
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.storage.storage_stream import StorageRead, StorageStream
from influx_testing._engine.flux.table.keyed_table import KeyedTable
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.calendar_time import resolve_time
from influx_testing._engine.flux.values.flux_types import Value
from influx_testing.errors import FakeUnsupported

__all__ = ["from_", "range_"]


@flux_function("universe", "from")
def from_(
    context: QueryContext,
    bucket: str = "",
    bucket_id: str = "",
    host: str = "",
    org: str = "",
    org_id: str = "",
    token: str = "",
) -> TableStream:
    """Read a bucket."""
    if host:
        raise FakeUnsupported("from(host: ...), a bucket of another server")
    if context.server is None:
        raise FluxError("there is no server to read from")
    if bucket and bucket_id:
        raise FluxError("only one of bucket or bucketID can be given")
    return StorageStream(context.budget, StorageRead(context.server.bucket(bucket, bucket_id)))


@flux_function("universe", "range")
def range_(
    context: QueryContext, tables: TableStream, start: Value, stop: Value = None
) -> TableStream:
    """Keep the rows of a time range, and make its bounds part of the group key."""
    now = context.now()
    first = resolve_time(start, now)
    end = int(now) if stop is None else resolve_time(stop, now)
    if first >= end:
        raise StartError(
            "error in building plan while starting program: cannot query an empty range"
        )
    if isinstance(tables, StorageStream):
        return tables.narrowed(tables.read.within(first, end))
    return tables.each(lambda table: _ranged(table, first, end))


def _ranged(table: KeyedTable, start: int, stop: int) -> KeyedTable:
    """Keep the rows of a table; bounds that it has already stay, cut to the new ones."""
    column = table.columns.get("_time")
    if column is None:
        raise FluxError("range error: supplied time column _time doesn't exist")
    if column.type != "time":
        raise FluxError("range error: provided column _time is not of type time")
    rows = [
        row for row, time in enumerate(column.values) if time is not None and start <= time < stop
    ]
    kept = table if len(rows) == len(table) else table.take(rows)
    bounded = _bounded(kept, "_start", start, lambda time: max(time, start))
    return _bounded(bounded, "_stop", stop, lambda time: min(time, stop))


def _bounded(table: KeyedTable, label: str, bound: int, cut: Callable[[int], int]) -> KeyedTable:
    if label not in table:
        return table.with_key_column(label, "time", bound)
    if label in table.key:
        old = table.key[label]
        return table.with_key_column(label, "time", bound if old is None else cut(old))
    return table.map_column(label, cut, "time")
