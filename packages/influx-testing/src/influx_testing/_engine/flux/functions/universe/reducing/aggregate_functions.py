"""Aggregates: `count`, `mean`, `sum` and others; their tables have one row.

A result has the columns of the group key and the aggregated one.
"""

from __future__ import annotations

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.functions.universe.reducing.column_aggregates import (
    AGGREGATES,
    ColumnAggregate,
    aggregated,
    deviation,
    estimated_quantile,
    exact_quantile,
)
from influx_testing._engine.flux.numeric.quantiles import selected_place
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.column_values import known_rows, required_column
from influx_testing._engine.flux.table.keyed_table import KeyedTable, TableColumn
from influx_testing._engine.flux.table.table_stream import TableStream

__all__ = ["count", "mean", "median", "quantile", "skew", "spread", "stddev", "sum_"]


def _reduced(tables: TableStream, column: str, aggregate: ColumnAggregate) -> TableStream:
    return tables.each(lambda table: aggregated(table, column, aggregate))


@flux_function("universe", "count")
def count(tables: TableStream, column: str = "_value") -> TableStream:
    """Count the rows, nulls included."""
    return _reduced(tables, column, AGGREGATES["count"])


@flux_function("universe", "mean")
def mean(tables: TableStream, column: str = "_value") -> TableStream:
    """Return the mean, as a float."""
    return _reduced(tables, column, AGGREGATES["mean"])


@flux_function("universe", "skew")
def skew(tables: TableStream, column: str = "_value") -> TableStream:
    """Return the skewness of the values as a whole population."""
    return _reduced(tables, column, AGGREGATES["skew"])


@flux_function("universe", "spread")
def spread(tables: TableStream, column: str = "_value") -> TableStream:
    """Return the difference between the largest and the smallest value."""
    return _reduced(tables, column, AGGREGATES["spread"])


@flux_function("universe", "sum")
def sum_(tables: TableStream, column: str = "_value") -> TableStream:
    """Return the sum, of the type of the column."""
    return _reduced(tables, column, AGGREGATES["sum"])


@flux_function("universe", "stddev")
def stddev(tables: TableStream, column: str = "_value", mode: str = "sample") -> TableStream:
    """Return the standard deviation of a sample or a population."""
    if mode not in ("sample", "population"):
        raise FluxError(f'"{mode}" is not a valid standard deviation mode')
    return _reduced(tables, column, deviation(population=mode == "population"))


@flux_function("universe", "median")
def median(
    tables: TableStream,
    column: str = "_value",
    method: str = "estimate_tdigest",
    compression: float = 0.0,
) -> TableStream:
    """Return the median; by default the estimate of a t-digest."""
    return quantile(tables, 0.5, column, method, compression)


@flux_function("universe", "quantile")
def quantile(
    tables: TableStream,
    q: float,
    column: str = "_value",
    method: str = "estimate_tdigest",
    compression: float = 0.0,
) -> TableStream:
    """Return a quantile; `exact_selector` returns the row that has it."""
    if not 0 <= q <= 1:
        raise FluxError("quantile must be between 0 and 1")
    if compression < 0:
        raise FluxError(f"compression must not be negative, but is {compression}")
    if compression and method != "estimate_tdigest":
        raise FluxError("compression parameter is only valid for method estimate_tdigest")
    if method == "exact_selector":
        return tables.each(lambda table: _selected(table, column, q))
    if method == "exact_mean":
        return _reduced(tables, column, exact_quantile(q))
    if method == "estimate_tdigest":
        return _reduced(tables, column, estimated_quantile(q, compression or 1000.0))
    raise FluxError(f"unknown method {method}")


def _selected(table: KeyedTable, label: str, q: float) -> KeyedTable:
    """The row with the quantile; if all values are null, one with nulls beside the group key."""
    values = required_column(table, label, 'no column "{label}" exists').values
    rows = sorted(known_rows(values), key=values.__getitem__)
    if rows:
        return table.take([rows[selected_place(len(rows), q)]])
    nulls = {
        name: TableColumn(column.type, [table.key.get(name)])
        for name, column in table.columns.items()
    }
    return KeyedTable(table.key, nulls, 1)
