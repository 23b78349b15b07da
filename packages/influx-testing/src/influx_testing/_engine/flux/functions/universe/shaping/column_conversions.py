"""Functions that convert the column `_value` to another type: `toFloat`, `toInt` and others."""

from __future__ import annotations

from collections.abc import Callable

from influx_testing._engine.flux.functions.scalars.conversions import CONVERSIONS
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.keyed_table import KeyedTable, Repeated
from influx_testing._engine.flux.table.records import column_of
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_types import Value

__all__: list[str] = []

_LABEL = "_value"


def _converted(table: KeyedTable, type_: str, convert: Callable[[Value], Value]) -> KeyedTable:
    column = table.columns.get(_LABEL)
    if column is None or column.type == type_:
        return table
    if _LABEL in table.key:
        made = column_of(_LABEL, Repeated(convert(next(iter(column.readable()))), 1), type_)
        assert made is not None
        return table.with_key_column(_LABEL, type_, made.values[0])
    made = column_of(_LABEL, list(map(convert, column.readable())), type_)
    assert made is not None  # its type is known
    return table.with_column(_LABEL, type_, made.values)


def _register(name: str, type_: str) -> None:
    convert = CONVERSIONS[type_]

    @flux_function("universe", name)
    def of_value(tables: TableStream) -> TableStream:
        return tables.each(lambda table: _converted(table, type_, convert))


for _name in ("Bool", "Float", "Int", "String", "Time", "UInt"):
    _register(f"to{_name}", _name.lower())
