"""Methods that change columns and groups.

The names are those of universe in snake_case; a test holds them to the table of its signatures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

from influx_flux._builder.arguments import FunctionLike
from influx_flux._builder.piped_calls import PipedCalls


class ColumnMethods(PipedCalls):
    """Methods that change columns and groups."""

    def group(self, columns: Sequence[str] | None = None, *, mode: str | None = None) -> Self:
        """Group the rows by these columns, or by all but these.

        Args:
            columns: The columns.
            mode: How it is done: the default comes first in the reference.
        """
        return self._call("group", columns=columns, mode=mode)

    def pivot(
        self,
        row_key: Sequence[str] = ("_time",),
        *,
        column_key: Sequence[str] = ("_field",),
        value_column: str = "_value",
    ) -> Self:
        """Turn the values of columns into columns of their own.

        Args:
            row_key: The columns that identify a row.
            column_key: The columns whose values become names.
            value_column: The column of values.
        """
        return self._call("pivot", rowKey=row_key, columnKey=column_key, valueColumn=value_column)

    def drop(self, columns: Sequence[str] | None = None, *, fn: FunctionLike | None = None) -> Self:
        """Remove columns.

        Args:
            columns: The columns.
            fn: The function: an expression, or a Python function that returns one.
        """
        return self._call("drop", columns=columns, fn=fn)

    def keep(self, columns: Sequence[str] | None = None, *, fn: FunctionLike | None = None) -> Self:
        """Keep these columns only.

        Args:
            columns: The columns.
            fn: The function: an expression, or a Python function that returns one.
        """
        return self._call("keep", columns=columns, fn=fn)

    def rename(
        self, columns: Mapping[str, str] | None = None, *, fn: FunctionLike | None = None
    ) -> Self:
        """Give columns other names.

        Args:
            columns: The columns.
            fn: The function: an expression, or a Python function that returns one.
        """
        return self._call("rename", columns=columns, fn=fn)

    def duplicate(self, column: str, as_: str) -> Self:
        """Copy a column.

        Args:
            column: The column; `_value` if it is not given.
            as_: The name of the copy.
        """
        return self._call("duplicate", **{"column": column, "as": as_})

    def set(self, key: str, value: str) -> Self:
        """Give a column one value in all rows.

        Args:
            key: The column.
            value: The value.
        """
        return self._call("set", key=key, value=value)

    def fill(
        self, value: object = None, *, column: str | None = None, use_previous: bool | None = None
    ) -> Self:
        """Replace null by a value, or by the one before.

        Args:
            value: The value.
            column: The column; `_value` if it is not given.
            use_previous: Whether the value before is taken.
        """
        return self._call("fill", value=value, column=column, usePrevious=use_previous)

    def map(self, fn: FunctionLike, *, merge_key: bool | None = None) -> Self:
        """Compute the columns of each row.

        Args:
            fn: The function: an expression, or a Python function that returns one.
            merge_key: Whether the group key is merged.
        """
        return self._call("map", fn=fn, mergeKey=merge_key)

    def columns(self, column: str | None = None) -> Self:
        """Return the names of the columns.

        Args:
            column: The column; `_value` if it is not given.
        """
        return self._call("columns", column=column)

    def keys(self, column: str | None = None) -> Self:
        """Return the names of the columns in the group key.

        Args:
            column: The column; `_value` if it is not given.
        """
        return self._call("keys", column=column)

    def key_values(self, *, key_columns: Sequence[str] | None = None) -> Self:
        """Return the values of columns in the group key.

        Args:
            key_columns: The columns of the key.
        """
        return self._call("keyValues", keyColumns=key_columns)

    def to_bool(self) -> Self:
        """Turn the values into booleans."""
        return self._call("toBool")

    def to_float(self) -> Self:
        """Turn the values into floats."""
        return self._call("toFloat")

    def to_int(self) -> Self:
        """Turn the values into integers."""
        return self._call("toInt")

    def to_time(self) -> Self:
        """Turn the values into times."""
        return self._call("toTime")

    def to_uint(self) -> Self:
        """Turn the values into unsigned integers."""
        return self._call("toUInt")
