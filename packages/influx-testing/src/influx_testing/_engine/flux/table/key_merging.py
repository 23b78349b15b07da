"""Merges tables that have got the same group key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from influx_testing._engine.flux.table.group_key import GroupKey
from influx_testing._engine.flux.table.keyed_table import KeyedTable
from influx_testing._engine.flux.table.table_collector import TableCollector

__all__ = ["merged_by_key"]


def merged_by_key(tables: Iterable[KeyedTable]) -> Iterator[KeyedTable]:
    """Yield the tables; those with equal keys become one, with null where a column is missing.

    Raises:
        FluxError: a column has several types in tables of one key.
    """
    groups: dict[GroupKey, list[KeyedTable]] = {}
    for table in tables:
        groups.setdefault(table.key, []).append(table)
    for key, group in groups.items():
        if len(group) == 1:
            yield group[0]
            continue
        collector = TableCollector()
        for table in group:
            collector.add(key, table)
        yield from collector.tables()
