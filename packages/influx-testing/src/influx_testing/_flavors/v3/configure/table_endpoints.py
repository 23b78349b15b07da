"""The endpoints of 3.x that create and delete tables.

Source: https://docs.influxdata.com/influxdb3/core/api/v3/#tag/Table
"""

from __future__ import annotations

from typing import Any, cast

from influx_core.interfaces import Request
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.storage.table_schemas import ColumnKind, TableLimitError, TableSchema
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.parameters import Parameters
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v3.configure.database_endpoints import stored_database
from influx_testing._flavors.v3.configure.deletion import is_deleted_at_once
from influx_testing._flavors.v3.query_requests import json_object
from influx_testing._flavors.v3.v3_replies import plain_error
from influx_testing._flavors.v3.values import required_text

__all__ = ["create_table", "delete_table"]

_KINDS: dict[str, ColumnKind] = {
    "bool": "boolean",
    "float64": "float",
    "int64": "integer",
    "uint64": "unsigned",
    "utf8": "string",
}


def create_table(server: ServerContext, request: Request) -> Reply:
    """Create an empty table with its tags and typed fields."""
    given = json_object(request.body)
    database = stored_database(server, required_text(given, "db"))
    table = required_text(given, "table")
    columns = _columns(given)
    if table in database.schemas.tables:
        raise plain_error(409, "attempted to create a resource that already exists")
    try:
        database.schemas.create(table, columns, server.engine.model.tables)
    except TableLimitError as error:
        raise plain_error(422, str(error)) from error
    return Reply(200)


def delete_table(server: ServerContext, request: Request) -> Reply:
    """Delete a table and its rows."""
    parameters = Parameters(request)
    for name in ("db", "table"):
        if not parameters.get(name):
            raise plain_error(400, f"missing field `{name}`")
    database = stored_database(server, parameters.get("db"))
    table = parameters.get("table")
    if database.schemas.tables.pop(table, None) is None:
        raise plain_error(404, f"the requested resource was not found: {table}")
    is_deleted_at_once(parameters.get("hard_delete_at"), server.engine.clock())
    _forget_rows(database, table)
    return Reply(200)


def _columns(given: dict[str, Any]) -> TableSchema:
    columns: TableSchema = {}
    for name in _list(given, "tags", required=True):
        _add(columns, name, "tag")
    for field in _list(given, "fields", required=False):
        if not isinstance(field, dict):
            raise plain_error(400, "serde json error: fields: expected objects of name and type")
        described = cast(dict[str, Any], field)
        type_ = required_text(described, "type")
        if type_ not in _KINDS:
            known = ", ".join(f"`{kind}`" for kind in _KINDS)
            raise plain_error(400, f"unknown variant `{type_}`, expected one of {known}")
        _add(columns, required_text(described, "name"), _KINDS[type_])
    return columns


def _add(columns: TableSchema, name: object, kind: ColumnKind) -> None:
    if not isinstance(name, str) or not name:
        raise plain_error(400, "serde json error: the name of a column must be a text")
    if name in columns or name == "time":
        raise plain_error(400, f"duplicate column name: {name}")
    columns[name] = kind


def _list(given: dict[str, Any], name: str, *, required: bool) -> list[Any]:
    value = given.get(name)
    if value is None and not required:
        return []
    if value is None:
        raise plain_error(400, f"missing field `{name}`")
    if not isinstance(value, list):
        raise plain_error(400, f"serde json error: {name}: invalid type, expected a sequence")
    items: list[Any] = value
    return items


def _forget_rows(database: Database, table: str) -> None:
    """Remove the rows of a table from all shards, and its series from the index."""
    for shard in database.shards():
        shard.series.pop(table, None)
        shard.fields.pop(table, None)
    for series in list(database.index.series(table)):
        database.index.drop(series)
