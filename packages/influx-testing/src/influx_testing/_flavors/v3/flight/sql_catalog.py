"""Answers the questions of Flight SQL for catalogs, schemas and tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from influx_testing._flavors.sql import SQLSnapshot
from influx_testing._flavors.sql.tables import module
from influx_testing._flavors.v3.flight.sql_info import sql_info_table
from influx_testing._flight.flight_sql_messages import (
    GetCatalogs,
    GetDbSchemas,
    GetSqlInfo,
    GetTables,
    GetTableTypes,
)
from influx_testing._flight.protobuf import ProtobufMessage

__all__ = ["catalog_schema", "catalog_table"]

_CATALOG = "public"
_TABLES = """
    SELECT table_catalog, table_schema, table_name, table_type FROM information_schema.tables
    ORDER BY 1, 2, 3, 4
"""
_SCHEMAS = ("information_schema", "iox", "system")
_TYPES = ("BASE TABLE", "VIEW")
_WILDCARDS = {"%": ".*", "_": "."}
"""Wildcards of LIKE as regular expressions."""


def catalog_table(command: ProtobufMessage, snapshot: SQLSnapshot) -> Any:
    """The answer to a command, as an Arrow table.

    Args:
        command: one of GetCatalogs, GetDbSchemas, GetSqlInfo, GetTables, GetTableTypes.
        snapshot: the tables of the database.

    Raises:
        KeyError: it is another command.
    """
    return _ANSWERS[type(command)](command, snapshot)


def catalog_schema(command: ProtobufMessage) -> Any:
    """The schema of the answer to a command.

    Raises:
        KeyError: it is not one of `catalog_table`.
    """
    if isinstance(command, GetTables):
        return _tables_schema(with_schemas=bool(command.include_schema))
    if isinstance(command, GetSqlInfo):
        return sql_info_table(()).schema
    return _SCHEMA_OF[type(command)]()


def _catalogs(command: GetCatalogs, snapshot: SQLSnapshot) -> Any:
    return _table(_catalogs_schema(), [(_CATALOG,)])


def _db_schemas(command: GetDbSchemas, snapshot: SQLSnapshot) -> Any:
    rows = [
        (_CATALOG, name)
        for name in _SCHEMAS
        if command.catalog in {None, _CATALOG} and _like(command.db_schema_filter_pattern, name)
    ]
    return _table(_db_schemas_schema(), rows)


def _table_types(command: GetTableTypes, snapshot: SQLSnapshot) -> Any:
    return _table(_table_types_schema(), [(name,) for name in _TYPES])


def _sql_info(command: GetSqlInfo, snapshot: SQLSnapshot) -> Any:
    return sql_info_table(command.info)


def _tables(command: GetTables, snapshot: SQLSnapshot) -> Any:
    found = snapshot.table(_TABLES).to_pylist()
    rows = [tuple(row.values()) for row in found if _is_wanted(command, *row.values())]
    if command.include_schema:
        rows = [(*row, snapshot.schema(_all_columns(row[1], row[2]))) for row in rows]
    return _table(_tables_schema(with_schemas=bool(command.include_schema)), rows)


def _is_wanted(command: GetTables, catalog: str, schema: str, name: str, type_: str) -> bool:
    return (
        command.catalog in {None, catalog}
        and _like(command.db_schema_filter_pattern, schema)
        and _like(command.table_name_filter_pattern, name)
        and (not command.table_types or type_ in command.table_types)
    )


def _like(pattern: str | None, text: str) -> bool:
    """Whether a text matches a pattern of LIKE; everything matches none."""
    if pattern is None:
        return True
    parts: list[str] = re.findall(r"\\.|.", pattern, re.DOTALL)
    regex = "".join(_WILDCARDS.get(part) or re.escape(part.removeprefix("\\")) for part in parts)
    return re.fullmatch(regex, text, re.DOTALL) is not None


def _all_columns(schema: str, name: str) -> str:
    quoted = name.replace('"', '""')
    return f'SELECT * FROM "{schema}"."{quoted}"'  # noqa: S608 - names of the catalog, quoted


def _table(schema: Any, rows: list[tuple[Any, ...]]) -> Any:
    arrow = module("pyarrow")
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    arrays = [
        arrow.array(list(values), field.type) for values, field in zip(columns, schema, strict=True)
    ]
    return arrow.table(arrays, schema=schema)


def _text(name: str, *, nullable: bool = False) -> Any:
    arrow = module("pyarrow")
    return arrow.field(name, arrow.string(), nullable)


def _catalogs_schema() -> Any:
    return module("pyarrow").schema([_text("catalog_name")])


def _db_schemas_schema() -> Any:
    return module("pyarrow").schema([_text("catalog_name", nullable=True), _text("db_schema_name")])


def _table_types_schema() -> Any:
    return module("pyarrow").schema([_text("table_type")])


def _tables_schema(*, with_schemas: bool) -> Any:
    arrow = module("pyarrow")
    fields = [
        _text("catalog_name", nullable=True),
        _text("db_schema_name", nullable=True),
        _text("table_name"),
        _text("table_type"),
    ]
    if with_schemas:
        fields.append(arrow.field("table_schema", arrow.binary(), nullable=False))
    return arrow.schema(fields)


_ANSWERS: dict[type[ProtobufMessage], Callable[[Any, SQLSnapshot], Any]] = {
    GetCatalogs: _catalogs,
    GetDbSchemas: _db_schemas,
    GetSqlInfo: _sql_info,
    GetTableTypes: _table_types,
    GetTables: _tables,
}
_SCHEMA_OF: dict[type[ProtobufMessage], Callable[[], Any]] = {
    GetCatalogs: _catalogs_schema,
    GetDbSchemas: _db_schemas_schema,
    GetTableTypes: _table_types_schema,
}
