"""The functions `group` and `union`: which rows are one table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.numeric.window_schedule import Bounds
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.key_merging import merged_by_key
from influx_testing._engine.flux.table.keyed_table import KeyedTable
from influx_testing._engine.flux.table.table_collector import TableCollector, key_rows
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_types import Value, type_name

__all__ = ["group", "read_streams", "union", "united_bounds"]


@flux_function("universe", "group")
def group(tables: TableStream, columns: list[str] | None = None, mode: str = "by") -> TableStream:
    """Divide the rows by some columns, or by all columns `except` some.

    Columns that a table lacks don't count. An empty table stays if its key has the new columns.
    """
    if mode not in ("by", "except"):
        raise FluxError(f'invalid group mode: must be "by" or "except", got "{mode}"')
    chosen = tuple(dict.fromkeys(columns or ()))

    def run(source: Iterable[KeyedTable]) -> Iterator[KeyedTable]:
        collector = TableCollector()
        for table in source:
            labels = _key_labels(table, chosen, mode)
            if not len(table) and any(label not in table.key for label in labels):
                continue
            for key, rows in key_rows(table, labels, tables.budget).items():
                collector.add(key, table, rows)
        return collector.tables()

    return tables.derive(run)


def _key_labels(table: KeyedTable, columns: Sequence[str], mode: str) -> list[str]:
    if mode == "by":
        return [label for label in columns if label in table]
    return [label for label in table.labels if label not in columns]


@flux_function("universe", "union")
def union(context: QueryContext, tables: list[TableStream]) -> TableStream:
    """Return the rows of several streams; tables of one group key become one."""
    if len(tables) < 2:
        raise FluxError("union must have at least two streams as input")
    read_streams(tables)
    united = TableStream(
        context.budget, lambda: merged_by_key(table for stream in tables for table in stream)
    )
    united.bounds = united_bounds(tables)
    return united


def read_streams(streams: Iterable[Value]) -> None:
    """Note that a new stream is made of some streams.

    Raises:
        FluxError: one of them is something else.
    """
    for stream in streams:
        if not isinstance(stream, TableStream):
            raise FluxError(f"expected stream but found {type_name(stream)} (argument tables)")
        stream.add_reader()


def united_bounds(streams: Iterable[TableStream]) -> Bounds | None:
    """Return the span from the first start to the last stop of some streams."""
    found = [stream.bounds for stream in streams if stream.bounds is not None]
    if not found:
        return None
    return Bounds(min(item.start for item in found), max(item.stop for item in found))
