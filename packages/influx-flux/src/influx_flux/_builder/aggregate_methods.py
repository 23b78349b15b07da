"""Methods that make one row of each table.

The methods have the names of the functions of universe, in snake_case; a test compares both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from influx_flux._builder.arguments import DurationLike, FunctionLike
from influx_flux._builder.piped_calls import PipedCalls


class AggregateMethods(PipedCalls):
    """Methods that make one row of each table."""

    def count(self, column: str | None = None) -> Self:
        """Return the number of values.

        Args:
            column: The column; by default `_value`.
        """
        return self._call("count", column=column)

    def sum(self, column: str | None = None) -> Self:
        """Return the sum of the values.

        Args:
            column: The column; by default `_value`.
        """
        return self._call("sum", column=column)

    def mean(self, column: str | None = None) -> Self:
        """Return the mean of the values.

        Args:
            column: The column; by default `_value`.
        """
        return self._call("mean", column=column)

    def median(
        self,
        column: str | None = None,
        *,
        compression: float | None = None,
        method: str | None = None,
    ) -> Self:
        """Return the median; an estimate unless `method` is an exact one.

        Args:
            column: The column; by default `_value`.
            compression: The number of centroids of the estimate; more are more accurate.
            method: `estimate_tdigest` (default), `exact_mean` or `exact_selector`.
        """
        return self._call("median", column=column, compression=compression, method=method)

    def quantile(
        self,
        q: float,
        *,
        column: str | None = None,
        compression: float | None = None,
        method: str | None = None,
    ) -> Self:
        """Return a quantile; an estimate unless `method` is an exact one.

        Args:
            q: The quantile, from 0 to 1.
            column: The column; by default `_value`.
            compression: The number of centroids of the estimate; more are more accurate.
            method: `estimate_tdigest` (default), `exact_mean` or `exact_selector`.
        """
        return self._call("quantile", q=q, column=column, compression=compression, method=method)

    def mode(self, column: str | None = None) -> Self:
        """Return the most frequent value.

        Args:
            column: The column; by default `_value`.
        """
        return self._call("mode", column=column)

    def stddev(self, column: str | None = None, *, mode: str | None = None) -> Self:
        """Return the standard deviation.

        Args:
            column: The column; by default `_value`.
            mode: `sample` (default) or `population`.
        """
        return self._call("stddev", column=column, mode=mode)

    def skew(self, column: str | None = None) -> Self:
        """Return the skew of the values.

        Args:
            column: The column; by default `_value`.
        """
        return self._call("skew", column=column)

    def spread(self, column: str | None = None) -> Self:
        """Return the difference between the largest and the smallest value.

        Args:
            column: The column; by default `_value`.
        """
        return self._call("spread", column=column)

    def integral(
        self,
        column: str | None = None,
        *,
        interpolate: str | None = None,
        time_column: str | None = None,
        unit: DurationLike | None = None,
    ) -> Self:
        """Return the area under the curve of the values, per unit of time.

        Args:
            column: The column; by default `_value`.
            interpolate: `linear` interpolates missing values at the ends.
            time_column: The column with the time; by default `_time`.
            unit: The unit, as a duration.
        """
        return self._call(
            "integral", column=column, interpolate=interpolate, timeColumn=time_column, unit=unit
        )

    def covariance(
        self, columns: Sequence[str], *, pearsonr: bool | None = None, value_dst: str | None = None
    ) -> Self:
        """Return the covariance of two columns.

        Args:
            columns: The two columns.
            pearsonr: Whether to normalize the result to the Pearson correlation.
            value_dst: The column for the result.
        """
        return self._call("covariance", columns=columns, pearsonr=pearsonr, valueDst=value_dst)

    def reduce(self, fn: FunctionLike, identity: object) -> Self:
        """Reduce all rows to one record, with an accumulator.

        Args:
            fn: A function of `r` and `accumulator` that returns the next accumulator.
            identity: The initial accumulator, as a record.
        """
        return self._call("reduce", fn=fn, identity=identity)

    def histogram(
        self,
        bins: Sequence[float],
        *,
        column: str | None = None,
        count_column: str | None = None,
        normalize: bool | None = None,
        upper_bound_column: str | None = None,
    ) -> Self:
        """Count the values at or below each upper bound.

        Args:
            bins: The upper bounds, in ascending order.
            column: The column; by default `_value`.
            count_column: The column for the counts.
            normalize: Whether to divide the counts by the total.
            upper_bound_column: The column for the upper bounds.
        """
        return self._call(
            "histogram",
            bins=bins,
            column=column,
            countColumn=count_column,
            normalize=normalize,
            upperBoundColumn=upper_bound_column,
        )

    def histogram_quantile(
        self,
        *,
        count_column: str | None = None,
        min_value: float | None = None,
        on_nonmonotonic: str | None = None,
        quantile: float | None = None,
        upper_bound_column: str | None = None,
        value_column: str | None = None,
    ) -> Self:
        """Return a quantile of a histogram.

        Args:
            count_column: The column with the counts.
            min_value: The smallest possible value.
            on_nonmonotonic: The action if a count decreases: `error`, `fix`, `force` or `drop`.
            quantile: The quantile, from 0 to 1.
            upper_bound_column: The column with the upper bounds.
            value_column: The column for the result.
        """
        return self._call(
            "histogramQuantile",
            countColumn=count_column,
            minValue=min_value,
            onNonmonotonic=on_nonmonotonic,
            quantile=quantile,
            upperBoundColumn=upper_bound_column,
            valueColumn=value_column,
        )
