"""The endpoints of 3.x for databases and their retention periods.

Source: https://docs.influxdata.com/influxdb3/core/api/v3/#tag/Database
"""

from __future__ import annotations

from datetime import UTC, datetime

from influx_core.interfaces import Request
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.storage.table_schemas import TableLimitError
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.parameters import Parameters
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v3.configure.deletion import is_deleted_at_once
from influx_testing._flavors.v3.configure.durations import read_duration
from influx_testing._flavors.v3.query_requests import chosen_format, json_object
from influx_testing._flavors.v3.row_formats import written
from influx_testing._flavors.v3.v3_replies import plain_error
from influx_testing._flavors.v3.values import boolean, required_text, text
from influx_testing.errors import StatementError

__all__ = [
    "INTERNAL",
    "create_database",
    "delete_database",
    "list_databases",
    "listed_databases",
    "remove_retention_period",
    "set_retention_period",
    "stored_database",
    "update_database",
]

INTERNAL = "_internal"
"""The server's own database, which is listed, but cannot be written or deleted."""


def list_databases(server: ServerContext, request: Request) -> Reply:
    """List the databases in a format of queries; deleted ones only with `show_deleted`."""
    given = dict(Parameters(request).items())
    format_ = chosen_format(given, "")
    if not format_:
        raise plain_error(400, "missing field `format`")
    deleted = boolean(given.get("show_deleted", ""), "show_deleted", default=False)
    listed = listed_databases(server)
    if not deleted:
        records = [{"iox::database": name} for name, gone in listed if not gone]
        return written(["iox::database"], records, format_)
    rows = [{"iox::database": name, "deleted": gone} for name, gone in listed]
    return written(["iox::database", "deleted"], rows, format_)


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
        raise plain_error(404, f"the requested resource was not found: {name}")
    return server.engine.databases.get(name)


def create_database(server: ServerContext, request: Request) -> Reply:
    """Create a database."""
    given = json_object(request.body)
    name, period = required_text(given, "db"), text(given, "retention_period")
    kept = read_duration(period) if period else 0
    engine = server.engine
    if name in engine.databases or name == INTERNAL:
        raise plain_error(409, "attempted to create a resource that already exists")
    try:
        database = engine.create_database(name)
    except StatementError as error:
        raise plain_error(400, str(error)) from error
    except TableLimitError as error:
        raise plain_error(422, str(error)) from error
    database.policy().duration = kept
    return Reply(200)


def update_database(server: ServerContext, request: Request) -> Reply:
    """Change the retention period of a database; without a period, points are kept forever."""
    given = json_object(request.body)
    database = stored_database(server, required_text(given, "db"))
    period = text(given, "retention_period")
    database.policy().duration = read_duration(period) if period else 0
    return Reply(200)


def delete_database(server: ServerContext, request: Request) -> Reply:
    """Delete a database: at once, or so that it stays listed as deleted."""
    parameters = Parameters(request)
    database = stored_database(server, _database_parameter(parameters))
    now = server.engine.clock()
    if is_deleted_at_once(parameters.get("hard_delete_at"), now):
        server.engine.drop_database(database.name)
    else:
        stamp = datetime.fromtimestamp(now // 1_000_000_000, UTC).strftime("%Y%m%dT%H%M%S")
        server.engine.databases.retire(database.name, f"{database.name}-{stamp}")
    return Reply(200)


def set_retention_period(server: ServerContext, request: Request) -> Reply:
    """Set the retention period of a database."""
    given = {**dict(Parameters(request).items()), **_body(request)}
    database = stored_database(server, required_text(given, "db"))
    period = text(given, "retention_period") or required_text(given, "duration")
    database.policy().duration = read_duration(period)
    return Reply(204)


def remove_retention_period(server: ServerContext, request: Request) -> Reply:
    """Remove the retention period of a database."""
    database = stored_database(server, _database_parameter(Parameters(request)))
    database.policy().duration = 0
    return Reply(204)


def _database_parameter(parameters: Parameters) -> str:
    name = parameters.get("db")
    if not name:
        raise plain_error(400, "missing field `db`")
    return name


def _body(request: Request) -> dict[str, object]:
    return json_object(request.body) if request.body else {}
