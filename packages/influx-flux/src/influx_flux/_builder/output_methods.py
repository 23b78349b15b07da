"""Methods that name, store or extract results.

The methods have the names of the functions of universe, in snake_case; a test compares both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from influx_flux._builder.arguments import FunctionLike
from influx_flux._builder.piped_calls import PipedCalls
from influx_flux._builder.row_expressions import FluxExpression


class OutputMethods(PipedCalls):
    """Methods that name, store or extract results."""

    def yield_(self, name: str | None = None) -> Self:
        """Return the tables as a result with this name.

        Args:
            name: The name of the result.
        """
        return self._call("yield", name=name)

    def to(
        self,
        bucket: str | None = None,
        *,
        bucket_id: str | None = None,
        field_fn: FunctionLike | None = None,
        host: str | None = None,
        measurement_column: str | None = None,
        org: str | None = None,
        org_id: str | None = None,
        tag_columns: Sequence[str] | None = None,
        time_column: str | None = None,
        token: str | None = None,
    ) -> Self:
        """Write the rows to a bucket.

        Args:
            bucket: The name of the bucket.
            bucket_id: The ID of the bucket.
            field_fn: A function of the row `r` that returns the fields as a record.
            host: The URL of another server.
            measurement_column: The column with the measurement.
            org: The name of the organization.
            org_id: The ID of the organization.
            tag_columns: The columns to write as tags.
            time_column: The column with the time; by default `_time`.
            token: The token for another server.
        """
        return self._call(
            "to",
            bucket=bucket,
            bucketID=bucket_id,
            fieldFn=field_fn,
            host=host,
            measurementColumn=measurement_column,
            org=org,
            orgID=org_id,
            tagColumns=tag_columns,
            timeColumn=time_column,
            token=token,
        )

    def wide_to(
        self,
        bucket: str | None = None,
        *,
        bucket_id: str | None = None,
        host: str | None = None,
        org: str | None = None,
        org_id: str | None = None,
        token: str | None = None,
    ) -> Self:
        """Write pivoted rows to a bucket: group key columns become tags, the others fields.

        Args:
            bucket: The name of the bucket.
            bucket_id: The ID of the bucket.
            host: The URL of another server.
            org: The name of the organization.
            org_id: The ID of the organization.
            token: The token for another server.
        """
        return self._call(
            "wideTo",
            bucket=bucket,
            bucketID=bucket_id,
            host=host,
            org=org,
            orgID=org_id,
            token=token,
        )

    def table_find(self, fn: FunctionLike) -> Self:
        """Return the first table whose group key matches the predicate.

        Args:
            fn: A predicate over `key`, the group key.
        """
        return self._call("tableFind", fn=fn)

    def find_column(self, fn: FunctionLike, column: str) -> FluxExpression:
        """Return a column of the first table that matches the predicate, as an array.

        Args:
            fn: A predicate over `key`, the group key.
            column: The column.
        """
        return self._value("findColumn", fn=fn, column=column)

    def find_record(self, fn: FunctionLike, idx: int) -> FluxExpression:
        """Return a row of the first table that matches the predicate, as a record.

        Args:
            fn: A predicate over `key`, the group key.
            idx: The index of the row, from 0.
        """
        return self._value("findRecord", fn=fn, idx=idx)

    def get_column(self, column: str) -> FluxExpression:
        """Return a column of the table, as an array.

        Args:
            column: The column.
        """
        return self._value("getColumn", column=column)

    def get_record(self, idx: int) -> FluxExpression:
        """Return a row of the table, as a record.

        Args:
            idx: The index of the row, from 0.
        """
        return self._value("getRecord", idx=idx)
