"""Reads arguments that are durations, time zones or points in time."""

from __future__ import annotations

from collections.abc import Mapping

from influx_flux import FluxDuration
from influx_testing._engine.flux.calendar.local_clock import LocalClock, UnknownZone
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.numeric.window_schedule import Step
from influx_testing._engine.flux.query_context import QueryContext
from influx_testing._engine.flux.table.keyed_table import KeyedTable
from influx_testing._engine.flux.values.flux_types import Value

__all__ = ["clock_of", "non_null_times", "step_of", "time_values", "unit_of"]


def step_of(duration: FluxDuration) -> Step:
    """Return a duration as a step in time."""
    sign = -1 if duration.negative else 1
    return Step(sign * duration.months, sign * duration.nanoseconds)


def unit_of(duration: FluxDuration, name: str = "unit") -> int:
    """Return the nanoseconds of a unit of time.

    Raises:
        FluxError: it has months, or it is not positive.
    """
    if duration.months:
        raise FluxError(f"{name} must be a fixed number of nanoseconds, without months or years")
    if duration.negative or not duration.nanoseconds:
        raise FluxError(f"{name} must be a positive duration")
    return duration.nanoseconds


def clock_of(context: QueryContext, location: Mapping[str, Value] | None) -> LocalClock:
    """Return the clock of a record such as `{zone: "Europe/Madrid", offset: 0h}`.

    Args:
        context: the query, whose option `location` counts where there is no argument.
        location: the argument.

    Raises:
        FluxError: the zone is unknown.
    """
    record = context.member("", "location") if location is None else location
    zone, offset = record.get("zone"), record.get("offset")
    if not isinstance(zone, str) or not isinstance(offset, FluxDuration):
        raise FluxError('a location must be a record such as {zone: "UTC", offset: 0h}')
    clock = LocalClock(zone, step_of(offset).nanoseconds)
    try:
        clock.to_local(0)
    except UnknownZone as error:
        raise FluxError(str(error)) from None
    return clock


def time_values(table: KeyedTable, label: str, missing: str) -> list[int | None]:
    """Return the values of a column of times.

    Args:
        table: the table.
        label: the column.
        missing: the text of the error if there is no such column.

    Raises:
        FluxError: the table has no such column, or it has another type.
    """
    column = table.columns.get(label)
    if column is None:
        raise FluxError(missing)
    if column.type != "time":
        raise FluxError(f'column "{label}" is of type {column.type}, not time')
    return list(column.values)


def non_null_times(table: KeyedTable, label: str, function: str) -> list[int]:
    """Return the values of a column of times without nulls.

    Raises:
        FluxError: the table has no such column, it has another type, or a null.
    """
    times: list[int] = []
    for time in time_values(table, label, f'no column "{label}" exists'):
        if time is None:
            raise FluxError(f"{function} found null time in time column")
        times.append(time)
    return times
