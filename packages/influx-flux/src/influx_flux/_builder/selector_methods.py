"""Methods that choose rows.

The methods have the names of the functions of universe, in snake_case; a test compares both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from influx_flux._builder.arguments import FunctionLike
from influx_flux._builder.piped_calls import PipedCalls


class SelectorMethods(PipedCalls):
    """Methods that choose rows."""

    def filter(self, fn: FunctionLike, *, on_empty: str | None = None) -> Self:
        """Return the rows for which the predicate is true.

        Args:
            fn: A predicate over the row `r`: an expression, or a Python function that returns one.
            on_empty: Whether to `keep` or to `drop` tables that become empty.
        """
        return self._call("filter", fn=fn, onEmpty=on_empty)

    def first(self, column: str | None = None) -> Self:
        """Return the first row with a value.

        Args:
            column: The column; by default `_value`.
        """
        return self._call("first", column=column)

    def last(self, column: str | None = None) -> Self:
        """Return the last row with a value.

        Args:
            column: The column; by default `_value`.
        """
        return self._call("last", column=column)

    def min(self, column: str | None = None) -> Self:
        """Return the row with the smallest value.

        Args:
            column: The column; by default `_value`.
        """
        return self._call("min", column=column)

    def max(self, column: str | None = None) -> Self:
        """Return the row with the largest value.

        Args:
            column: The column; by default `_value`.
        """
        return self._call("max", column=column)

    def top(self, n: int, *, columns: Sequence[str] | None = None) -> Self:
        """Return the rows with the largest values.

        Args:
            n: The number of rows.
            columns: The columns to sort by; by default `_value`.
        """
        return self._call("top", n=n, columns=columns)

    def bottom(self, n: int, *, columns: Sequence[str] | None = None) -> Self:
        """Return the rows with the smallest values.

        Args:
            n: The number of rows.
            columns: The columns to sort by; by default `_value`.
        """
        return self._call("bottom", n=n, columns=columns)

    def highest_average(
        self, n: int, *, column: str | None = None, group_columns: Sequence[str] | None = None
    ) -> Self:
        """Return the groups with the highest mean.

        Args:
            n: The number of groups.
            column: The column; by default `_value`.
            group_columns: The columns to group by.
        """
        return self._call("highestAverage", n=n, column=column, groupColumns=group_columns)

    def highest_current(
        self, n: int, *, column: str | None = None, group_columns: Sequence[str] | None = None
    ) -> Self:
        """Return the groups with the highest last value.

        Args:
            n: The number of groups.
            column: The column; by default `_value`.
            group_columns: The columns to group by.
        """
        return self._call("highestCurrent", n=n, column=column, groupColumns=group_columns)

    def highest_max(
        self, n: int, *, column: str | None = None, group_columns: Sequence[str] | None = None
    ) -> Self:
        """Return the groups with the highest value.

        Args:
            n: The number of groups.
            column: The column; by default `_value`.
            group_columns: The columns to group by.
        """
        return self._call("highestMax", n=n, column=column, groupColumns=group_columns)

    def lowest_average(
        self, n: int, *, column: str | None = None, group_columns: Sequence[str] | None = None
    ) -> Self:
        """Return the groups with the lowest mean.

        Args:
            n: The number of groups.
            column: The column; by default `_value`.
            group_columns: The columns to group by.
        """
        return self._call("lowestAverage", n=n, column=column, groupColumns=group_columns)

    def lowest_current(
        self, n: int, *, column: str | None = None, group_columns: Sequence[str] | None = None
    ) -> Self:
        """Return the groups with the lowest last value.

        Args:
            n: The number of groups.
            column: The column; by default `_value`.
            group_columns: The columns to group by.
        """
        return self._call("lowestCurrent", n=n, column=column, groupColumns=group_columns)

    def lowest_min(
        self, n: int, *, column: str | None = None, group_columns: Sequence[str] | None = None
    ) -> Self:
        """Return the groups with the lowest value.

        Args:
            n: The number of groups.
            column: The column; by default `_value`.
            group_columns: The columns to group by.
        """
        return self._call("lowestMin", n=n, column=column, groupColumns=group_columns)

    def limit(self, n: int, *, offset: int | None = None) -> Self:
        """Return the first n rows of each table.

        Args:
            n: The number of rows.
            offset: The number of rows to skip at the start.
        """
        return self._call("limit", n=n, offset=offset)

    def tail(self, n: int, *, offset: int | None = None) -> Self:
        """Return the last n rows of each table.

        Args:
            n: The number of rows.
            offset: The number of rows to skip at the end.
        """
        return self._call("tail", n=n, offset=offset)

    def sample(self, n: int, *, column: str | None = None, pos: int | None = None) -> Self:
        """Return every nth row.

        Args:
            n: The distance between two sampled rows.
            column: The column; by default `_value`.
            pos: The first sampled row, from 0; by default a random one.
        """
        return self._call("sample", n=n, column=column, pos=pos)

    def unique(self, column: str | None = None) -> Self:
        """Return the first row with each distinct value.

        Args:
            column: The column; by default `_value`.
        """
        return self._call("unique", column=column)

    def distinct(self, column: str | None = None) -> Self:
        """Return the distinct values.

        Args:
            column: The column; by default `_value`.
        """
        return self._call("distinct", column=column)

    def sort(self, columns: Sequence[str] | None = None, *, desc: bool | None = None) -> Self:
        """Sort the rows by columns.

        Args:
            columns: The columns to sort by; by default `_value`.
            desc: Whether to sort in descending order.
        """
        return self._call("sort", columns=columns, desc=desc)
