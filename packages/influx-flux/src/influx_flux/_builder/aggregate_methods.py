"""Methods that make one row of each table.

The names are those of universe in snake_case; a test holds them to the table of its signatures.
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
            column: The column; `_value` if it is not given.
        """
        return self._call("count", column=column)

    def sum(self, column: str | None = None) -> Self:
        """Return the sum of the values.

        Args:
            column: The column; `_value` if it is not given.
        """
        return self._call("sum", column=column)

    def mean(self, column: str | None = None) -> Self:
        """Return the mean of the values.

        Args:
            column: The column; `_value` if it is not given.
        """
        return self._call("mean", column=column)

    def median(
        self,
        column: str | None = None,
        *,
        compression: float | None = None,
        method: str | None = None,
    ) -> Self:
        """Return the median: an estimate, unless the method says otherwise.

        Args:
            column: The column; `_value` if it is not given.
            compression: How exact the estimate is.
            method: How it is computed.
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
        """Return a quantile: an estimate, unless the method says otherwise.

        Args:
            q: The quantile, from 0 to 1.
            column: The column; `_value` if it is not given.
            compression: How exact the estimate is.
            method: How it is computed.
        """
        return self._call("quantile", q=q, column=column, compression=compression, method=method)

    def mode(self, column: str | None = None) -> Self:
        """Return the most frequent value.

        Args:
            column: The column; `_value` if it is not given.
        """
        return self._call("mode", column=column)

    def stddev(self, column: str | None = None, *, mode: str | None = None) -> Self:
        """Return the standard deviation.

        Args:
            column: The column; `_value` if it is not given.
            mode: How it is done: the default comes first in the reference.
        """
        return self._call("stddev", column=column, mode=mode)

    def skew(self, column: str | None = None) -> Self:
        """Return the skew of the values.

        Args:
            column: The column; `_value` if it is not given.
        """
        return self._call("skew", column=column)

    def spread(self, column: str | None = None) -> Self:
        """Return the difference of the largest and the smallest value.

        Args:
            column: The column; `_value` if it is not given.
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
        """Return the area under the values per unit of time.

        Args:
            column: The column; `_value` if it is not given.
            interpolate: `linear` interpolates at the ends.
            time_column: The column of time.
            unit: The unit of time.
        """
        return self._call(
            "integral", column=column, interpolate=interpolate, timeColumn=time_column, unit=unit
        )

    def covariance(
        self, columns: Sequence[str], *, pearsonr: bool | None = None, value_dst: str | None = None
    ) -> Self:
        """Return the covariance of two columns.

        Args:
            columns: The columns.
            pearsonr: Whether it is normalized.
            value_dst: The column that gets the value.
        """
        return self._call("covariance", columns=columns, pearsonr=pearsonr, valueDst=value_dst)

    def reduce(self, fn: FunctionLike, identity: object) -> Self:
        """Return what a function makes of all rows, from an identity on.

        Args:
            fn: The function: an expression, or a Python function that returns one.
            identity: The record the function starts with.
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
        """Count the values up to each bound.

        Args:
            bins: The bounds, in order.
            column: The column; `_value` if it is not given.
            count_column: The column that gets counts.
            normalize: Whether counts become parts of 1.
            upper_bound_column: The column of bounds.
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
            count_column: The column that gets counts.
            min_value: The least value there can be.
            on_nonmonotonic: What happens to counts that go down: error, fix, force
                or drop.
            quantile: The quantile, from 0 to 1.
            upper_bound_column: The column of bounds.
            value_column: The column of values.
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
