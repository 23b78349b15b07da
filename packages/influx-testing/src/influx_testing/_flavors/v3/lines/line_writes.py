"""The endpoints of 3.x that store lines.

A write creates the database if it does not exist. Only `/api/v3/write_lp` can store a part of a
body: the other paths are for clients of 1.x and 2.x, and store all lines or none. Errors of
`/api/v2/write` have the form of 2.x.

Source: https://docs.influxdata.com/influxdb3/core/api/v3/#tag/Write-data
"""

from __future__ import annotations

from collections.abc import Mapping

from influx_core.interfaces import Request
from influx_core.timestamps import Precision
from influx_testing._engine.storage.table_schemas import LIMIT_REACHED, TableLimitError
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.parameters import Parameters
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v3.database_names import database_name
from influx_testing._flavors.v3.lines.line_reader import ReadLines, RefusedLine, read_lines
from influx_testing._flavors.v3.request_body import checked_lines
from influx_testing._flavors.v3.request_fields import RequestFields, unknown_variant
from influx_testing._flavors.v3.v3_replies import (
    ErrorReply,
    json_error,
    object_error,
    plain_error,
)
from influx_testing.errors import StatementError

__all__ = ["write_lp", "write_v1", "write_v2"]

_PRECISIONS: Mapping[str, Precision | None] = {
    "auto": None,
    "s": "s",
    "second": "s",
    "millisecond": "ms",
    "ms": "ms",
    "microsecond": "us",
    "u": "us",
    "us": "us",
    "n": "ns",
    "nanosecond": "ns",
    "ns": "ns",
}
_COMPATIBLE_PRECISIONS: Mapping[str, Precision] = {
    name: unit for name, unit in _PRECISIONS.items() if unit is not None
}
_SHOWN_COMPATIBLE = ("s", "ms", "us", "ns")
_LINE_REFUSED = "line protocol parsing error"
_EMPTY = "incoming write was empty"


def write_lp(server: ServerContext, request: Request) -> Reply:
    """Store lines and report those that are refused."""
    if not request.params:
        raise plain_error(400, "missing query parameter 'db'")
    fields = RequestFields.of_url(request)
    database = fields.required_text("db")
    precision = _PRECISIONS[fields.choice("precision", tuple(_PRECISIONS)) or "auto"]
    partial = fields.boolean("accept_partial", default=True)
    fields.boolean("no_sync", default=False)
    return _store(server, request, database, precision, partial=partial)


def write_v1(server: ServerContext, request: Request) -> Reply:
    """Store lines in the database for a database and a retention policy of 1.x."""
    given = dict(Parameters(request).items())
    if not given:
        raise json_error(400, "no db destination provided")
    reason = "" if "db" in given else "missing field `db`"
    reason = reason or _precision_refusal(given)
    if reason:
        raise json_error(400, f"failed to deserialize db/rp/precision in request: {reason}")
    database = database_name(given["db"], given.get("rp", ""))
    return _store(server, request, database, _compatible_precision(given), partial=False)


def write_v2(server: ServerContext, request: Request) -> Reply:
    """Store lines in the database that the bucket names; the organization is ignored."""
    given = dict(Parameters(request).items())
    try:
        if not given:
            raise plain_error(400, "no org/bucket destination provided")
        reason = _precision_refusal(given)
        if reason:
            refused = f"failed to deserialize org/bucket/precision in request: {reason}"
            raise plain_error(400, refused)
        if not given.get("bucket"):
            raise plain_error(400, "missing bucket value")
        precision = _compatible_precision(given)
        return _store(server, request, given["bucket"], precision, partial=False)
    except ErrorReply as error:
        raise _error_of_2(error) from error


def _error_of_2(error: ErrorReply) -> ErrorReply:
    """The same error in the form of 2.x, which does not tell the line."""
    text = {
        _EMPTY: f"write buffer error: {_EMPTY}",
        _LINE_REFUSED: "write buffer error: parsing for line protocol failed",
    }.get(error.text, error.text)
    if error.status == 413:
        return object_error(413, {"code": "request too large", "message": text})
    return object_error(400, {"code": "invalid", "message": text})


def _precision_refusal(given: Mapping[str, str]) -> str:
    """Why the precision of a compatible path is refused; empty if it is valid."""
    name = given.get("precision", "ns")
    return "" if name in _COMPATIBLE_PRECISIONS else unknown_variant(name, _SHOWN_COMPATIBLE)


def _compatible_precision(given: Mapping[str, str]) -> Precision:
    return _COMPATIBLE_PRECISIONS[given.get("precision", "ns")]


def _store(
    server: ServerContext,
    request: Request,
    database: str,
    precision: Precision | None,
    *,
    partial: bool,
) -> Reply:
    engine = server.engine
    try:
        engine.model.check_database_name(database)
        body = checked_lines(request, server.settings)
        lines = read_lines(body, precision, engine.clock())
        if lines.is_empty:
            raise plain_error(400, _EMPTY)
        if not partial:
            _refuse_any(server, database, lines)
        engine.create_database(database)
        refused = engine.write_rows(database, lines.points)
    except StatementError as error:
        raise json_error(400, str(error)) from error
    except TableLimitError as error:
        raise json_error(422, str(error)) from error
    reports = _sorted_reports(lines, refused)
    if reports:
        is_limited = any(reason.startswith(LIMIT_REACHED) for reason in refused.values())
        data = [report._asdict() for report in reports]
        text = "partial write of line protocol occurred"
        return json_error(422 if is_limited else 400, text, data)
    return Reply(204)


def _refuse_any(server: ServerContext, database: str, lines: ReadLines) -> None:
    """Raise the error for the first refused line; nothing of the body is stored then."""
    reports = _sorted_reports(lines, server.engine.refused_rows(database, lines.points))
    if reports:
        raise json_error(400, _LINE_REFUSED, reports[0]._asdict())


def _sorted_reports(lines: ReadLines, refused: Mapping[int, str]) -> list[RefusedLine]:
    """All refused lines: those that are invalid, and those whose points do not fit their table."""
    unfit = [lines.error_of(point, reason) for point, reason in refused.items()]
    return sorted([*lines.errors, *unfit], key=lambda report: report.line_number)
