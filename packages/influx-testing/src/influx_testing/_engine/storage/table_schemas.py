"""The columns of the tables of a 3.x database: each name is a tag, or a field of one type.

InfluxDB 1.x has no such schema: there each shard has its own field types, and a tag can have the
name of a field.

Source: https://docs.influxdata.com/influxdb3/core/reference/line-protocol/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from influx_core import DataPoint
from influx_testing._engine.storage.columns import FieldType, field_type

__all__ = [
    "LIMIT_REACHED",
    "TYPE_NAMES",
    "ColumnKind",
    "TableLimitError",
    "TableLimits",
    "TableSchema",
    "TableSchemas",
    "fields_of",
]

ColumnKind: TypeAlias = FieldType | Literal["tag", "timestamp"]

TYPE_NAMES = {
    "boolean": "iox::column_type::field::boolean",
    "float": "iox::column_type::field::float",
    "integer": "iox::column_type::field::integer",
    "string": "iox::column_type::field::string",
    "tag": "iox::column_type::tag",
    "timestamp": "iox::column_type::timestamp",
    "unsigned": "iox::column_type::field::uinteger",
}
"""The names of column types in errors of the server, and in the metadata of Arrow."""

LIMIT_REACHED = "Update to schema would exceed"
"""The beginning of errors about limits."""

TableSchema: TypeAlias = dict[str, ColumnKind]
"""The columns of a table by name; `time` is one of them."""


def fields_of(schema: TableSchema) -> dict[str, FieldType]:
    """The fields of a table, with their types."""
    return {name: kind for name, kind in schema.items() if kind != "tag" and kind != "timestamp"}


class TableLimitError(Exception):
    """A write would exceed the limit of tables or columns."""


@dataclass(frozen=True, slots=True)
class TableLimits:
    """The highest numbers of tables in a database and of columns in a table; 0 is no limit."""

    tables: int = 0
    columns: int = 0


@dataclass(slots=True)
class TableSchemas:
    """The tables of one database."""

    tables: dict[str, TableSchema] = field(default_factory=dict[str, TableSchema])

    def create(self, name: str, columns: TableSchema, limits: TableLimits) -> None:
        """Create an empty table.

        Raises:
            TableLimitError: the new table would exceed a limit.
        """
        self._check_limits(name, len(columns) + 1, limits)
        self.tables[name] = {"time": "timestamp", **columns}

    def admit(self, point: DataPoint, limits: TableLimits) -> str:
        """Add the columns of a point to its table; if that is refused, return why and add nothing.

        Raises:
            TableLimitError: the new table or its new columns would exceed a limit.
        """
        is_new = point.measurement not in self.tables
        known = self.tables.get(point.measurement, {"time": "timestamp"})
        new: TableSchema = {}
        for name, kind in _columns(point):
            if is_new and name == "time":
                return "'time' is a reserved column"
            expected = known.get(name) or new.setdefault(name, kind)
            if expected != kind:
                return (
                    f"invalid column type for column '{name}', expected "
                    f"{TYPE_NAMES[expected]}, got {TYPE_NAMES[kind]}"
                )
        if new:
            self._check_limits(point.measurement, len(known) + len(new), limits)
            self.tables[point.measurement] = {**known, **new}
        return ""

    def _check_limits(self, table: str, columns: int, limits: TableLimits) -> None:
        if limits.tables and table not in self.tables and len(self.tables) >= limits.tables:
            raise TableLimitError(
                f"{LIMIT_REACHED} number of tables limit of {limits.tables} tables"
            )
        if limits.columns and columns > limits.columns:
            raise TableLimitError(
                f"{LIMIT_REACHED} number of columns per table limit of {limits.columns} columns"
            )


def _columns(point: DataPoint) -> Iterator[tuple[str, ColumnKind]]:
    for name in point.tags:
        yield name, "tag"
    for name, value in point.fields.items():
        yield name, field_type(value)
