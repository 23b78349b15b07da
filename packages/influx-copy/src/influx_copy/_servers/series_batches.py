"""Makes batches of the series of a result, with the types of the schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from influx_copy.interfaces import ColumnarBatch, FieldType
from influx_core import ColumnSeries, DecodeError
from influx_core.columns import Column, cast_column

__all__ = ["grouped_batch", "tagged_batch", "typed_fields"]


def grouped_batch(series: ColumnSeries, types: Mapping[str, FieldType]) -> ColumnarBatch:
    """The points of a series whose columns are `time` and fields."""
    tags = {key: value for key, value in series.tags.items() if value}
    columns = dict(zip(series.columns[1:], series.data[1:], strict=True))
    return ColumnarBatch(series.name, tags, typed_fields(columns, types), series.data[0])


def tagged_batch(
    series: ColumnSeries, keys: Sequence[str], types: Mapping[str, FieldType]
) -> ColumnarBatch:
    """The points of a series whose columns are `time`, fields, and tags in the order of `keys`."""
    first_tag = len(series.columns) - len(keys)
    columns = dict(zip(series.columns[1:first_tag], series.data[1:first_tag], strict=True))
    tags = {
        key: column
        for key, column in zip(keys, series.data[first_tag:], strict=True)
        if column.kind != "null"
    }
    return ColumnarBatch(series.name, tags, typed_fields(columns, types), series.data[0])


def typed_fields(
    columns: Mapping[str, Column], types: Mapping[str, FieldType]
) -> dict[str, Column]:
    """The columns that have values, with the types of their fields.

    JSON prints the float 1.0 as `1`, so a column of floats may look like one of integers.

    Raises:
        DecodeError: a value does not have the type of its field.
    """
    return {
        name: _typed(name, column, types.get(name))
        for name, column in columns.items()
        if column.kind != "null" and (name in types or column.nulls < column.length)
    }


def _typed(name: str, column: Column, kind: FieldType | None) -> Column:
    try:
        return column if kind is None else cast_column(column, kind)
    except ValueError as error:
        raise DecodeError(f"the field {name!r} is of type {kind}, but {error}") from None
