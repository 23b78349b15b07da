"""Functions of successive rows: `difference`, `derivative`, `cumulativeSum`, `elapsed`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from influx_flux import FluxDuration
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.functions.universe.series.time_arguments import (
    non_null_times,
    time_values,
    unit_of,
)
from influx_testing._engine.flux.numeric.changes import (
    cumulative,
    derivatives,
    differences,
    elapsed_units,
    kept_times,
)
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.column_values import NUMBERS
from influx_testing._engine.flux.table.keyed_table import KeyedTable, TableColumn
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_types import wrapped

__all__ = ["cumulative_sum", "derivative", "difference", "elapsed"]

_SECOND: Final = FluxDuration(0, 1_000_000_000)
_Change = Callable[[TableColumn], TableColumn]


def _changed(
    table: KeyedTable, labels: Sequence[str], function: str, change: _Change
) -> KeyedTable:
    """The table with some of its columns changed; those that it lacks don't count."""
    for label in labels:
        column = table.columns.get(label)
        if column is None:
            continue
        if label in table.key:
            raise FluxError(f'cannot apply {function} to column "{label}" of the group key')
        if column.type not in NUMBERS:
            raise FluxError(f"unsupported {function} column type {label}:{column.type}")
        made = change(column)
        table = table.with_column(label, made.type, made.values)
    return table


@flux_function("universe", "difference")
def difference(
    tables: TableStream,
    non_negative: bool = False,
    columns: list[str] | None = None,
    keep_first: bool = False,
    initial_zero: bool = False,
) -> TableStream:
    """Return the difference of each value to the one before; without the first row by default."""

    def change(column: TableColumn) -> TableColumn:
        values = differences(column.values, non_negative=non_negative, initial_zero=initial_zero)
        return TableColumn("float" if column.type == "float" else "int", _int64(values))

    def run(table: KeyedTable) -> KeyedTable:
        changed = _changed(table, columns or ["_value"], "difference", change)
        return changed if keep_first else changed.cut(1, len(changed))

    return tables.each(run)


@flux_function("universe", "cumulativeSum")
def cumulative_sum(tables: TableStream, columns: list[str] | None = None) -> TableStream:
    """Return the sum up to each value; a null adds nothing. Other columns stay as they are."""

    def change(column: TableColumn) -> TableColumn:
        zero = 0.0 if column.type == "float" else 0
        return TableColumn(column.type, _int64(cumulative(column.values, zero), column.type))

    def run(table: KeyedTable) -> KeyedTable:
        numeric = [
            label
            for label in columns or ["_value"]
            if label in table.columns and table.columns[label].type in NUMBERS
        ]
        return _changed(table, numeric, "cumulative sum", change)

    return tables.each(run)


@flux_function("universe", "derivative")
def derivative(
    tables: TableStream,
    unit: FluxDuration = _SECOND,
    non_negative: bool = False,
    columns: list[str] | None = None,
    time_column: str = "_time",
    initial_zero: bool = False,
) -> TableStream:
    """Return the change for each unit of time, as a float, without the first row."""
    nanoseconds = unit_of(unit)

    def run(table: KeyedTable) -> KeyedTable:
        times = time_values(table, time_column, f'no column "{time_column}" exists')
        kept = _kept_times(times, "derivative")
        if len(kept) < len(times):
            table, times = table.take(kept), [times[row] for row in kept]

        def change(column: TableColumn) -> TableColumn:
            values = derivatives(
                [time for time in times if time is not None],
                column.values,
                nanoseconds,
                non_negative=non_negative,
                initial_zero=initial_zero,
            )
            return TableColumn("float", values)

        changed = _changed(table, columns or ["_value"], "derivative", change)
        return changed.cut(1, len(changed))

    return tables.each(run)


@flux_function("universe", "elapsed")
def elapsed(
    tables: TableStream,
    unit: FluxDuration = _SECOND,
    time_column: str = "_time",
    column_name: str = "elapsed",
) -> TableStream:
    """Return the whole units of time from the row before, as a new column."""
    nanoseconds = unit_of(unit)

    def run(table: KeyedTable) -> KeyedTable:
        if time_column not in table:
            raise FluxError(f'column "{time_column}" does not exist')
        times = non_null_times(table, time_column, "elapsed")
        _kept_times(times, "elapsed")
        rest = table.cut(1, len(table))
        return rest.with_column(column_name, "int", elapsed_units(times, nanoseconds))

    return tables.each(run)


def _kept_times(times: Sequence[int | None], function: str) -> list[int]:
    try:
        return kept_times(times, function)
    except ValueError as error:
        raise FluxError(str(error)) from None


def _int64(values: Sequence[Any], type_: str = "int") -> list[Any]:
    """The values, where integers that overflow wrap."""
    if type_ == "uint":
        return [None if value is None else value % 2**64 for value in values]
    return [wrapped(value) if type(value) is int else value for value in values]
