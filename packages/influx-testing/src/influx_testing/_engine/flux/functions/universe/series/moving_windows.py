"""Moving averages and indicators of momentum: a window of n rows that moves over the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.numeric.momentum import (
    momentum_oscillator,
    percent_changes,
    relative_strength,
)
from influx_testing._engine.flux.numeric.moving_averages import (
    adaptive_average,
    exponential_average,
    moving_average,
)
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.column_values import NUMBERS, required_column
from influx_testing._engine.flux.table.keyed_table import KeyedTable
from influx_testing._engine.flux.table.table_stream import TableStream

__all__ = [
    "chande_momentum_oscillator",
    "exponential_moving_average",
    "kaufmans_ama",
    "moving_average_of",
    "relative_strength_index",
    "triple_exponential_derivative",
]

_Values = Sequence[float | None]


def _moved(
    tables: TableStream,
    labels: Sequence[str],
    function: str,
    compute: Callable[[_Values], _Values],
    skipped: int | None = None,
) -> TableStream:
    """The tables with columns computed; the last rows are kept, as many as there are results.

    Args:
        tables: the tables.
        labels: the columns.
        function: what is computed, for errors.
        compute: takes the values of a column, and returns the results.
        skipped: how many rows are dropped of a table that has none of the columns; None if that is
            an error.
    """

    def run(table: KeyedTable) -> KeyedTable:
        known = [label for label in labels if skipped is None or label in table]
        results = {label: compute(_numbers(table, label, function)) for label in known}
        none_found = max(len(table) - (skipped or 0), 0)
        count = max((len(values) for values in results.values()), default=none_found)
        made = table.cut(len(table) - count, len(table))
        for label, values in results.items():
            made = made.with_column(label, "float", values)
        return made

    return tables.each(run)


def _numbers(table: KeyedTable, label: str, function: str) -> _Values:
    column = required_column(table, label, "cannot find {label} column")
    if column.type not in NUMBERS:
        raise FluxError(f"cannot take {function} of column {label} (type {column.type})")
    return column.values


def _check_period(n: int, function: str = "moving average") -> None:
    if n <= 0:
        raise FluxError(f"cannot take {function} with a period of {n} (must be greater than 0)")


def _affordable(tables: TableStream, values: _Values, n: int) -> int:
    """Return the number of rows of a window that is read anew at each row; it counts."""
    tables.budget.take(len(values) * min(n, len(values)))
    return n


@flux_function("universe", "movingAverage")
def moving_average_of(tables: TableStream, n: int) -> TableStream:
    """Return the mean of the last n values, from row n on."""
    _check_period(n)
    return _moved(tables, ["_value"], "moving average", lambda v: moving_average(v, n))


@flux_function("universe", "exponentialMovingAverage")
def exponential_moving_average(tables: TableStream, n: int) -> TableStream:
    """Return the exponential average, from row n on."""
    _check_period(n)
    return _moved(
        tables, ["_value"], "exponential moving average", lambda v: exponential_average(v, n)
    )


@flux_function("universe", "relativeStrengthIndex")
def relative_strength_index(
    tables: TableStream, n: int, columns: list[str] | None = None
) -> TableStream:
    """Return the relative strength index, from row n + 1 on."""
    _check_period(n)
    return _moved(
        tables,
        columns or ["_value"],
        "relative strength index",
        lambda v: relative_strength(v, n),
        skipped=n,
    )


@flux_function("universe", "chandeMomentumOscillator")
def chande_momentum_oscillator(
    tables: TableStream, n: int, columns: list[str] | None = None
) -> TableStream:
    """Return Chande's momentum oscillator, from row n + 1 on."""
    _check_period(n)
    return _moved(
        tables,
        columns or ["_value"],
        "chande momentum oscillator",
        lambda v: momentum_oscillator(v, _affordable(tables, v, n)),
        skipped=n,
    )


@flux_function("universe", "kaufmansAMA")
def kaufmans_ama(tables: TableStream, n: int, column: str = "_value") -> TableStream:
    """Return Kaufman's adaptive moving average, from row n + 1 on."""
    _check_period(n, "KaufmansAMA")
    return _moved(
        tables,
        [column],
        "KAMA",
        lambda v: adaptive_average(v, _affordable(tables, v, n)),
        skipped=n,
    )


@flux_function("universe", "tripleExponentialDerivative")
def triple_exponential_derivative(tables: TableStream, n: int) -> TableStream:
    """Return the change in percent of an exponential average that is taken three times.

    A table that is too short for that has one row: its last one, with a null.
    """
    _check_period(n, "triple exponential derivative")

    def compute(values: _Values) -> _Values:
        if 0 < len(values) < 3 * (n - 1):
            return [None]
        for _ in range(3):
            values = exponential_average(values, n)
        return percent_changes(values)

    return _moved(tables, ["_value"], "exponential moving average", compute)
