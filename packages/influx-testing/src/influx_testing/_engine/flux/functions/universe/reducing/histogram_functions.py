"""The functions `histogram` and `histogramQuantile`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import itemgetter
from typing import Final

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.numeric.histograms import (
    BeyondBins,
    NonMonotonic,
    cumulative_counts,
    histogram_quantile,
)
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.column_values import known, required_column
from influx_testing._engine.flux.table.keyed_table import KeyedTable, TableColumn, key_columns
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._go.float_text import short_text

__all__ = ["histogram", "histogram_quantile_of"]

_ON_NONMONOTONIC: Final = ("error", "force", "drop")


@flux_function("universe", "histogram")
def histogram(
    tables: TableStream,
    bins: list[float],
    column: str = "_value",
    upper_bound_column: str = "le",
    count_column: str = "_value",
    normalize: bool = False,
) -> TableStream:
    """Count for each upper bound the values that do not exceed it; the last has to reach all."""
    bounds = sorted(bins)

    def run(table: KeyedTable) -> KeyedTable:
        found = required_column(table, column, 'column "{label}" is missing')
        if found.type != "float":
            raise FluxError(f'column "{column}" must be a float got {found.type}')
        try:
            counts = cumulative_counts(known(found.values), bounds, normalize=normalize)
        except BeyondBins as error:
            size, last = len(bounds), _digits(bounds[-1] if bounds else 0.0)
            raise FluxError(
                f"found value greater than any bin, {size} {size} {_digits(error.value)} {last}"
            ) from None
        columns = key_columns(table.key, len(bounds))
        columns[upper_bound_column] = TableColumn("float", bounds)
        columns[count_column] = TableColumn("float", counts)
        return KeyedTable(table.key, columns, len(bounds))

    return tables.each(run)


@flux_function("universe", "histogramQuantile")
def histogram_quantile_of(
    tables: TableStream,
    quantile: float = 0.0,
    count_column: str = "_value",
    upper_bound_column: str = "le",
    value_column: str = "_value",
    min_value: float = 0.0,
    on_nonmonotonic: str = "error",
) -> TableStream:
    """Return the quantile of a histogram: a row for each table, null if it counts nothing."""
    if on_nonmonotonic not in _ON_NONMONOTONIC:
        raise FluxError(
            "value provided to histogramQuantile parameter onNonmonotonic is invalid: must be one "
            f"of {', '.join(_ON_NONMONOTONIC)}, but is {on_nonmonotonic}"
        )

    def run(table: KeyedTable) -> KeyedTable | None:
        buckets = _buckets(table, upper_bound_column, count_column)
        if on_nonmonotonic == "force":
            buckets = _rising(buckets)
        try:
            value = histogram_quantile(buckets, quantile, min_value)
        except NonMonotonic as error:
            if on_nonmonotonic == "drop":
                return None
            raise FluxError(str(error)) from None
        columns = key_columns(table.key, 1)
        columns[value_column] = TableColumn("float", [value])
        return KeyedTable(table.key, columns, 1)

    return tables.each(run)


def _buckets(table: KeyedTable, bounds: str, counts: str) -> list[tuple[float, float]]:
    """The upper bounds and counts, in order of the bounds."""
    columns: list[Sequence[float]] = []
    for name, label in (("count", counts), ("upper bound", bounds)):
        column = required_column(table, label, f'table is missing {name} column "{{label}}"')
        if column.type != "float":
            raise FluxError(f'{name} column "{label}" must be of type float')
        columns.append(column.values)
    for count, bound in zip(*columns, strict=True):
        if count is None or bound is None:
            name = "countColumn" if count is None else "upperBoundColumn"
            raise FluxError(f"unexpected null in the {name}")
    if not columns[0]:
        raise FluxError("histogram is empty")
    return sorted(zip(columns[1], columns[0], strict=True), key=itemgetter(0))


def _digits(number: float) -> str:
    """Return a number with six decimals."""
    return f"{number:f}" if math.isfinite(number) else short_text(number)


def _rising(buckets: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The buckets, where a count that decreases is the largest one before it."""
    result: list[tuple[float, float]] = []
    highest = 0.0
    for bound, count in buckets:
        highest = max(highest, count)
        result.append((bound, highest))
    return result
