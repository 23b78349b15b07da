"""Makes batches of the series of a result, with the types of the schema."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from influx_copy.errors import RangeIncomplete
from influx_copy.interfaces import ColumnarBatch, FieldType
from influx_core import ColumnSeries, DecodeError
from influx_core.columns import Column, cast_column

__all__ = ["grouped_batch", "tagged_batch", "typed_fields", "unknown_columns"]


def unknown_columns(
    series: ColumnSeries, types: Mapping[str, FieldType], tags: Collection[str]
) -> list[str]:
    """The columns with values that are neither fields of known types nor tags.

    Args:
        series: a series with a column `time`, which no field and no tag can be.
        types: the types of fields.
        tags: the tags that are columns.
    """
    return [
        name
        for name, column in zip(series.columns, series.data, strict=True)
        if name not in types
        and name not in tags
        and name != "time"
        and column.nulls < column.length
    ]


def _columns(series: ColumnSeries) -> Iterator[tuple[str, Column]]:
    return zip(series.columns[1:], series.data[1:], strict=True)


def grouped_batch(series: ColumnSeries, types: Mapping[str, FieldType]) -> ColumnarBatch:
    """The points of a series whose columns are `time` and fields.

    Raises:
        DecodeError: a value does not have the type of its field.
        RangeIncomplete: the type of a field is not known.
    """
    tags = {key: value for key, value in series.tags.items() if value}
    fields = typed_fields(dict(_columns(series)), types)
    return ColumnarBatch(series.name, tags, fields, series.data[0])


def tagged_batch(
    series: ColumnSeries, keys: Sequence[str], types: Mapping[str, FieldType]
) -> ColumnarBatch:
    """The points of a series whose columns are `time`, fields and tags, of different names.

    Raises:
        DecodeError: a value does not have the type of its field.
        RangeIncomplete: a column is no tag, and no field whose type is known.
    """
    columns = dict(_columns(series))
    fields = {name: column for name, column in columns.items() if name not in keys}
    tags = {key: columns[key] for key in keys if key in columns and columns[key].kind != "null"}
    return ColumnarBatch(series.name, tags, typed_fields(fields, types), series.data[0])


def typed_fields(
    columns: Mapping[str, Column], types: Mapping[str, FieldType]
) -> dict[str, Column]:
    """The columns that have values, with the types of their fields.

    JSON prints the float 1.0 as `1`, so a column of floats may look like one of integers.

    Raises:
        DecodeError: a value does not have the type of its field.
        RangeIncomplete: the type of a field is not known.
    """
    return {
        name: _typed(name, column, types.get(name))
        for name, column in columns.items()
        if column.kind != "null" and (name in types or column.nulls < column.length)
    }


def _typed(name: str, column: Column, kind: FieldType | None) -> Column:
    if kind is None:
        raise RangeIncomplete(
            f"{name!r} was added while the points were read: the same copy again reads them"
        )
    try:
        return cast_column(column, kind)
    except ValueError as error:
        raise DecodeError(f"the field {name!r} is of type {kind}, but {error}") from None
