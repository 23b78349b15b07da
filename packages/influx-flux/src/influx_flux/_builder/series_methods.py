"""Methods that compute each row from those before it.

The methods have the names of the functions of universe, in snake_case; a test compares both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from influx_flux._builder.arguments import DurationLike
from influx_flux._builder.piped_calls import PipedCalls


class SeriesMethods(PipedCalls):
    """Methods that compute each row from those before it."""

    def derivative(
        self,
        unit: DurationLike | None = None,
        *,
        columns: Sequence[str] | None = None,
        initial_zero: bool | None = None,
        non_negative: bool | None = None,
        time_column: str | None = None,
    ) -> Self:
        """Return the rate of change per unit of time.

        Args:
            unit: The unit of time, as a duration.
            columns: The columns; by default `_value`.
            initial_zero: Whether the value before a reset counts as 0.
            non_negative: Whether to treat a decrease as a counter reset.
            time_column: The column with the time; by default `_time`.
        """
        return self._call(
            "derivative",
            unit=unit,
            columns=columns,
            initialZero=initial_zero,
            nonNegative=non_negative,
            timeColumn=time_column,
        )

    def difference(
        self,
        columns: Sequence[str] | None = None,
        *,
        initial_zero: bool | None = None,
        keep_first: bool | None = None,
        non_negative: bool | None = None,
    ) -> Self:
        """Return the difference from the previous row.

        Args:
            columns: The columns; by default `_value`.
            initial_zero: Whether the value before a reset counts as 0.
            keep_first: Whether to keep the first row, with null.
            non_negative: Whether to treat a decrease as a counter reset.
        """
        return self._call(
            "difference",
            columns=columns,
            initialZero=initial_zero,
            keepFirst=keep_first,
            nonNegative=non_negative,
        )

    def increase(self, columns: Sequence[str] | None = None) -> Self:
        """Return the cumulative increase of a counter, across its resets.

        Args:
            columns: The columns; by default `_value`.
        """
        return self._call("increase", columns=columns)

    def cumulative_sum(self, columns: Sequence[str] | None = None) -> Self:
        """Return the running total of the values.

        Args:
            columns: The columns; by default `_value`.
        """
        return self._call("cumulativeSum", columns=columns)

    def moving_average(self, n: int) -> Self:
        """Return the mean of the last n values.

        Args:
            n: The number of values in the window.
        """
        return self._call("movingAverage", n=n)

    def exponential_moving_average(self, n: int) -> Self:
        """Return the exponential moving average.

        Args:
            n: The number of values in the window.
        """
        return self._call("exponentialMovingAverage", n=n)

    def double_ema(self, n: int) -> Self:
        """Return the double exponential moving average.

        Args:
            n: The number of values in the window.
        """
        return self._call("doubleEMA", n=n)

    def triple_ema(self, n: int) -> Self:
        """Return the triple exponential moving average.

        Args:
            n: The number of values in the window.
        """
        return self._call("tripleEMA", n=n)

    def triple_exponential_derivative(self, n: int) -> Self:
        """Return the triple exponential derivative.

        Args:
            n: The number of values in the window.
        """
        return self._call("tripleExponentialDerivative", n=n)

    def relative_strength_index(self, n: int, *, columns: Sequence[str] | None = None) -> Self:
        """Return the relative strength index.

        Args:
            n: The number of values in the window.
            columns: The columns; by default `_value`.
        """
        return self._call("relativeStrengthIndex", n=n, columns=columns)

    def kaufmans_ama(self, n: int, *, column: str | None = None) -> Self:
        """Return Kaufman's adaptive moving average.

        Args:
            n: The number of values in the window.
            column: The column; by default `_value`.
        """
        return self._call("kaufmansAMA", n=n, column=column)

    def kaufmans_er(self, n: int) -> Self:
        """Return Kaufman's efficiency ratio.

        Args:
            n: The number of values in the window.
        """
        return self._call("kaufmansER", n=n)

    def chande_momentum_oscillator(self, n: int, *, columns: Sequence[str] | None = None) -> Self:
        """Return the Chande momentum oscillator.

        Args:
            n: The number of values in the window.
            columns: The columns; by default `_value`.
        """
        return self._call("chandeMomentumOscillator", n=n, columns=columns)

    def holt_winters(
        self,
        n: int,
        interval: DurationLike,
        *,
        column: str | None = None,
        seasonality: int | None = None,
        time_column: str | None = None,
        with_fit: bool | None = None,
        with_min_sse: bool | None = None,
    ) -> Self:
        """Predict the next n values by the Holt-Winters method.

        Args:
            n: The number of values to predict.
            interval: The interval between two values.
            column: The column; by default `_value`.
            seasonality: The number of intervals in a season.
            time_column: The column with the time; by default `_time`.
            with_fit: Whether to return the fitted values too.
            with_min_sse: Whether to return the minimal sum of squared errors too.
        """
        return self._call(
            "holtWinters",
            n=n,
            interval=interval,
            column=column,
            seasonality=seasonality,
            timeColumn=time_column,
            withFit=with_fit,
            withMinSSE=with_min_sse,
        )
