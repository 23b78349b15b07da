"""Makes batches of the tables of a Flux result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from influx_copy._row_selection import rows_of_column
from influx_copy.errors import RangeIncomplete
from influx_copy.interfaces import ColumnarBatch, CopyRange, PointFilter
from influx_core import FluxTable
from influx_core.columns import Column

__all__ = ["flux_batches"]

_NOT_TAGS = frozenset(
    {"_start", "_stop", "_time", "_value", "_field", "_measurement", "result", "table"}
)
_FIELD_KINDS = frozenset({"float", "integer", "unsigned", "boolean", "string"})


def flux_batches(
    table: FluxTable, range_: CopyRange, where: PointFilter, *, stored: bool = False
) -> Iterator[ColumnarBatch]:
    """The points of a table that are in a range.

    Every row has a field `_field` with the value `_value`, as `from() |> range()` gives; or the
    fields are columns, as `pivot` gives: then the other columns of the group key are tags.

    Args:
        table: the table.
        range_: the range.
        where: further conditions of the points.
        stored: whether the rows are stored points, all of which have a value: a string without
            text is the empty string then, which InfluxDB prints like null.

    Raises:
        RangeIncomplete: the table has no times, or no measurement.
    """
    columns = table.all_columns()
    for needed in ("_time", "_measurement"):
        if needed not in columns:
            raise RangeIncomplete(f"a table of the result has no column {needed!r}: {table!r}")
    rows = _chosen_rows(columns, range_, where)
    if "_field" in columns:
        if stored:
            columns = {**columns, "_value": _complete(columns["_value"])}
        yield from _of_single_fields(columns, rows)
    else:
        key = {column.name for column in table.schema if column.in_group_key}
        yield from _of_pivoted(columns, rows, key)


def _chosen_rows(
    columns: Mapping[str, Column], range_: CopyRange, where: PointFilter
) -> dict[tuple[str, str], list[int]]:
    """The positions of the rows by measurement and field."""
    length = columns["_time"].length
    times = columns["_time"].to_list()
    measurements = columns["_measurement"].to_list()
    names = columns["_field"].to_list() if "_field" in columns else [""] * length
    wanted = [
        (columns[key].to_list() if key in columns else [None] * length, value)
        for key, value in where.tags.items()
    ]
    rows: dict[tuple[str, str], list[int]] = {}
    for at, time in enumerate(times):
        measurement = measurements[at]
        if (
            time is not None
            and range_.start <= time < range_.stop
            and range_.measurement in ("", measurement)
            and (not where.measurements or measurement in where.measurements)
            and all(values[at] == value for values, value in wanted)
        ):
            rows.setdefault((measurement, names[at]), []).append(at)
    return rows


def _of_single_fields(
    columns: Mapping[str, Column], rows: Mapping[tuple[str, str], list[int]]
) -> Iterator[ColumnarBatch]:
    tags = [name for name in columns if name not in _NOT_TAGS]
    for (measurement, field), chosen in rows.items():
        values = rows_of_column(columns["_value"], chosen)
        present = [at for at, there in zip(chosen, values.presence(), strict=True) if there]
        yield ColumnarBatch(
            measurement,
            _tags(columns, tags, present),
            {field: rows_of_column(columns["_value"], present)},
            rows_of_column(columns["_time"], present),
        )


def _complete(values: Column) -> Column:
    if values.kind != "string" or values.valid is None:
        return values
    return Column.of([text or "" for text in values.to_list()], "string")


def _of_pivoted(
    columns: Mapping[str, Column], rows: Mapping[tuple[str, str], list[int]], key: set[str]
) -> Iterator[ColumnarBatch]:
    tags = [name for name in columns if name in key and name not in _NOT_TAGS]
    others = [name for name in columns if name not in key and name not in _NOT_TAGS]
    for (measurement, _), chosen in rows.items():
        fields = {name: rows_of_column(columns[name], chosen) for name in others}
        yield ColumnarBatch(
            measurement,
            _tags(columns, tags, chosen),
            {name: column for name, column in fields.items() if column.kind in _FIELD_KINDS},
            rows_of_column(columns["_time"], chosen),
        )


def _tags(
    columns: Mapping[str, Column], names: list[str], rows: list[int]
) -> dict[str, Column | str]:
    taken = {name: rows_of_column(columns[name], rows) for name in names}
    return {name: column for name, column in taken.items() if column.kind == "string"}
