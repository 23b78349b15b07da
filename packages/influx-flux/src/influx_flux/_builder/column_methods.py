"""Methods that change columns and groups.

The methods have the names of the functions of universe, in snake_case; a test compares both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

from influx_flux._builder.arguments import FunctionLike
from influx_flux._builder.piped_calls import PipedCalls


class ColumnMethods(PipedCalls):
    """Methods that change columns and groups."""

    def group(self, columns: Sequence[str] | None = None, *, mode: str | None = None) -> Self:
        """Group the rows by columns.

        Args:
            columns: The columns; by default none.
            mode: `by` (default) groups by `columns`, `except` by all other columns.
        """
        return self._call("group", columns=columns, mode=mode)

    def pivot(
        self,
        row_key: Sequence[str] = ("_time",),
        *,
        column_key: Sequence[str] = ("_field",),
        value_column: str = "_value",
    ) -> Self:
        """Turn the distinct values of columns into column names.

        Args:
            row_key: The columns that identify a row.
            column_key: The columns whose values become column names.
            value_column: The column whose values fill the new columns.
        """
        return self._call("pivot", rowKey=row_key, columnKey=column_key, valueColumn=value_column)

    def drop(self, columns: Sequence[str] | None = None, *, fn: FunctionLike | None = None) -> Self:
        """Remove columns; give either `columns` or `fn`.

        Args:
            columns: The columns.
            fn: A predicate over `column`, the name of a column.
        """
        return self._call("drop", columns=columns, fn=fn)

    def keep(self, columns: Sequence[str] | None = None, *, fn: FunctionLike | None = None) -> Self:
        """Remove all other columns; give either `columns` or `fn`.

        Args:
            columns: The columns to keep.
            fn: A predicate over `column`, the name of a column.
        """
        return self._call("keep", columns=columns, fn=fn)

    def rename(
        self, columns: Mapping[str, str] | None = None, *, fn: FunctionLike | None = None
    ) -> Self:
        """Rename columns; give either `columns` or `fn`.

        Args:
            columns: The new names by old name.
            fn: A function of `column`, the old name, that returns the new name.
        """
        return self._call("rename", columns=columns, fn=fn)

    def duplicate(self, column: str, as_: str) -> Self:
        """Copy a column.

        Args:
            column: The column to copy.
            as_: The name of the copy.
        """
        return self._call("duplicate", **{"column": column, "as": as_})

    def set(self, key: str, value: str) -> Self:
        """Set a column to one value in all rows.

        Args:
            key: The column.
            value: The value.
        """
        return self._call("set", key=key, value=value)

    def fill(
        self, value: object = None, *, column: str | None = None, use_previous: bool | None = None
    ) -> Self:
        """Replace null by a value, or by the previous value.

        Args:
            value: The value.
            column: The column; by default `_value`.
            use_previous: Whether to use the previous value instead of `value`.
        """
        return self._call("fill", value=value, column=column, usePrevious=use_previous)

    def map(self, fn: FunctionLike, *, merge_key: bool | None = None) -> Self:
        """Compute the columns of each row.

        Args:
            fn: A function of the row `r` that returns a record.
            merge_key: Whether to keep the columns of the group key.
        """
        return self._call("map", fn=fn, mergeKey=merge_key)

    def columns(self, column: str | None = None) -> Self:
        """Return the names of the columns.

        Args:
            column: The column for the names; by default `_value`.
        """
        return self._call("columns", column=column)

    def keys(self, column: str | None = None) -> Self:
        """Return the names of the columns in the group key.

        Args:
            column: The column for the names; by default `_value`.
        """
        return self._call("keys", column=column)

    def key_values(self, *, key_columns: Sequence[str] | None = None) -> Self:
        """Return the values of columns in the group key.

        Args:
            key_columns: The columns of the group key.
        """
        return self._call("keyValues", keyColumns=key_columns)

    def to_bool(self) -> Self:
        """Convert the values to booleans."""
        return self._call("toBool")

    def to_float(self) -> Self:
        """Convert the values to floats."""
        return self._call("toFloat")

    def to_int(self) -> Self:
        """Convert the values to integers."""
        return self._call("toInt")

    def to_string(self) -> Self:
        """Convert the values to strings."""
        return self._call("toString")

    def to_time(self) -> Self:
        """Convert the values to times."""
        return self._call("toTime")

    def to_uint(self) -> Self:
        """Convert the values to unsigned integers."""
        return self._call("toUInt")
