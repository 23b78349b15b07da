"""Parses annotated CSV: regular rows in compiled code, other rows with influx_core."""

from __future__ import annotations

from typing import TYPE_CHECKING

import _influx_speedups as compiled
from influx_core.annotated_csv import AnnotatedCSVDeserializer, FluxTable
from influx_core.codec import ScannedRows, TableRows, unquoted_cell
from influx_core.columns import Column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from influx_core.annotated_csv import DataType, FluxColumn
    from influx_core.codec import BlockSchema

__all__ = ["CompiledAnnotatedCSVDeserializer", "scan_rows"]

_PLACES: Mapping[DataType, str] = {
    "double": "f",
    "long": "i",
    "duration": "i",
    "unsignedLong": "u",
    "boolean": "b",
    "dateTime:RFC3339": "t",
    "string": "s",
    "base64Binary": "x",
}
_FIRST = "---"
"""The annotation, the result and the table."""


class _CompiledFluxTable(FluxTable):
    """A table whose rows make datetimes in compiled code."""

    __slots__ = ()

    to_datetime = staticmethod(compiled.datetime_of)  # type: ignore[assignment] # by position


class CompiledAnnotatedCSVDeserializer(AnnotatedCSVDeserializer):
    """Parses annotated CSV in compiled code; see `influx_core.annotated_csv`."""

    table_type = _CompiledFluxTable

    def __init__(self, *, delimiter: str = ",") -> None:
        super().__init__(delimiter=delimiter, scan=scan_rows)


def scan_rows(rows: bytes, schema: BlockSchema) -> ScannedRows | None:
    """Read complete rows of a block; return None if they are not regular."""
    if any(position > 2 for position in schema.defaults):
        return None
    places = _FIRST + "".join(map(_place, schema.columns))
    found = compiled.read_flux_rows(rows, schema.delimiter, places)
    if found is None:
        return None
    tables, columns = found
    result, number = schema.default(1), schema.default(2)
    return ScannedRows(
        [
            TableRows(
                unquoted_cell(name) if name else result,
                unquoted_cell(table) if table else number,
                tuple(map(unquoted_cell, key)),
                stop,
            )
            for name, table, key, stop in tables
        ],
        [
            Column(kind, length, values, offsets, valid)
            for kind, length, values, offsets, valid in columns
        ],
    )


def _place(column: FluxColumn) -> str:
    return "k" if column.in_group_key else _PLACES[column.datatype]
