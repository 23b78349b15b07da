"""Collects rows into tables by group key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.query_budget import QueryBudget
from influx_testing._engine.flux.table.group_key import GroupKey
from influx_testing._engine.flux.table.keyed_table import (
    KeyedTable,
    Repeated,
    TableColumn,
    key_columns,
)

__all__ = ["TableCollector", "key_rows"]


class _Growing:
    """A table that is being collected."""

    __slots__ = ("columns", "length", "types")

    def __init__(self) -> None:
        self.types: dict[str, str] = {}
        self.columns: dict[str, list[Any]] = {}
        self.length = 0

    def declare(self, label: str, type_: str) -> list[Any]:
        known = self.types.get(label)
        if known is None:
            self.types[label] = type_
            self.columns[label] = [None] * self.length
        elif known != type_:
            raise FluxError(
                f'schema collision detected: column "{label}" is both of type {known} and {type_}'
            )
        return self.columns[label]


class TableCollector:
    """Collects rows by group key; columns that rows lack are null there.

    Tables come out in the order in which their keys came first.
    """

    def __init__(self) -> None:
        self._tables: dict[GroupKey, _Growing] = {}

    def add(self, key: GroupKey, table: KeyedTable, rows: Sequence[int] | None = None) -> None:
        """Add rows of a table.

        Args:
            key: the group key of the rows; the table has its columns.
            table: where the rows come from.
            rows: the numbers of the rows; None for all.

        Raises:
            FluxError: a column has another type than in the rows of this key before.
        """
        growing = self._tables.get(key)
        if growing is None:
            growing = self._tables[key] = _Growing()
        count = len(table) if rows is None else len(rows)
        for label, column in table.columns.items():
            values = growing.declare(label, column.type)
            taken = column if rows is None else column.take(rows)
            values.extend(taken.values)
        growing.length += count
        for values in growing.columns.values():
            if len(values) < growing.length:
                values.extend([None] * (growing.length - len(values)))

    def tables(self) -> Iterator[KeyedTable]:
        """Yield the tables."""
        for key, growing in self._tables.items():
            columns = {
                label: TableColumn(growing.types[label], values)
                for label, values in growing.columns.items()
            }
            columns.update(key_columns(key, growing.length))
            yield KeyedTable(key, columns, growing.length)


def key_rows(
    table: KeyedTable, labels: Sequence[str], budget: QueryBudget
) -> dict[GroupKey, list[int] | None]:
    """Divide a table by the values of some columns.

    Args:
        table: the table.
        labels: the columns of the new keys, in order; the table has them all.
        budget: the limits of the query; each new key counts as a table.

    Returns:
        The rows of each new key, in order; None means all rows.

    Raises:
        FluxError: there are too many new keys.
    """
    types = [table.columns[label].type for label in labels]
    columns = [table.columns[label].values for label in labels]
    if all(isinstance(values, Repeated) for values in columns):
        found = [values[0] if len(values) else None for values in columns]
        if not len(table):
            found = [table.key.get(label) for label in labels]
        return {GroupKey(zip(labels, types, found, strict=True)): None}
    places: dict[tuple[Any, ...], list[int]] = {}
    for row, values in enumerate(zip(*columns, strict=True)):
        places.setdefault(values, []).append(row)
    budget.take_tables(len(places))
    return {
        GroupKey(zip(labels, types, values, strict=True)): rows for values, rows in places.items()
    }
