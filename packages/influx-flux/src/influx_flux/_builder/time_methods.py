"""Methods that select time ranges, form time windows, and change times.

The methods have the names of the functions of universe, in snake_case; a test compares both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from influx_flux._builder.arguments import DurationLike, FunctionLike, TimeLike
from influx_flux._builder.piped_calls import PipedCalls


class TimeMethods(PipedCalls):
    """Methods that select time ranges, form time windows, and change times."""

    def range(self, start: TimeLike, stop: TimeLike | None = None) -> Self:
        """Return the rows from `start` (included) to `stop` (excluded).

        Args:
            start: The earliest time; a duration is relative to now.
            stop: The end of the range; by default now.
        """
        return self._call("range", start=start, stop=stop)

    def window(
        self,
        every: DurationLike | None = None,
        *,
        create_empty: bool | None = None,
        location: object = None,
        offset: DurationLike | None = None,
        period: DurationLike | None = None,
        start_column: str | None = None,
        stop_column: str | None = None,
        time_column: str | None = None,
    ) -> Self:
        """Group the rows by time windows.

        Args:
            every: The interval between the starts of two windows.
            create_empty: Whether to create tables for empty windows.
            location: The time zone that the windows follow, as a record or an expression.
            offset: The duration by which to shift the windows.
            period: The duration of a window; by default `every`.
            start_column: The column for the start of the window.
            stop_column: The column for the end of the window.
            time_column: The column with the time; by default `_time`.
        """
        return self._call(
            "window",
            every=every,
            createEmpty=create_empty,
            location=location,
            offset=offset,
            period=period,
            startColumn=start_column,
            stopColumn=stop_column,
            timeColumn=time_column,
        )

    def aggregate_window(
        self,
        every: DurationLike,
        fn: FunctionLike,
        *,
        column: str | None = None,
        create_empty: bool | None = None,
        location: object = None,
        offset: DurationLike | None = None,
        period: DurationLike | None = None,
        time_dst: str | None = None,
        time_src: str | None = None,
    ) -> Self:
        """Aggregate each time window to one row.

        Args:
            every: The interval between the starts of two windows.
            fn: The aggregate: a name such as `mean`, an expression, or a Python function that
                returns one.
            column: The column; by default `_value`.
            create_empty: Whether to return a row for an empty window.
            location: The time zone that the windows follow, as a record or an expression.
            offset: The duration by which to shift the windows.
            period: The duration of a window; by default `every`.
            time_dst: The column for the time of the window.
            time_src: The column to copy that time from; by default `_stop`.
        """
        return self._call(
            "aggregateWindow",
            every=every,
            fn=fn,
            column=column,
            createEmpty=create_empty,
            location=location,
            offset=offset,
            period=period,
            timeDst=time_dst,
            timeSrc=time_src,
        )

    def hour_selection(
        self, start: int, stop: int, *, location: object = None, time_column: str | None = None
    ) -> Self:
        """Return the rows within these hours of the day, both included.

        Args:
            start: The first hour, from 0 to 23.
            stop: The last hour, from 0 to 23.
            location: The time zone of the hours, as a record or an expression.
            time_column: The column with the time; by default `_time`.
        """
        return self._call(
            "hourSelection", start=start, stop=stop, location=location, timeColumn=time_column
        )

    def time_shift(self, duration: DurationLike, *, columns: Sequence[str] | None = None) -> Self:
        """Add a duration to time columns.

        Args:
            duration: The duration to add.
            columns: The columns; by default `_start`, `_stop` and `_time`.
        """
        return self._call("timeShift", duration=duration, columns=columns)

    def truncate_time_column(self, unit: DurationLike, *, time_column: str | None = None) -> Self:
        """Round times down to a unit.

        Args:
            unit: The unit, as a duration.
            time_column: The column with the time; by default `_time`.
        """
        return self._call("truncateTimeColumn", unit=unit, timeColumn=time_column)

    def elapsed(
        self,
        *,
        column_name: str | None = None,
        time_column: str | None = None,
        unit: DurationLike | None = None,
    ) -> Self:
        """Add a column with the time since the previous row, in units.

        Args:
            column_name: The column for the elapsed time.
            time_column: The column with the time; by default `_time`.
            unit: The unit, as a duration.
        """
        return self._call("elapsed", columnName=column_name, timeColumn=time_column, unit=unit)

    def time_weighted_avg(self, unit: DurationLike) -> Self:
        """Return the time-weighted mean of the values.

        Args:
            unit: The unit, as a duration.
        """
        return self._call("timeWeightedAvg", unit=unit)

    def timed_moving_average(
        self, every: DurationLike, period: DurationLike, *, column: str | None = None
    ) -> Self:
        """Return, at every interval, the mean of the values of the last `period`.

        Args:
            every: The interval between two means.
            period: The duration that each mean covers.
            column: The column; by default `_value`.
        """
        return self._call("timedMovingAverage", every=every, period=period, column=column)

    def state_count(self, fn: FunctionLike, *, column: str | None = None) -> Self:
        """Add a column with the number of consecutive rows in a state.

        Args:
            fn: A predicate over the row `r`: an expression, or a Python function that returns one.
            column: The column for the counts.
        """
        return self._call("stateCount", fn=fn, column=column)

    def state_duration(
        self,
        fn: FunctionLike,
        *,
        column: str | None = None,
        time_column: str | None = None,
        unit: DurationLike | None = None,
    ) -> Self:
        """Add a column with the time that consecutive rows have been in a state, in units.

        Args:
            fn: A predicate over the row `r`: an expression, or a Python function that returns one.
            column: The column for the durations.
            time_column: The column with the time; by default `_time`.
            unit: The unit, as a duration.
        """
        return self._call("stateDuration", fn=fn, column=column, timeColumn=time_column, unit=unit)

    def state_tracking(
        self,
        fn: FunctionLike,
        *,
        count_column: str | None = None,
        duration_column: str | None = None,
        duration_unit: DurationLike | None = None,
        time_column: str | None = None,
    ) -> Self:
        """Add the number and the duration of consecutive rows in a state.

        Args:
            fn: A predicate over the row `r`: an expression, or a Python function that returns one.
            count_column: The column for the counts.
            duration_column: The column for the durations.
            duration_unit: The unit of the durations.
            time_column: The column with the time; by default `_time`.
        """
        return self._call(
            "stateTracking",
            fn=fn,
            countColumn=count_column,
            durationColumn=duration_column,
            durationUnit=duration_unit,
            timeColumn=time_column,
        )
