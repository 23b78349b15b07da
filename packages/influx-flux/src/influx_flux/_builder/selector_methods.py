"""Methods that choose rows.

The names are those of universe in snake_case; a test holds them to the table of its signatures.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from influx_flux._builder.arguments import FunctionLike
from influx_flux._builder.piped_calls import PipedCalls


class SelectorMethods(PipedCalls):
    """Methods that choose rows."""

    def filter(self, fn: FunctionLike, *, on_empty: str | None = None) -> Self:
        """Keep the rows for which the predicate holds.

        Args:
            fn: The function: an expression, or a Python function that returns one.
            on_empty: `keep` or `drop` tables that are empty then.
        """
        return self._call("filter", fn=fn, onEmpty=on_empty)

    def first(self, column: str | None = None) -> Self:
        """Return the first row with a value.

        Args:
            column: The column; `_value` if it is not given.
        """
        return self._call("first", column=column)

    def last(self, column: str | None = None) -> Self:
        """Return the last row with a value.

        Args:
            column: The column; `_value` if it is not given.
        """
        return self._call("last", column=column)

    def min(self, column: str | None = None) -> Self:
        """Return the row with the smallest value.

        Args:
            column: The column; `_value` if it is not given.
        """
        return self._call("min", column=column)

    def max(self, column: str | None = None) -> Self:
        """Return the row with the largest value.

        Args:
            column: The column; `_value` if it is not given.
        """
        return self._call("max", column=column)

    def top(self, n: int, *, columns: Sequence[str] | None = None) -> Self:
        """Return the rows with the largest values.

        Args:
            n: How many.
            columns: The columns.
        """
        return self._call("top", n=n, columns=columns)

    def bottom(self, n: int, *, columns: Sequence[str] | None = None) -> Self:
        """Return the rows with the smallest values.

        Args:
            n: How many.
            columns: The columns.
        """
        return self._call("bottom", n=n, columns=columns)

    def highest_average(
        self, n: int, *, column: str | None = None, group_columns: Sequence[str] | None = None
    ) -> Self:
        """Return the groups with the highest mean.

        Args:
            n: How many.
            column: The column; `_value` if it is not given.
            group_columns: The columns to group by.
        """
        return self._call("highestAverage", n=n, column=column, groupColumns=group_columns)

    def highest_current(
        self, n: int, *, column: str | None = None, group_columns: Sequence[str] | None = None
    ) -> Self:
        """Return the groups with the highest last value.

        Args:
            n: How many.
            column: The column; `_value` if it is not given.
            group_columns: The columns to group by.
        """
        return self._call("highestCurrent", n=n, column=column, groupColumns=group_columns)

    def highest_max(
        self, n: int, *, column: str | None = None, group_columns: Sequence[str] | None = None
    ) -> Self:
        """Return the groups with the highest value.

        Args:
            n: How many.
            column: The column; `_value` if it is not given.
            group_columns: The columns to group by.
        """
        return self._call("highestMax", n=n, column=column, groupColumns=group_columns)

    def lowest_average(
        self, n: int, *, column: str | None = None, group_columns: Sequence[str] | None = None
    ) -> Self:
        """Return the groups with the lowest mean.

        Args:
            n: How many.
            column: The column; `_value` if it is not given.
            group_columns: The columns to group by.
        """
        return self._call("lowestAverage", n=n, column=column, groupColumns=group_columns)

    def lowest_current(
        self, n: int, *, column: str | None = None, group_columns: Sequence[str] | None = None
    ) -> Self:
        """Return the groups with the lowest last value.

        Args:
            n: How many.
            column: The column; `_value` if it is not given.
            group_columns: The columns to group by.
        """
        return self._call("lowestCurrent", n=n, column=column, groupColumns=group_columns)

    def lowest_min(
        self, n: int, *, column: str | None = None, group_columns: Sequence[str] | None = None
    ) -> Self:
        """Return the groups with the lowest value.

        Args:
            n: How many.
            column: The column; `_value` if it is not given.
            group_columns: The columns to group by.
        """
        return self._call("lowestMin", n=n, column=column, groupColumns=group_columns)

    def limit(self, n: int, *, offset: int | None = None) -> Self:
        """Return the first rows.

        Args:
            n: How many.
            offset: How far the windows are moved; for rows, how many are left out.
        """
        return self._call("limit", n=n, offset=offset)

    def tail(self, n: int, *, offset: int | None = None) -> Self:
        """Return the last rows.

        Args:
            n: How many.
            offset: How far the windows are moved; for rows, how many are left out.
        """
        return self._call("tail", n=n, offset=offset)

    def sample(self, n: int, *, column: str | None = None, pos: int | None = None) -> Self:
        """Return every nth row.

        Args:
            n: How many.
            column: The column; `_value` if it is not given.
            pos: Which row of each n.
        """
        return self._call("sample", n=n, column=column, pos=pos)

    def unique(self, column: str | None = None) -> Self:
        """Return the first row of each value.

        Args:
            column: The column; `_value` if it is not given.
        """
        return self._call("unique", column=column)

    def distinct(self, column: str | None = None) -> Self:
        """Return the different values.

        Args:
            column: The column; `_value` if it is not given.
        """
        return self._call("distinct", column=column)

    def sort(self, columns: Sequence[str] | None = None, *, desc: bool | None = None) -> Self:
        """Sort the rows by columns.

        Args:
            columns: The columns.
            desc: Whether the largest comes first.
        """
        return self._call("sort", columns=columns, desc=desc)
