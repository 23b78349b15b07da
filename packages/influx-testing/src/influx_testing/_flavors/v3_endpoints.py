"""The endpoints of 3.x over the same storage: lines in, InfluxQL out.

Source: https://docs.influxdata.com/influxdb3/core/api/
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, cast

from influx_core import DataPoint
from influx_core.interfaces import Request
from influx_core.lineprotocol import BadLine, scan
from influx_core.timestamps import Precision, to_rfc3339
from influx_query import InfluxQLSyntaxError, parse
from influx_query.nodes import ExplainStatement, SelectStatement, Statement
from influx_testing._engine.statements import executor
from influx_testing._engine.statements.execution_context import ExecutionOptions
from influx_testing._engine.statements.result_series import ResultSeries, merged
from influx_testing._engine.storage.writes import PartialWrite, WriteConflict
from influx_testing._flavors.access.tokens import has_token
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.parameters import BodyTooLarge, Parameters, body_of
from influx_testing._flavors.replies import Reply, text_reply
from influx_testing._flavors.sql import SQLError, run_sql
from influx_testing._flavors.v2_endpoints import json_reply
from influx_testing._flavors.v3_rows import Record, written

__all__ = ["health", "query_influxql", "query_sql", "with_token", "write_lp"]

Endpoint = Callable[[ServerContext, Request], Reply]

_PRECISIONS: dict[str, Precision] = {
    "microsecond": "us",
    "millisecond": "ms",
    "nanosecond": "ns",
    "second": "s",
}
_GUESSES: tuple[tuple[int, Precision], ...] = (
    (5_000_000_000, "s"),
    (5_000_000_000_000, "ms"),
    (5_000_000_000_000_000, "us"),
)
"""Below which number a time without a unit is taken for which one."""


def with_token(endpoint: Endpoint) -> Endpoint:
    """Ask for the token first."""

    def answer(server: ServerContext, request: Request) -> Reply:
        if not has_token(server, request, bearer=True):
            return json_reply(401, {"error": "the request was not authenticated"})
        return endpoint(server, request)

    return answer


def health(server: ServerContext, request: Request) -> Reply:
    """Say that all is well."""
    return text_reply(200, "OK")


def write_lp(server: ServerContext, request: Request) -> Reply:
    """Store lines; a database that is not there is made."""
    parameters = Parameters(request)
    database = parameters.get("db")
    if not database:
        return json_reply(400, {"error": "missing query parameter 'db'"})
    try:
        body = body_of(request, server.settings.max_body_size)
    except BodyTooLarge:
        return text_reply(413, "Request Entity Too Large")
    except (EOFError, OSError) as error:
        return json_reply(400, {"error": str(error)})
    points, bad = _read(body, parameters.get("precision"), server.engine.clock())
    whole = parameters.get("accept_partial") == "false"
    if bad and whole:
        return json_reply(
            400, {"error": "parsing failed for write_lp endpoint", "data": _report(bad[0])}
        )
    server.engine.create_database(database)
    try:
        server.engine.write(database, "", points)
    except (PartialWrite, WriteConflict) as error:
        report = {"original_line": "", "line_number": 0, "error_message": str(error)}
        return _partial([report])
    return _partial([_report(line) for line in bad]) if bad else Reply(204)


def _read(body: bytes, precision: str, now: int) -> tuple[list[DataPoint], list[BadLine]]:
    """Read lines; without a precision each time tells its own by its size."""
    items = list(scan(body, _PRECISIONS.get(precision, "ns"), now, rules="v2"))
    points = [item for item in items if isinstance(item, DataPoint)]
    if precision in {"", "auto"}:
        points = [_guessed(point) for point in points]
    return points, [item for item in items if isinstance(item, BadLine)]


def _guessed(point: DataPoint) -> DataPoint:
    time = point.timestamp
    assert isinstance(time, int)
    units = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000}
    for limit, unit in _GUESSES:
        if abs(time) < limit:
            return DataPoint(point.measurement, point.tags, point.fields, time * units[unit])
    return point


def _report(line: BadLine) -> Record:
    return {
        "original_line": line.raw_text,
        "line_number": line.line,
        "error_message": line.reason,
    }


def _partial(reports: Sequence[Record]) -> Reply:
    return json_reply(
        400, {"error": "partial write of line protocol occurred", "data": list(reports)}
    )


def query_sql(server: ServerContext, request: Request) -> Reply:
    """Run SQL, where DataFusion is installed."""
    try:
        asked = _asked(request)
    except (ValueError, RecursionError) as error:
        return json_reply(400, {"error": f"invalid JSON: {error}"})
    name = asked.get("db", "")
    if name not in server.engine.databases:
        return json_reply(404, {"error": f"database not found: {name}"})
    server.engine.databases.expire(server.engine.clock())
    database = server.engine.databases.get(name)
    try:
        params = cast(Record, asked.get("params") or {})
        return run_sql(database, asked.get("q", ""), params, asked.get("format", ""))
    except SQLError as error:
        return json_reply(400, {"error": str(error)})


def query_influxql(server: ServerContext, request: Request) -> Reply:
    """Run InfluxQL that reads, as 3.x has no other; rows as objects."""
    try:
        asked = _asked(request)
        parsed = parse(asked.get("q", ""), asked.get("params") or None, dialect="1.6")
    except InfluxQLSyntaxError as error:
        return json_reply(400, {"error": error.message})
    except (ValueError, RecursionError) as error:
        return json_reply(400, {"error": f"invalid JSON: {error}"})
    changing = next((each for each in parsed if not _reads(each)), None)
    if changing is not None:
        return json_reply(400, {"error": f"InfluxQL statement not supported: {changing}"})
    database = ExecutionOptions(asked.get("db", ""))
    results = merged(executor.execute(server.engine, parsed, database))
    failed = next((result.error for result in results if result.error), "")
    if failed:
        return json_reply(400, {"error": failed})
    records = [record for result in results for record in _records(result.series)]
    names = list(dict.fromkeys(name for record in records for name in record))
    return written(names, records, asked.get("format", ""))


def _reads(statement: Statement) -> bool:
    """Whether a statement only reads."""
    if isinstance(statement, ExplainStatement):
        statement = statement.statement
    if isinstance(statement, SelectStatement):
        return statement.target is None
    return type(statement).__name__.startswith("Show")


def _asked(request: Request) -> Record:
    """The parameters: of the URL, or a JSON object in the body."""
    if request.method == "POST" and request.body:
        return _checked(json.loads(request.body))
    asked = dict[str, Any](request.params)
    if "params" in asked:
        asked["params"] = json.loads(asked["params"])
    return _checked(asked)


def _checked(asked: object) -> Record:
    """The parameters of a query, each of the type that it must have; null counts as missing."""
    if not isinstance(asked, dict):
        raise ValueError("an object is expected")
    given = {name: value for name, value in cast(Record, asked).items() if value is not None}
    for name, kind in {"db": str, "format": str, "params": dict, "q": str}.items():
        if not isinstance(given.get(name, kind()), kind):
            raise ValueError(f"{name} must be {'an object' if kind is dict else 'a string'}")
    return given


def _records(shown_series: Iterable[ResultSeries]) -> Iterator[Record]:
    """The rows as objects; those of SHOW DATABASES have no measurement, and null is left out."""
    for series in shown_series:
        if (series.name, list(series.columns)) == ("databases", ["name"]):
            yield from ({"iox::database": name, "deleted": False} for (name,) in series.values)
            continue
        tags = {key: value for key, value in (series.tags or {}).items() if value}
        for row in series.values:
            record: Record = {"iox::measurement": series.name, **tags}
            record.update(zip(series.columns, row, strict=True))
            if series.has_time:
                record[series.columns[0]] = to_rfc3339(row[0]).removesuffix("Z")
            yield {name: value for name, value in record.items() if value is not None}
