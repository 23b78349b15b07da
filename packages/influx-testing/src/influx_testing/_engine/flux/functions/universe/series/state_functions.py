"""Functions that count how long rows are in a state: `stateTracking` and its short forms."""

from __future__ import annotations

from typing import Final

from influx_flux import FluxDuration
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.functions.universe.series.time_arguments import (
    non_null_times,
    unit_of,
)
from influx_testing._engine.flux.numeric.changes import kept_times
from influx_testing._engine.flux.numeric.states import state_counts, state_durations
from influx_testing._engine.flux.registry.function_registry import flux_function
from influx_testing._engine.flux.table.keyed_table import KeyedTable
from influx_testing._engine.flux.table.row_functions import RowPredicate
from influx_testing._engine.flux.table.table_stream import TableStream
from influx_testing._engine.flux.values.flux_functions import FluxFunction

__all__ = ["state_count", "state_duration", "state_tracking"]

_SECOND: Final = FluxDuration(0, 1_000_000_000)


@flux_function("universe", "stateTracking")
def state_tracking(
    tables: TableStream,
    fn: FluxFunction,
    count_column: str = "",
    duration_column: str = "",
    duration_unit: FluxDuration = _SECOND,
    time_column: str = "_time",
) -> TableStream:
    """Add how many rows, and how long, the rows before have been in a state; -1 outside of it."""
    if not count_column and not duration_column:
        raise FluxError(
            "stateTracking: at least one of countColumn and durationColumn must be provided"
        )
    if duration_column and (duration_unit.negative or not duration_unit.nanoseconds):
        raise FluxError("state tracking duration unit must be greater than zero")
    unit = unit_of(duration_unit, "durationUnit")
    predicate = RowPredicate.of(fn)

    def run(table: KeyedTable) -> KeyedTable:
        inside = frozenset(predicate.rows(table))
        states = [row in inside for row in range(len(table))]
        made = table
        if count_column:
            made = made.with_column(count_column, "int", state_counts(states))
        if duration_column:
            times = non_null_times(table, time_column, "stateTracking")
            _check_order(times)
            made = made.with_column(duration_column, "int", state_durations(states, times, unit))
        return made

    return tables.each(run)


def _check_order(times: list[int]) -> None:
    try:
        kept_times(times, "stateTracking")
    except ValueError as error:
        raise FluxError(str(error)) from None


@flux_function("universe", "stateCount")
def state_count(tables: TableStream, fn: FluxFunction, column: str = "stateCount") -> TableStream:
    """Add how many rows in a row have been in a state; -1 outside of it."""
    return state_tracking(tables, fn, count_column=column)


@flux_function("universe", "stateDuration")
def state_duration(
    tables: TableStream,
    fn: FluxFunction,
    column: str = "stateDuration",
    time_column: str = "_time",
    unit: FluxDuration = _SECOND,
) -> TableStream:
    """Add how long the rows before have been in a state; -1 outside of it."""
    return state_tracking(
        tables, fn, duration_column=column, duration_unit=unit, time_column=time_column
    )
