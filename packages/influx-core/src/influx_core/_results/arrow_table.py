"""Exports a series as an Arrow table, for libraries that read one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from influx_core._columns.arrow_export import export_table
from influx_core._columns.arrow_layout import Column
from influx_core._columns.column_types import TIME, repeated
from influx_core._results.keyed_tuple import distinct_names
from influx_core.errors import DecodeError

__all__ = ["export_columns", "export_series"]


def export_series(
    names: Sequence[str], columns: Sequence[Column], tags: Mapping[str, str]
) -> object:
    """Export a series as a table: `time`, then the tags, then the other columns.

    Args:
        names: of the columns.
        columns: their values.
        tags: the values that all rows share.

    Returns:
        A PyCapsule with an Arrow stream.

    Raises:
        DecodeError: a column has values of several kinds, for which Arrow has no type.
    """
    table = dict(zip(distinct_names(names, tags), columns, strict=True))
    time = {TIME: table.pop(TIME)} if TIME in table else {}
    length = columns[0].length if columns else 0
    return export_columns(time | {key: repeated(tags[key], length) for key in tags} | table)


def export_columns(table: Mapping[str, Column]) -> object:
    """Export columns as a table.

    Args:
        table: the columns by name, of equal length.

    Returns:
        A PyCapsule with an Arrow stream.

    Raises:
        DecodeError: a column has values of several kinds, for which Arrow has no type.
    """
    for name, column in table.items():
        if column.kind == "object":
            raise _mixed(name)
    return export_table(table)


def _mixed(name: str) -> DecodeError:
    return DecodeError(
        f"column {name!r} has values of several kinds, and a column of an Arrow table has one: "
        f'influx_dataframe.to_frame(series, types={{{name!r}: "string"}}) reads it as text'
    )
