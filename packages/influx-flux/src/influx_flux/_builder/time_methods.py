"""Methods that choose, cut and shift times.

The names are those of universe in snake_case; a test holds them to the table of its signatures.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from influx_flux._builder.arguments import DurationLike, FunctionLike, TimeLike
from influx_flux._builder.piped_calls import PipedCalls


class TimeMethods(PipedCalls):
    """Methods that choose, cut and shift times."""

    def range(self, start: TimeLike, stop: TimeLike | None = None) -> Self:
        """Keep the rows from `start` to before `stop`; durations are relative to now.

        Args:
            start: Where it starts.
            stop: Where it ends.
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
        """Group rows by windows of time.

        Args:
            every: How far the starts of the windows are from each other.
            create_empty: Whether there are empty windows.
            location: The location whose days and offsets the windows follow, as a
                record or an expression.
            offset: How far the windows are moved; for rows, how many are left out.
            period: How long a window is; `every` if it is not given.
            start_column: The column that gets the start.
            stop_column: The column that gets the stop.
            time_column: The column of time.
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
        """Aggregate each window of time to one row; the function is named, or given.

        Args:
            every: How far the starts of the windows are from each other.
            fn: The function: an expression, or a Python function that returns one.
            column: The column; `_value` if it is not given.
            create_empty: Whether there are empty windows.
            location: The location whose days and offsets the windows follow, as a
                record or an expression.
            offset: How far the windows are moved; for rows, how many are left out.
            period: How long a window is; `every` if it is not given.
            time_dst: The column that gets it.
            time_src: The column that gives the time of a window.
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
        """Keep the rows of these hours of the day, both included.

        Args:
            start: Where it starts.
            stop: Where it ends.
            location: The location whose days and offsets the windows follow, as a
                record or an expression.
            time_column: The column of time.
        """
        return self._call(
            "hourSelection", start=start, stop=stop, location=location, timeColumn=time_column
        )

    def time_shift(self, duration: DurationLike, *, columns: Sequence[str] | None = None) -> Self:
        """Add a duration to the columns of time.

        Args:
            duration: How much is added.
            columns: The columns.
        """
        return self._call("timeShift", duration=duration, columns=columns)

    def truncate_time_column(self, unit: DurationLike, *, time_column: str | None = None) -> Self:
        """Cut the time to a unit.

        Args:
            unit: The unit of time.
            time_column: The column of time.
        """
        return self._call("truncateTimeColumn", unit=unit, timeColumn=time_column)

    def elapsed(
        self,
        *,
        column_name: str | None = None,
        time_column: str | None = None,
        unit: DurationLike | None = None,
    ) -> Self:
        """Add the time since the row before, in units.

        Args:
            column_name: The column that gets the time.
            time_column: The column of time.
            unit: The unit of time.
        """
        return self._call("elapsed", columnName=column_name, timeColumn=time_column, unit=unit)

    def time_weighted_avg(self, unit: DurationLike) -> Self:
        """Return the mean of the values, each weighted by how long it was there.

        Args:
            unit: The unit of time.
        """
        return self._call("timeWeightedAvg", unit=unit)

    def timed_moving_average(
        self, every: DurationLike, period: DurationLike, *, column: str | None = None
    ) -> Self:
        """Return the mean of the last `period`, every so often.

        Args:
            every: How far the starts of the windows are from each other.
            period: How long a window is; `every` if it is not given.
            column: The column; `_value` if it is not given.
        """
        return self._call("timedMovingAverage", every=every, period=period, column=column)

    def state_count(self, fn: FunctionLike, *, column: str | None = None) -> Self:
        """Add how many rows in sequence are in a state.

        Args:
            fn: The function: an expression, or a Python function that returns one.
            column: The column; `_value` if it is not given.
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
        """Add how long the rows have been in a state, in units.

        Args:
            fn: The function: an expression, or a Python function that returns one.
            column: The column; `_value` if it is not given.
            time_column: The column of time.
            unit: The unit of time.
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
        """Add how many rows in sequence, and for how long, are in a state.

        Args:
            fn: The function: an expression, or a Python function that returns one.
            count_column: The column that gets counts.
            duration_column: The column that gets durations.
            duration_unit: The unit of durations.
            time_column: The column of time.
        """
        return self._call(
            "stateTracking",
            fn=fn,
            countColumn=count_column,
            durationColumn=duration_column,
            durationUnit=duration_unit,
            timeColumn=time_column,
        )
