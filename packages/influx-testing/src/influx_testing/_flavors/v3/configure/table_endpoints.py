"""The endpoints of 3.x that create and delete tables.

Source: https://docs.influxdata.com/influxdb3/core/api/v3/#tag/Table
"""

from __future__ import annotations

from typing import Any, cast

from influx_core.interfaces import Request
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.storage.table_schemas import (
    TYPE_NAMES,
    ColumnKind,
    TableLimitError,
    TableSchema,
)
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v3.configure.configure_requests import (
    already_exists,
    limit_reached,
    not_found,
    request_object,
)
from influx_testing._flavors.v3.configure.database_endpoints import stored_database
from influx_testing._flavors.v3.configure.deletion import is_deleted_at_once
from influx_testing._flavors.v3.request_fields import JSONFields, RequestFields, unknown_variant
from influx_testing._flavors.v3.v3_replies import plain_error

__all__ = ["create_table", "delete_table"]

_KINDS: dict[str, ColumnKind] = {
    "utf8": "string",
    "int64": "integer",
    "uint64": "unsigned",
    "float64": "float",
    "bool": "boolean",
}


def create_table(server: ServerContext, request: Request) -> Reply:
    """Create an empty table with its tags and typed fields."""
    fields = request_object(server, request, "CreateTableRequest")
    name, table = fields.required_text("db"), fields.required_text("table")
    columns = _columns(fields)
    database = stored_database(server, name)
    if table in database.schemas.tables:
        raise already_exists()
    try:
        database.schemas.create(table, columns, server.engine.model.tables)
    except TableLimitError as error:
        raise limit_reached(error) from error
    return Reply(200)


def delete_table(server: ServerContext, request: Request) -> Reply:
    """Delete a table and its rows."""
    fields = RequestFields.of_url(request)
    name, table = fields.required_text("db"), fields.required_text("table")
    is_deleted_at_once(fields.text("hard_delete_at"), server.engine.clock())
    database = stored_database(server, name)
    if database.schemas.tables.pop(table, None) is None:
        raise not_found(table)
    _forget_rows(database, table)
    return Reply(200)


def _columns(fields: JSONFields) -> TableSchema:
    columns: TableSchema = {}
    for tag in _list(fields, "tags"):
        if not isinstance(tag, str):
            raise fields.wrong_item("tags", tag, "a string")
        _add(columns, tag, "tag")
    for field in _list(fields, "fields"):
        if not isinstance(field, dict):
            raise fields.wrong_item("fields", field, "struct CreateTableField")
        described = cast(dict[str, Any], field)
        for key in ("name", "type"):
            if key not in described:
                raise fields.refusal(f"missing field `{key}`", "fields")
            if not isinstance(described[key], str):
                raise fields.wrong_item("fields", described[key], "a string")
        if described["type"] not in _KINDS:
            raise fields.refusal(unknown_variant(described["type"], tuple(_KINDS)), "fields")
        _add(columns, described["name"], _KINDS[described["type"]])
    return columns


def _add(columns: TableSchema, name: str, kind: ColumnKind) -> None:
    if name == "time":
        raise plain_error(400, "'time' is a reserved column")
    if name in columns:
        existing = TYPE_NAMES[columns[name]]
        text = f"cannot add column {name} because it already exists with type {existing}"
        raise plain_error(400, text)
    columns[name] = kind


def _list(fields: JSONFields, name: str) -> list[Any]:
    value = fields.given(name)
    if value is None:
        raise fields.refusal(f"missing field `{name}`")
    if not isinstance(value, list):
        raise fields.wrong_type(name, "a sequence")
    items: list[Any] = value
    return items


def _forget_rows(database: Database, table: str) -> None:
    """Remove the rows of a table from all shards, and its series from the index."""
    for shard in database.shards():
        shard.series.pop(table, None)
        shard.fields.pop(table, None)
    for series in list(database.index.series(table)):
        database.index.drop(series)
