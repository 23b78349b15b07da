"""The function `pivot`: turns rows into columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.query_budget import QueryBudget
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.group_key import GroupKey
from influx_testing._engine.flux.table.keyed_table import (
    KeyedTable,
    Repeated,
    TableColumn,
    key_columns,
)
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_text import text_of
from influx_testing._engine.flux.values.flux_types import reader_of
from influx_testing._go.float_text import exponent_text

__all__ = ["pivot"]


@flux_function("universe", "pivot")
def pivot(
    tables: TableStream, row_key: list[str], column_key: list[str], value_column: str
) -> TableStream:
    """Return a row for each value of the row key, and a column for each of the column key.

    Rows are in order of the row key. Other columns that are not part of the group key are dropped.
    """
    _check_arguments(row_key, column_key, value_column)
    request = _PivotRequest(tuple(row_key), tuple(column_key), value_column)

    def run(source: Iterable[KeyedTable]) -> Iterator[KeyedTable]:
        pivots: dict[GroupKey, _Pivot] = {}
        for table in source:
            key = table.key.without((*column_key, value_column))
            found = pivots.get(key)
            if found is None:
                found = pivots[key] = _Pivot(request, key)
            found.add(table)
        return (found.table(tables.budget) for found in pivots.values())

    return tables.derive(run)


def _check_arguments(row_key: list[str], column_key: list[str], value_column: str) -> None:
    if not row_key or not column_key:
        raise FluxError("rowKey and columnKey must have at least one column each")
    both = next((label for label in row_key if label in column_key), None)
    if both is not None:
        raise FluxError(f"column name found in both rowKey and colKey: {both}")
    if value_column in row_key:
        raise FluxError(f'value column "{value_column}" found in rowKey')
    if value_column in column_key:
        raise FluxError(f'value column "{value_column}" found in columnKey')


@dataclass(frozen=True, slots=True)
class _PivotRequest:
    row_key: tuple[str, ...]
    column_key: tuple[str, ...]
    value_column: str


@dataclass(slots=True)
class _Pivot:
    """The table that is made for one group key."""

    request: _PivotRequest
    key: GroupKey
    types: dict[str, str] = field(default_factory=dict[str, str])
    cells: dict[str, dict[Any, Any]] = field(default_factory=dict[str, dict[Any, Any]])
    row_types: list[str] = field(default_factory=list[str])

    def add(self, table: KeyedTable) -> None:
        request = self.request
        needed = (*request.row_key, *request.column_key, request.value_column)
        for label in needed:
            if label not in table:
                raise FluxError(f"specified column does not exist in table: {label}")
        self.row_types = [table.columns[label].type for label in request.row_key]
        rows = self._rows(table)
        values = table.columns[request.value_column]
        names = self._names(table)
        if isinstance(names, str):
            self._cells(names, values.type).update(zip(rows, values.values, strict=True))
            return
        by_name: dict[str, dict[Any, Any]] = {}
        for name, row, value in zip(names, rows, values.values, strict=True):
            cells = by_name.get(name)
            if cells is None:
                cells = by_name[name] = self._cells(name, values.type)
            cells[row] = value

    def _rows(self, table: KeyedTable) -> Iterable[Any]:
        """What identifies the row of each value: the value of the only row key, or a tuple."""
        columns = [table.columns[label].values for label in self.request.row_key]
        return columns[0] if len(columns) == 1 else zip(*columns, strict=True)

    def _names(self, table: KeyedTable) -> str | Iterable[str]:
        """The name of the column for each row, or one name for all rows."""
        columns = [table.columns[label] for label in self.request.column_key]
        if all(isinstance(column.values, Repeated) and len(table) for column in columns):
            return "_".join(_text(column.type, column.values[0]) for column in columns)
        texts = [[_text(column.type, value) for value in column.values] for column in columns]
        return texts[0] if len(texts) == 1 else map("_".join, zip(*texts, strict=True))

    def _cells(self, name: str, type_: str) -> dict[Any, Any]:
        if name in self.request.row_key:
            raise FluxError(f'the values of columnKey make a column "{name}" that rowKey has too')
        known = self.types.setdefault(name, type_)
        if known != type_:
            raise FluxError(
                f'schema collision detected: column "{name}" is both of type {known} and {type_}'
            )
        return self.cells.setdefault(name, {})

    def table(self, budget: QueryBudget) -> KeyedTable:
        rows = self._ordered({row for cells in self.cells.values() for row in cells})
        budget.take(len(rows) * len(self.cells))
        columns: dict[str, TableColumn] = dict(key_columns(self.key, len(rows)))
        for label, column in zip(self.request.row_key, self._row_columns(rows), strict=True):
            columns.setdefault(label, column)
        columns |= {
            name: TableColumn(self.types[name], list(map(cells.get, rows)))
            for name, cells in self.cells.items()
        }
        key = self.key.without(self.cells)
        return KeyedTable(key, columns, len(rows))

    def _ordered(self, rows: set[Any]) -> list[Any]:
        if len(self.row_types) != 1:
            return sorted(rows, key=_nulls_first)
        return sorted(rows, key=_null_first if None in rows else None)

    def _row_columns(self, rows: Sequence[Any]) -> Iterator[TableColumn]:
        if len(self.row_types) == 1:
            yield TableColumn(self.row_types[0], rows)
            return
        for place, type_ in enumerate(self.row_types):
            yield TableColumn(type_, [row[place] for row in rows])


def _null_first(value: Any) -> tuple[bool, Any]:
    return (value is not None, 0 if value is None else value)


def _nulls_first(row: tuple[Any, ...]) -> list[tuple[bool, Any]]:
    return list(map(_null_first, row))


def _text(type_: str, value: Any) -> str:
    """The text of a value in the name of a column."""
    if value is None:
        return "null"
    if type_ == "float":
        return exponent_text(value)
    read = reader_of(type_)
    return text_of(value if read is None else read(value))
