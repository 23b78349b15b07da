"""The function `join` of universe: the inner join of two streams by equal values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.functions.universe.shaping.grouping import (
    read_streams,
    united_bounds,
)
from influx_testing._engine.flux.query_budget import QueryBudget
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.group_key import GroupKey
from influx_testing._engine.flux.table.key_merging import merged_by_key
from influx_testing._engine.flux.table.keyed_table import KeyedTable, TableColumn
from influx_testing._engine.flux.table.table_stream import TableStream

__all__ = ["join"]


@flux_function("universe", "join")
def join(
    context: QueryContext,
    tables: Mapping[str, TableStream],
    on: list[str] | None = None,
    method: str = "inner",
) -> TableStream:
    """Return a row for each pair of rows whose values agree in the columns `on`.

    Columns that both sides have get the name of their side as a suffix. Null agrees with nothing.
    """
    if len(tables) != 2:
        raise FluxError("joins currently must only have two parents")
    if method != "inner":
        raise FluxError(f"{method} is not a valid join type")
    if not on:
        raise FluxError("at least one column in 'on' column list is required")
    sides = sorted(tables.items())
    read_streams(tables.values())
    labels = tuple(sorted(set(on)))

    def run() -> Iterable[KeyedTable]:
        pairs = _pairs(sides, labels, context.budget)
        return sorted(merged_by_key(pairs), key=_by_key)

    joined = TableStream(context.budget, run)
    joined.bounds = united_bounds(tables.values())
    return joined


def _by_key(table: KeyedTable) -> tuple[Any, ...]:
    return table.key.sort_key()


def _pairs(
    sides: Sequence[tuple[str, TableStream]], on: Sequence[str], budget: QueryBudget
) -> Iterator[KeyedTable]:
    """Join each table of the left side with each of the right one that may agree with it."""
    (left_name, left), (right_name, right) = sides
    rights = [_Side.of(right_name, table, on) for table in right]
    for table in left:
        side = _Side.of(left_name, table, on)
        for other in rights:
            if side.may_agree(other):
                made = _joined(side, other, on, budget)
                if made is not None:
                    yield made


@dataclass(frozen=True, slots=True)
class _Side:
    """A table of one side with its rows by their values in the columns to join on."""

    name: str
    table: KeyedTable
    key: Mapping[str, Any]
    rows: Mapping[tuple[Any, ...], list[int]]

    @classmethod
    def of(cls, name: str, table: KeyedTable, on: Sequence[str]) -> _Side:
        rows: dict[tuple[Any, ...], list[int]] = {}
        if all(label in table for label in on):
            columns = [table.values(label) for label in on]
            for row, values in enumerate(zip(*columns, strict=True)):
                if None not in values:
                    rows.setdefault(values, []).append(row)
        key = {label: table.key[label] for label in on if label in table.key}
        return cls(name, table, key, rows)

    def may_agree(self, other: _Side) -> bool:
        """Whether the columns to join on that both keys have are equal."""
        return all(other.key.get(label, value) == value for label, value in self.key.items())

    def names(self, other: _Side, on: Sequence[str]) -> dict[str, str]:
        """The names of the columns after the join."""
        return {
            label: f"{label}_{self.name}" if label in other.table and label not in on else label
            for label in self.table.labels
        }


def _joined(left: _Side, right: _Side, on: Sequence[str], budget: QueryBudget) -> KeyedTable | None:
    left_rows: list[int] = []
    right_rows: list[int] = []
    for values in sorted(values for values in left.rows if values in right.rows):
        matches = right.rows[values]
        budget.take(len(left.rows[values]) * len(matches))
        for row in left.rows[values]:
            left_rows += [row] * len(matches)
            right_rows += matches
    if not left_rows:
        return None
    columns: dict[str, TableColumn] = {}
    key: dict[str, tuple[str, str, Any]] = {}
    for side, rows, other in ((left, left_rows, right), (right, right_rows, left)):
        names = side.names(other, on)
        for label, column in side.table.columns.items():
            columns.setdefault(names[label], column.take(rows))
        for label, type_, value in side.table.key:
            key.setdefault(names[label], (names[label], type_, value))
    return KeyedTable(GroupKey(key.values()), dict(sorted(columns.items())), len(left_rows))
