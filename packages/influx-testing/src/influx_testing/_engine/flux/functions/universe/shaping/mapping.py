"""The functions `map` and `reduce`: a function of Flux for each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.query_budget import QueryBudget
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.group_key import EMPTY_KEY, GroupKey
from influx_testing._engine.flux.table.key_merging import merged_by_key
from influx_testing._engine.flux.table.keyed_table import KeyedTable, TableColumn, key_columns
from influx_testing._engine.flux.table.records import column_of, columns_of_records
from influx_testing._engine.flux.table.row_functions import evaluating, values_of_part
from influx_testing._engine.flux.table.table_collector import key_rows
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_functions import FluxFunction, RecordParts, RowPart
from influx_testing._engine.flux.values.flux_types import Value, type_name

__all__ = ["map_", "reduce"]


@flux_function("universe", "map")
def map_(tables: TableStream, fn: FluxFunction, merge_key: bool = False) -> TableStream:
    """Return the records that a function makes of the rows, with columns in alphabetical order.

    The group key keeps those of its columns that the records have, with the values there. Tables
    without rows are dropped.
    """
    parts = fn.record_parts("r")
    types = fn.record_types("r")
    call = fn.of_one("r")

    def columns_of(table: KeyedTable) -> dict[str, TableColumn]:
        with evaluating("map"):
            if parts is not None:
                return _columns_of_parts(table, parts)
            values = [call(row) for row in table.rows()]
        records = [_record(value, "map") for value in values]
        known = {name: column.type for name, column in table.columns.items()}
        if types is not None:
            found = types(table.type_of)
            known.update({label: type_ for label, type_ in found.items() if type_ is not None})
        return columns_of_records(records, known)

    def made_of(table: KeyedTable) -> Iterator[KeyedTable]:
        columns = columns_of(table)
        if merge_key:
            columns = {**key_columns(table.key, len(table)), **columns}
        return _by_key(table, dict(sorted(columns.items())), tables.budget)

    return tables.derive(
        lambda source: merged_by_key(
            made for table in source if len(table) for made in made_of(table)
        )
    )


def _record(value: Value, function: str) -> dict[str, Any]:
    if type(value) is not dict:
        raise FluxError(
            f"{function} function must return an object, but returned {type_name(value)}"
        )
    return cast("dict[str, Any]", value)


def _columns_of_parts(table: KeyedTable, parts: RecordParts) -> dict[str, TableColumn]:
    columns = dict(table.columns) if parts.extends_row else {}
    for label, part in parts.properties.items():
        column = _column_of_part(table, label, part)
        if column is not None:
            columns[label] = column
        elif not parts.extends_row or label in columns:
            columns.pop(label, None)
    return columns


def _column_of_part(table: KeyedTable, label: str, part: RowPart) -> TableColumn | None:
    """The column of an expression; None if all its values are null and its type is unknown."""
    if part.member is not None and part.member in table:
        return table.columns[part.member]
    values = values_of_part(table, part)
    column = column_of(label, values)
    if column is not None:
        return column
    type_ = part.type_of(table.type_of) or table.type_of(label)
    return None if type_ is None else TableColumn(type_, values)


def _by_key(
    table: KeyedTable, columns: dict[str, TableColumn], budget: QueryBudget
) -> Iterator[KeyedTable]:
    """Divide the new columns of a table by those of its key; none make no table."""
    if not columns:
        return
    labels = [label for label in table.key.labels if label in columns]
    made = KeyedTable(EMPTY_KEY, columns, len(table))
    for key, rows in key_rows(made, labels, budget).items():
        yield (made if rows is None else made.take(rows)).with_key(key)


@flux_function("universe", "reduce")
def reduce(tables: TableStream, fn: FluxFunction, identity: Mapping[str, Value]) -> TableStream:
    """Reduce each table to one row: the group key, and the last record of a function, sorted."""

    def run(source: Iterable[KeyedTable]) -> Iterator[KeyedTable]:
        seen: set[GroupKey] = set()
        for table in source:
            made = _reduced(table, fn, identity)
            if made.key in seen:
                raise FluxError("two reducers writing result to the same table")
            seen.add(made.key)
            yield made

    return tables.derive(run)


def _reduced(table: KeyedTable, fn: FluxFunction, identity: Mapping[str, Value]) -> KeyedTable:
    result: Mapping[str, Value] = identity
    for row in table.rows():
        with evaluating("reduce"):
            value = fn.call({"r": row, "accumulator": result})
        result = _record(value, "reduce")
    types = {label: type_name(value) for label, value in identity.items()}
    columns = columns_of_records([dict(result)], types)
    for label, column in columns.items():
        if column.type != types.get(label, column.type):
            raise FluxError(f"expected {types[label]} but found {column.type} (record {label})")
    key = table.key
    for label, column in columns.items():
        if label in key:
            key = key.with_column(label, column.type, column.values[0])
    return KeyedTable(key, {**key_columns(key, 1), **dict(sorted(columns.items()))}, 1)
