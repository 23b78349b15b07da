"""The endpoints of 3.x that store lines.

A write creates the database if it does not exist. Only `/api/v3/write_lp` can store a part of a
body: the other paths are for clients of 1.x and 2.x, and store all lines or none.

Source: https://docs.influxdata.com/influxdb3/core/api/v3/#tag/Write-data
"""

from __future__ import annotations

from collections.abc import Mapping

from influx_core.interfaces import Request
from influx_core.timestamps import Precision
from influx_testing._engine.storage.table_schemas import TableLimitError
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.parameters import BodyTooLarge, Parameters, body_of
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v3.database_names import database_name
from influx_testing._flavors.v3.line_reader import ReadLines, RefusedLine, read_lines
from influx_testing._flavors.v3.v3_replies import json_error, plain_error
from influx_testing._flavors.v3.values import boolean
from influx_testing.errors import StatementError

__all__ = ["write_lp", "write_v1", "write_v2"]

_UNITS: dict[str, Precision] = {
    "microsecond": "us",
    "millisecond": "ms",
    "ms": "ms",
    "n": "ns",
    "nanosecond": "ns",
    "ns": "ns",
    "s": "s",
    "second": "s",
    "u": "us",
    "us": "us",
}
_V3_PRECISIONS: Mapping[str, Precision | None] = {"": None, "auto": None, **_UNITS}
_COMPATIBLE_PRECISIONS: Mapping[str, Precision | None] = {"": "ns", **_UNITS}


def write_lp(server: ServerContext, request: Request) -> Reply:
    """Store lines and report those that are refused."""
    parameters = Parameters(request)
    database = parameters.get("db")
    if not database:
        raise plain_error(400, "missing field `db`")
    precision = _precision(parameters, _V3_PRECISIONS)
    partial = boolean(parameters.get("accept_partial"), "accept_partial", default=True)
    boolean(parameters.get("no_sync"), "no_sync", default=False)
    return _store(server, request, database, precision, partial=partial)


def write_v2(server: ServerContext, request: Request) -> Reply:
    """Store lines in the database that the bucket names; the organization is ignored."""
    parameters = Parameters(request)
    database = parameters.get("bucket")
    if not database:
        raise plain_error(400, "missing query parameter 'bucket'")
    precision = _precision(parameters, _COMPATIBLE_PRECISIONS)
    return _store(server, request, database, precision, partial=False)


def write_v1(server: ServerContext, request: Request) -> Reply:
    """Store lines in the database for a database and a retention policy of 1.x."""
    parameters = Parameters(request)
    if not parameters.get("db"):
        raise plain_error(400, "missing query parameter 'db'")
    database = database_name(parameters.get("db"), parameters.get("rp"))
    precision = _precision(parameters, _COMPATIBLE_PRECISIONS)
    return _store(server, request, database, precision, partial=False)


def _precision(parameters: Parameters, known: Mapping[str, Precision | None]) -> Precision | None:
    name = parameters.get("precision")
    if name not in known:
        names = ", ".join(f"`{one}`" for one in known if one)
        raise plain_error(400, f"unknown variant `{name}`, expected one of {names}")
    return known[name]


def _store(
    server: ServerContext,
    request: Request,
    database: str,
    precision: Precision | None,
    *,
    partial: bool,
) -> Reply:
    body = _body(server, request)
    engine = server.engine
    try:
        engine.model.check_database_name(database)
        if not body.strip():
            raise plain_error(400, "incoming write was empty")
        lines = read_lines(body, precision, engine.clock())
        if not partial:
            _refuse_any(server, database, lines)
        engine.create_database(database)
        refused = engine.write_rows(database, lines.points)
    except StatementError as error:
        raise plain_error(400, str(error)) from error
    except TableLimitError as error:
        raise plain_error(422, str(error)) from error
    reports = [lines.error_of(place, reason) for place, reason in refused.items()]
    reports = sorted([*lines.errors, *reports], key=lambda report: report.line_number)
    if reports:
        data = [report._asdict() for report in reports]
        return json_error(400, {"error": "partial write of line protocol occurred", "data": data})
    return Reply(204)


def _body(server: ServerContext, request: Request) -> bytes:
    encoding = request.headers.get("content-encoding", "identity")
    if encoding not in {"gzip", "identity"}:
        raise plain_error(400, f"invalid content encoding: {encoding}")
    try:
        body = body_of(request, server.settings.max_body_size)
    except BodyTooLarge:
        limit = server.settings.max_body_size
        raise plain_error(413, f"max request size ({limit} bytes) exceeded") from None
    except (EOFError, OSError) as error:
        raise plain_error(400, f"error decoding gzip stream: {error}") from error
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise plain_error(400, f"body content is not valid utf8: {error}") from error
    return body


def _refuse_any(server: ServerContext, database: str, lines: ReadLines) -> None:
    """Raise the error for the first refused line; nothing of the body is stored then."""
    refused = list(lines.errors)
    for place, reason in server.engine.refused_rows(database, lines.points).items():
        refused.append(lines.error_of(place, reason))
    if refused:
        first: RefusedLine = min(refused, key=lambda report: report.line_number)
        raise json_error(400, {"error": "line protocol parsing error", "data": first._asdict()})
