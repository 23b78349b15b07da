"""Methods that compute each row from those before it.

The names are those of universe in snake_case; a test holds them to the table of its signatures.
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
            unit: The unit of time.
            columns: The columns.
            initial_zero: Whether the first value counts from zero.
            non_negative: Whether a smaller value counts as a reset.
            time_column: The column of time.
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
        """Return the difference to the row before.

        Args:
            columns: The columns.
            initial_zero: Whether the first value counts from zero.
            keep_first: Whether the first row stays, with null.
            non_negative: Whether a smaller value counts as a reset.
        """
        return self._call(
            "difference",
            columns=columns,
            initialZero=initial_zero,
            keepFirst=keep_first,
            nonNegative=non_negative,
        )

    def increase(self, columns: Sequence[str] | None = None) -> Self:
        """Return the sum of all increases: that of a counter, with its resets.

        Args:
            columns: The columns.
        """
        return self._call("increase", columns=columns)

    def cumulative_sum(self, columns: Sequence[str] | None = None) -> Self:
        """Return the sum of the values so far.

        Args:
            columns: The columns.
        """
        return self._call("cumulativeSum", columns=columns)

    def moving_average(self, n: int) -> Self:
        """Return the mean of the last n values.

        Args:
            n: How many.
        """
        return self._call("movingAverage", n=n)

    def exponential_moving_average(self, n: int) -> Self:
        """Return the exponential moving average.

        Args:
            n: How many.
        """
        return self._call("exponentialMovingAverage", n=n)

    def double_ema(self, n: int) -> Self:
        """Return the double exponential moving average.

        Args:
            n: How many.
        """
        return self._call("doubleEMA", n=n)

    def triple_ema(self, n: int) -> Self:
        """Return the triple exponential moving average.

        Args:
            n: How many.
        """
        return self._call("tripleEMA", n=n)

    def triple_exponential_derivative(self, n: int) -> Self:
        """Return the triple exponential derivative.

        Args:
            n: How many.
        """
        return self._call("tripleExponentialDerivative", n=n)

    def relative_strength_index(self, n: int, *, columns: Sequence[str] | None = None) -> Self:
        """Return the relative strength index.

        Args:
            n: How many.
            columns: The columns.
        """
        return self._call("relativeStrengthIndex", n=n, columns=columns)

    def kaufmans_ama(self, n: int, *, column: str | None = None) -> Self:
        """Return Kaufman's adaptive moving average.

        Args:
            n: How many.
            column: The column; `_value` if it is not given.
        """
        return self._call("kaufmansAMA", n=n, column=column)

    def kaufmans_er(self, n: int) -> Self:
        """Return Kaufman's efficiency ratio.

        Args:
            n: How many.
        """
        return self._call("kaufmansER", n=n)

    def chande_momentum_oscillator(self, n: int, *, columns: Sequence[str] | None = None) -> Self:
        """Return the Chande momentum oscillator.

        Args:
            n: How many.
            columns: The columns.
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
        """Predict the next values by the method of Holt and Winters.

        Args:
            n: How many.
            interval: The time between two values.
            column: The column; `_value` if it is not given.
            seasonality: How many intervals a season has.
            time_column: The column of time.
            with_fit: Whether the fitted values are returned, too.
            with_min_sse: Whether the error is minimized.
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
