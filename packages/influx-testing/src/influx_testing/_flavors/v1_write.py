"""The endpoint /write of 1.x.

Source: https://docs.influxdata.com/influxdb/v1/tools/api/#write-http-endpoint
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from influx_core import DataPoint
from influx_core.codec import go_quoted, point_lines
from influx_core.interfaces import Request
from influx_core.lineprotocol import BadLine, scan
from influx_core.timestamps import Precision
from influx_testing._engine.catalog.users import User
from influx_testing._engine.line_scan import scan_lines
from influx_testing._engine.storage.point_groups import OddPoint
from influx_testing._engine.storage.write_errors import PartialWrite, SaveError, WriteConflict
from influx_testing._flavors.access.credentials import LoginError
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.parameters import BodyTooLarge, Parameters, body_of
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v1_replies import empty, refusal, unauthorized
from influx_testing.errors import StatementError

__all__ = ["PRECISIONS", "access_problem", "store", "store_lines", "write"]

PRECISIONS: dict[str, Precision] = {
    "h": "h",
    "m": "m",
    "ms": "ms",
    "n": "ns",
    "s": "s",
    "u": "us",
}
"""The values of the parameter `precision`; any other value means nanoseconds."""

_CONSISTENCIES = frozenset({"", "all", "any", "one", "quorum"})

Refuse = Callable[[int, str], Reply]


def write(server: ServerContext, request: Request) -> Reply:
    """Store the lines of a body."""
    parameters = Parameters(request)

    def refuse(status: int, message: str) -> Reply:
        return refusal(request, status, message)

    try:
        user = server.user(request)
    except LoginError as error:
        return unauthorized(server, request, error)
    database = parameters.get("db")
    problem = access_problem(server, database, user, refuse)
    if problem is not None:
        return problem
    if parameters.get("consistency").lower() not in _CONSISTENCIES:
        return refuse(400, "invalid consistency level")
    precision = PRECISIONS.get(parameters.get("precision"), "ns")
    reply = store(server, request, (database, parameters.get("rp")), precision, refuse)
    return empty(server, request) if reply.status == 204 else reply


def access_problem(
    server: ServerContext, database: str, user: User | None, refuse: Refuse
) -> Reply | None:
    """Return the error response if a user cannot write to a database; None if they can."""
    if not database:
        return refuse(400, "database is required")
    if database not in server.engine.databases:
        return refuse(404, f"database not found: {go_quoted(database.encode())}")
    if not server.settings.auth_enabled:
        return None
    if user is None:
        return refuse(403, f'user is required to write to database "{database}"')
    if not user.may("WRITE", database):
        return refuse(
            403, f'"{user.name}" user is not authorized to write to database "{database}"'
        )
    return None


def _said(line: BadLine) -> str:
    """The server's error for a line; lone surrogates stand for bytes that are not valid UTF-8."""
    if line.status is not None:
        return line.text
    return f"unable to parse '{line.raw.decode('utf-8', 'surrogateescape')}': {line.reason}"


def _odd_point(line: BadLine, precision: Precision, now: int) -> OddPoint | None:
    """The point of a line that the server accepts but cannot always store; None for other lines."""
    if line.before is not None:
        measurement, tags, fields, time = line.before
        time = now if time is None else time
        return OddPoint(measurement, tags, fields, time, pairs=line.pairs)
    if not line.reason.startswith("proto: "):
        return None
    text = line.raw_text.encode()
    for item in scan(text, precision, now, rules="1.x"):
        if isinstance(item, DataPoint):
            return OddPoint(
                item.measurement, item.tags, item.fields, item.timestamp, unsavable=line.reason
            )
    return None


def _unsigned_point(
    server: ServerContext, line: BadLine, precision: Precision, now: int
) -> DataPoint | None:
    """The point of a line that 1.x refuses for its unsigned integers and 2.x does not."""
    if not server.engine.model.has_unsigned or line.reason != "invalid number":
        return None
    items = list(scan(line.raw, precision, now, rules="v2"))
    point = items[0] if len(items) == 1 else None
    return point if isinstance(point, DataPoint) else None


def store(
    server: ServerContext,
    request: Request,
    place: tuple[str, str],
    precision: Precision,
    refuse: Refuse,
) -> Reply:
    """Decode a body and store its points; `place` is a database and a retention policy."""
    try:
        body = body_of(request, server.settings.max_body_size)
    except BodyTooLarge:
        return refuse(413, "Request Entity Too Large")
    except (EOFError, OSError) as error:
        return refuse(400, str(error))
    return store_lines(server, body, place, precision, refuse)


def store_lines(
    server: ServerContext,
    body: bytes,
    place: tuple[str, str],
    precision: Precision,
    refuse: Refuse,
    describe: Callable[[PartialWrite], str] = str,
) -> Reply:
    """Store the points of lines.

    Args:
        server: the server.
        body: the lines.
        place: a database and a retention policy.
        precision: the unit of the times.
        refuse: makes an error of a status and a text.
        describe: makes the text of the error about dropped points.
    """
    points: list[DataPoint] = []
    bad: list[BadLine] = []
    now = server.engine.clock()
    for item in scan_lines(body, precision, now, rules="1.x"):
        if isinstance(item, DataPoint):
            points.append(item)
        elif (odd := _odd_point(item, precision, now)) is not None:
            points.append(odd)
        elif (unsigned := _unsigned_point(server, item, precision, now)) is not None:
            points.append(unsigned)
        else:
            bad.append(item)
    fatal = next((line for line in bad if line.status is not None), None)
    if fatal is not None:
        return refuse(fatal.status or 500, _said(fatal))
    reserved = server.engine.model.refuses_whole_bodies and any(map(_has_time_tag, points))
    reasons = "\n".join(_with_time_tags(body) if reserved else map(_said, bad))
    if reserved or (bad and (not points or server.engine.model.refuses_whole_bodies)):
        return refuse(400, reasons)
    counts = {"Fail": len(points)}
    try:
        server.engine.write(*place, points)
        counts = {"OK": len(points)}
    except PartialWrite as error:
        counts = {"OK": len(points) - error.dropped, "Dropped": error.dropped}
        return refuse(400, describe(error))
    except WriteConflict as error:
        return refuse(500 if isinstance(error, SaveError) else 400, str(error))
    except StatementError as error:
        return refuse(500, str(error))
    finally:
        for outcome, count in counts.items():
            server.engine.counters[f"httpd.pointsWritten{outcome}"] += count
    return refuse(400, f"partial write: {reasons} dropped=0") if bad else Reply(204)


def _has_time_tag(point: DataPoint) -> bool:
    return "time" in point.tags


def _with_time_tags(body: bytes) -> Iterator[str]:
    """The errors for the lines of a body that 2.x refuses, in order; a tag cannot be `time`."""
    for line in point_lines(body):
        for item in scan(line, "ns", 0, rules="1.x"):
            if isinstance(item, BadLine):
                yield _said(item)
            elif _has_time_tag(item):
                text = line.decode("utf-8", "surrogateescape")
                yield f"unable to parse '{text}': cannot use reserved tag key \"time\""
