"""The endpoints of 3.x for databases and their retention periods.

Source: https://docs.influxdata.com/influxdb3/core/api/v3/#tag/Database
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from influx_core.interfaces import Request
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.storage.table_schemas import TableLimitError
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v3.configure.configure_requests import (
    already_exists,
    limit_reached,
    not_found,
    request_object,
)
from influx_testing._flavors.v3.configure.deletion import is_deleted_at_once
from influx_testing._flavors.v3.configure.durations import read_duration
from influx_testing._flavors.v3.database_names import INTERNAL
from influx_testing._flavors.v3.query_requests import chosen_format
from influx_testing._flavors.v3.request_fields import JSONFields, RequestFields
from influx_testing._flavors.v3.row_formats import written
from influx_testing._flavors.v3.v3_replies import json_error, plain_error
from influx_testing.errors import StatementError

__all__ = [
    "create_database",
    "delete_database",
    "list_databases",
    "listed_databases",
    "remove_retention_period",
    "set_retention_period",
    "stored_database",
    "update_database",
]


def list_databases(server: ServerContext, request: Request) -> Reply:
    """List the databases in a format of queries; deleted ones only with `show_deleted`."""
    fields = RequestFields.of_url(request)
    fields.required_text("format")
    format_ = chosen_format(fields)
    deleted = fields.boolean("show_deleted", default=False)
    listed = listed_databases(server)
    if not deleted:
        records = [{"iox::database": name} for name, gone in listed if not gone]
        return written(["iox::database"], [records], format_)
    rows = [{"iox::database": name, "deleted": gone} for name, gone in listed]
    return written(["iox::database", "deleted"], [rows], format_)


def listed_databases(server: ServerContext) -> list[tuple[str, bool]]:
    """All databases by name, each with whether it is deleted."""
    databases = server.engine.databases
    names = {INTERNAL: False, **{database.name: False for database in databases}}
    return sorted((names | dict.fromkeys(databases.deleted, True)).items())


def stored_database(server: ServerContext, name: str) -> Database:
    """Find a database.

    Raises:
        Reply: no database has that name.
    """
    if name not in server.engine.databases:
        raise not_found(name)
    return server.engine.databases.get(name)


def create_database(server: ServerContext, request: Request) -> Reply:
    """Create a database."""
    fields = request_object(server, request, "CreateDatabaseRequest")
    name, kept = fields.required_text("db"), _period(fields)
    engine = server.engine
    try:
        engine.model.check_database_name(name)
        if name in engine.databases:
            raise already_exists()
        database = engine.create_database(name)
    except StatementError as error:
        raise json_error(400, str(error)) from error
    except TableLimitError as error:
        raise limit_reached(error) from error
    database.policy().duration = kept
    return Reply(200)


def update_database(server: ServerContext, request: Request) -> Reply:
    """Change the retention period of a database; without a period, points are kept forever."""
    fields = request_object(server, request, "UpdateDatabaseRequest")
    name, kept = fields.required_text("db"), _period(fields)
    stored_database(server, name).policy().duration = kept
    return Reply(200)


def delete_database(server: ServerContext, request: Request) -> Reply:
    """Delete a database: at once, or so that it stays listed as deleted."""
    fields = RequestFields.of_url(request)
    name, when = fields.required_text("db"), fields.text("hard_delete_at")
    now = server.engine.clock()
    is_immediate = is_deleted_at_once(when, now)
    if name == INTERNAL:
        raise plain_error(500, "cannot delete internal db")
    database = stored_database(server, name)
    if is_immediate:
        server.engine.drop_database(database.name)
    else:
        stamp = datetime.fromtimestamp(now // 1_000_000_000, UTC).strftime("%Y%m%dT%H%M%S")
        server.engine.databases.retire(database.name, f"{database.name}-{stamp}")
    return Reply(200)


def set_retention_period(server: ServerContext, request: Request) -> Reply:
    """Set the retention period of a database."""
    fields = RequestFields.of_url(request)
    name, text = fields.required_text("db"), fields.required_text("duration")
    try:
        kept = read_duration(text)
    except ValueError as error:
        raise plain_error(400, f"Cannot parse the given human time: {error}") from error
    stored_database(server, name).policy().duration = kept
    return Reply(204)


def remove_retention_period(server: ServerContext, request: Request) -> Reply:
    """Remove the retention period of a database."""
    name = RequestFields.of_url(request).required_text("db")
    stored_database(server, name).policy().duration = 0
    return Reply(204)


def _period(fields: JSONFields) -> int:
    """The retention period of a request in ns; 0 without one."""
    period = fields.given("retention_period")
    if period is None:
        return 0
    if not isinstance(period, str):
        raise fields.wrong_type("retention_period", "a duration")
    try:
        return read_duration(period)
    except ValueError as error:
        reason = f"invalid value: string {json.dumps(period, ensure_ascii=False)}"
        raise fields.refusal(f"{reason}, expected a duration", "retention_period") from error
