"""The aggregates: how each one reduces the values of a column.

They are a table of their own because `aggregateWindow` uses them without a table for each window.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.numeric.moments import skewness, standard_deviation
from influx_testing._engine.flux.numeric.quantiles import estimated, interpolated
from influx_testing._engine.flux.table.column_values import known, required_column
from influx_testing._engine.flux.table.keyed_table import KeyedTable, TableColumn, key_columns
from influx_testing._engine.flux.values.flux_types import wrapped
from influx_testing._go.sums import added

__all__ = [
    "AGGREGATES",
    "ColumnAggregate",
    "aggregate_column",
    "aggregated",
    "deviation",
    "estimated_quantile",
    "exact_quantile",
]

_FLOATS: Final[Mapping[str, str]] = {"int": "float", "uint": "float", "float": "float"}
_SAME: Final[Mapping[str, str]] = {"int": "int", "uint": "uint", "float": "float"}


@dataclass(frozen=True, slots=True)
class ColumnAggregate:
    """One way to reduce a column.

    Attributes:
        name: its name in errors.
        types: the type of the result for each type of column; None takes any column, as an int.
        reduce: takes the values, without nulls if `skips_nulls`, and returns the result.
        skips_nulls: whether nulls are left out.
    """

    name: str
    types: Mapping[str, str] | None
    reduce: Callable[[Sequence[Any]], Any]
    skips_nulls: bool = True

    def result_type(self, column: TableColumn) -> str:
        """Return the type of the result.

        Raises:
            FluxError: the aggregate doesn't take such a column.
        """
        if self.types is None:
            return "int"
        if column.type not in self.types:
            raise FluxError(f"unsupported input type for {self.name} aggregate: {column.type}")
        return self.types[column.type]

    def of(self, values: Sequence[Any]) -> Any:
        """Reduce values, of which some may be null."""
        return self.reduce(known(values) if self.skips_nulls else values)


def aggregate_column(table: KeyedTable, label: str) -> TableColumn:
    """Return the column to aggregate.

    Raises:
        FluxError: the table has no such column, or it is part of the group key.
    """
    column = required_column(table, label)
    if label in table.key:
        raise FluxError("cannot aggregate columns that are part of the group key")
    return column


def aggregated(table: KeyedTable, label: str, aggregate: ColumnAggregate) -> KeyedTable:
    """Return a table of one row: the group key, and the aggregate of a column."""
    column = aggregate_column(table, label)
    columns = key_columns(table.key, 1)
    columns[label] = TableColumn(aggregate.result_type(column), [aggregate.of(column.values)])
    return KeyedTable(table.key, columns, 1)


def _sum(values: Sequence[Any]) -> Any:
    if not len(values):
        return None
    total = added(values)
    return total if isinstance(total, float) else wrapped(total)


def _mean(values: Sequence[Any]) -> float | None:
    return float(added(values)) / len(values) if len(values) else None


def _spread(values: Sequence[Any]) -> Any:
    return max(values) - min(values) if len(values) else None


def deviation(*, population: bool) -> ColumnAggregate:
    """Return the aggregate `stddev` for a population or a sample."""
    return ColumnAggregate(
        "stddev", _FLOATS, lambda values: standard_deviation(values, population=population)
    )


def estimated_quantile(q: float, compression: float) -> ColumnAggregate:
    """Return the aggregate `quantile` that estimates with a t-digest."""
    return ColumnAggregate(
        "quantile", {"float": "float"}, lambda values: estimated(values, q, compression)
    )


def exact_quantile(q: float) -> ColumnAggregate:
    """Return the aggregate `quantile` that is exact."""
    return ColumnAggregate("quantile", {"float": "float"}, lambda values: interpolated(values, q))


AGGREGATES: Final[Mapping[str, ColumnAggregate]] = MappingProxyType(
    {
        "count": ColumnAggregate("count", None, len, skips_nulls=False),
        "mean": ColumnAggregate("mean", _FLOATS, _mean),
        "median": estimated_quantile(0.5, 1000.0),
        "skew": ColumnAggregate("skew", _FLOATS, skewness),
        "spread": ColumnAggregate("spread", _SAME, _spread),
        "stddev": deviation(population=False),
        "sum": ColumnAggregate("sum", _SAME, _sum),
    }
)
"""The aggregates that need no argument but the column, by name."""
